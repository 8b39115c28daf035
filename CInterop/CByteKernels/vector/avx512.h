// Vectors of 64 bytes by AVX-512 BW, whose comparisons give a mask register; the operations are those of `sse2.h`.
//
// The instruction set is that of processors with VBMI2 (Ice Lake, Zen 4, and later ones), which are also those whose
// clock no longer sinks when such registers are in use.
#ifndef SLUICE_BYTEKERNELS_VECTOR_AVX512_H
#define SLUICE_BYTEKERNELS_VECTOR_AVX512_H

#include <immintrin.h>

#define SLUICE_TARGET __attribute__((target("avx2,avx512f,avx512bw,avx512vbmi2,popcnt")))
#include "../Declarations.h"

typedef __m512i vector;
typedef uint64_t lanes;
enum { WIDTH = 64, LANE_SHIFT = 0 };

SLUICE_BLOCK vector load(const uint8_t *p) { return _mm512_loadu_si512(p); }
SLUICE_BLOCK void store(uint8_t *p, vector v) { _mm512_storeu_si512(p, v); }
SLUICE_BLOCK vector splat(uint8_t byte) { return _mm512_set1_epi8((char)byte); }
SLUICE_BLOCK vector either(vector a, vector b) { return _mm512_or_si512(a, b); }

SLUICE_BLOCK lanes equal(vector a, vector b) { return _mm512_cmpeq_epi8_mask(a, b); }
SLUICE_BLOCK lanes at_most(vector a, vector b) { return _mm512_cmple_epu8_mask(a, b); }
SLUICE_BLOCK lanes non_ascii(vector v) { return _mm512_movepi8_mask(v); }

SLUICE_BLOCK lanes both_lanes(lanes a, lanes b) { return a & b; }
SLUICE_BLOCK lanes either_lanes(lanes a, lanes b) { return a | b; }
SLUICE_BLOCK uint64_t bits(lanes l) { return l; }
SLUICE_BLOCK int any(lanes l) { return l != 0; }

/// The first `count` lanes, of which there are 1 to 64.
SLUICE_BLOCK lanes first_lanes(size_t count) { return ~(uint64_t)0 >> (WIDTH - count); }
/// Zero for the lanes that are not wanted: their bytes are not read.
SLUICE_BLOCK vector load_lanes(lanes wanted, const uint8_t *p) { return _mm512_maskz_loadu_epi8(wanted, p); }
SLUICE_BLOCK void store_lanes(uint8_t *p, lanes wanted, vector v) { _mm512_mask_storeu_epi8(p, wanted, v); }
/// The lanes that are wanted, without gaps between them.
SLUICE_BLOCK vector compress(lanes wanted, vector v) { return _mm512_maskz_compress_epi8(wanted, v); }

#endif
