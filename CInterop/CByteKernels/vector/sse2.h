// Vectors of 16 bytes by SSE2, which every x86-64 processor has.
//
// `vector` is a register of `WIDTH` bytes. `lanes` is what a comparison gives, a yes or no for each of its bytes.
// `bits` makes an integer of them, in which the bit n << LANE_SHIFT is set where lane n is a yes, and no other bit.
#ifndef SLUICE_BYTEKERNELS_VECTOR_SSE2_H
#define SLUICE_BYTEKERNELS_VECTOR_SSE2_H

#include <immintrin.h>

#define SLUICE_TARGET
#include "../Declarations.h"

typedef __m128i vector;
typedef __m128i lanes;
enum { WIDTH = 16, LANE_SHIFT = 0 };

SLUICE_BLOCK vector load(const uint8_t *p) { return _mm_loadu_si128((const __m128i *)p); }
SLUICE_BLOCK void store(uint8_t *p, vector v) { _mm_storeu_si128((__m128i *)p, v); }
SLUICE_BLOCK vector splat(uint8_t byte) { return _mm_set1_epi8((char)byte); }
SLUICE_BLOCK vector either(vector a, vector b) { return _mm_or_si128(a, b); }

SLUICE_BLOCK lanes equal(vector a, vector b) { return _mm_cmpeq_epi8(a, b); }
// There is no unsigned comparison: a byte is at most another where it is the lesser of both.
SLUICE_BLOCK lanes at_most(vector a, vector b) { return _mm_cmpeq_epi8(_mm_min_epu8(a, b), a); }
/// For `bits` only, which looks at the highest bit of a lane.
SLUICE_BLOCK lanes non_ascii(vector v) { return v; }

SLUICE_BLOCK lanes both_lanes(lanes a, lanes b) { return _mm_and_si128(a, b); }
SLUICE_BLOCK lanes either_lanes(lanes a, lanes b) { return _mm_or_si128(a, b); }
SLUICE_BLOCK uint64_t bits(lanes l) { return (unsigned)_mm_movemask_epi8(l); }
SLUICE_BLOCK int any(lanes l) { return _mm_movemask_epi8(l) != 0; }

#endif
