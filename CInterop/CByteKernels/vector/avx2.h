// Vectors of 32 bytes by AVX2; the operations are those of `sse2.h`, and those that look bytes up in tables.
#ifndef SLUICE_BYTEKERNELS_VECTOR_AVX2_H
#define SLUICE_BYTEKERNELS_VECTOR_AVX2_H

#include <immintrin.h>

#define SLUICE_TARGET __attribute__((target("avx2")))
#include "../Declarations.h"

typedef __m256i vector;
typedef __m256i lanes;
enum { WIDTH = 32, LANE_SHIFT = 0 };

SLUICE_BLOCK vector load(const uint8_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
SLUICE_BLOCK void store(uint8_t *p, vector v) { _mm256_storeu_si256((__m256i *)p, v); }
SLUICE_BLOCK vector splat(uint8_t byte) { return _mm256_set1_epi8((char)byte); }
SLUICE_BLOCK vector either(vector a, vector b) { return _mm256_or_si256(a, b); }

SLUICE_BLOCK lanes equal(vector a, vector b) { return _mm256_cmpeq_epi8(a, b); }
SLUICE_BLOCK lanes at_most(vector a, vector b) { return _mm256_cmpeq_epi8(_mm256_min_epu8(a, b), a); }
/// For `bits` only, which looks at the highest bit of a lane.
SLUICE_BLOCK lanes non_ascii(vector v) { return v; }

SLUICE_BLOCK lanes both_lanes(lanes a, lanes b) { return _mm256_and_si256(a, b); }
SLUICE_BLOCK lanes either_lanes(lanes a, lanes b) { return _mm256_or_si256(a, b); }
SLUICE_BLOCK uint64_t bits(lanes l) { return (uint32_t)_mm256_movemask_epi8(l); }
SLUICE_BLOCK int any(lanes l) { return !_mm256_testz_si256(l, l); }

/// 16 bytes, once in each half of the register, as a shuffle takes its indices from the same half.
SLUICE_BLOCK vector table_of(const uint8_t bytes[16]) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)bytes));
}
/// What `table` has for each nibble.
SLUICE_BLOCK vector look_up(vector table, vector nibbles) { return _mm256_shuffle_epi8(table, nibbles); }
SLUICE_BLOCK vector low_nibbles(vector v) { return _mm256_and_si256(v, splat(0x0F)); }
SLUICE_BLOCK vector high_nibbles(vector v) { return low_nibbles(_mm256_srli_epi16(v, 4)); }

SLUICE_BLOCK vector both(vector a, vector b) { return _mm256_and_si256(a, b); }
SLUICE_BLOCK vector exclusive(vector a, vector b) { return _mm256_xor_si256(a, b); }
SLUICE_BLOCK vector add(vector a, vector b) { return _mm256_add_epi8(a, b); }
/// Zero where `b` is greater.
SLUICE_BLOCK vector subtract_saturating(vector a, vector b) { return _mm256_subs_epu8(a, b); }
SLUICE_BLOCK int is_zero(vector v) { return _mm256_testz_si256(v, v); }

/// `input` moved up by 1, 2 or 3 bytes, with the last ones of `before` in front.
SLUICE_BLOCK void shift_in(vector input, vector before, vector shifted[3]) {
  vector joint = _mm256_permute2x128_si256(before, input, 0x21);
  shifted[0] = _mm256_alignr_epi8(input, joint, 15);
  shifted[1] = _mm256_alignr_epi8(input, joint, 14);
  shifted[2] = _mm256_alignr_epi8(input, joint, 13);
}

/// Four times 6 bits as three bytes; the last quarter of the register does not count.
SLUICE_BLOCK vector pack_sextets(vector sextets) {
  static const uint8_t without_gaps[16] = {2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 0xFF, 0xFF, 0xFF, 0xFF};
  const vector pairs = _mm256_maddubs_epi16(sextets, _mm256_set1_epi32(0x01400140));
  const vector groups = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
  return _mm256_permutevar8x32_epi32(
      _mm256_shuffle_epi8(groups, table_of(without_gaps)), _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
}

#endif
