// The first place where one, two or three given bytes follow each other.
//
// The plain loop, which all of these equal:
//
//     for (i = 0; i + length <= count; i++)
//       if (p[i] == b0 && (length < 2 || p[i + 1] == b1) && (length < 3 || p[i + 2] == b2)) return i;
//     return count;
//
// It looks at a byte per cycle at best. What the kernels do instead, and why it pays:
//
// 1. Compare a whole register of positions at once. For a needle of two bytes, load at `i` and again at `i + 1`,
//    compare each with its byte, and AND: a lane survives where both match. Mail has an LF every 76 bytes but LF and
//    dot hardly ever, so testing the pair leaves one branch that is never taken, where testing for LF alone and then
//    looking would mispredict on every line. The second load costs little: it hits the same cache line.
// 2. Four registers to a turn, joined by OR and tested once. The branch and the move from the vector to the integer
//    side, not the loads, would otherwise be the limit.
// 3. One register before that loop: header lines are short, and most searches for a line end are over here.
// 4. The last block overlaps the one before instead of falling back to single bytes. The lanes seen twice cannot
//    match, or the search would have ended, so the first surviving lane is still the first match. No byte outside the
//    buffer is read, which masks and page-boundary arithmetic would need to argue about (and the address sanitizer
//    would not believe).
// 5. Buffers too short for one block go to the next narrower kernel.
// 6. Of 64 bytes, the load at `i + 1` always touches a second cache line; that at `i` does not if `i` is aligned, so the
//    loop begins at the next such place. Comparisons of that width give masks, and too few of them a cycle: the loop asks
//    instead whether XOR with the needle leaves zero in any lane, by way of the least of four registers.
#ifndef SLUICE_BYTEKERNELS_SEARCH_H
#define SLUICE_BYTEKERNELS_SEARCH_H

#include "Platform.h"

/// The bytes looked for. `length` is 1, 2 or 3 and always a constant where this is built.
typedef struct {
  size_t length;
  uint8_t b0, b1, b2;
} sluice_needle;

SLUICE_BLOCK size_t sluice_find_bytewise(const uint8_t *p, size_t count, sluice_needle needle) {
  for (size_t i = 0; i + needle.length <= count; i++) {
    if (p[i] == needle.b0 && (needle.length < 2 || p[i + 1] == needle.b1) &&
        (needle.length < 3 || p[i + 2] == needle.b2)) {
      return i;
    }
  }
  return count;
}

#if SLUICE_X86

SLUICE_BLOCK unsigned sluice_hits_sse2(const uint8_t *p, sluice_needle needle) {
  __m128i hits = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)p), _mm_set1_epi8((char)needle.b0));
  if (needle.length > 1) {
    __m128i second = _mm_loadu_si128((const __m128i *)(p + 1));
    hits = _mm_and_si128(hits, _mm_cmpeq_epi8(second, _mm_set1_epi8((char)needle.b1)));
  }
  if (needle.length > 2) {
    __m128i third = _mm_loadu_si128((const __m128i *)(p + 2));
    hits = _mm_and_si128(hits, _mm_cmpeq_epi8(third, _mm_set1_epi8((char)needle.b2)));
  }
  return (unsigned)_mm_movemask_epi8(hits);
}

SLUICE_BLOCK size_t sluice_find_sse2(const uint8_t *p, size_t count, sluice_needle needle) {
  const size_t width = 16, block = width + needle.length - 1;
  if (count < block) return sluice_find_bytewise(p, count, needle);
  const size_t last = count - block;
  size_t i = 0;
  for (; i + width <= last; i += 2 * width) {
    unsigned near = sluice_hits_sse2(p + i, needle), far = sluice_hits_sse2(p + i + width, needle);
    unsigned hits = near | far << width;
    if (hits) return i + (size_t)__builtin_ctz(hits);
  }
  if (i <= last) {
    unsigned hits = sluice_hits_sse2(p + i, needle);
    if (hits) return i + (size_t)__builtin_ctz(hits);
  }
  unsigned hits = sluice_hits_sse2(p + last, needle);
  return hits ? last + (size_t)__builtin_ctz(hits) : count;
}

SLUICE_AVX2 SLUICE_BLOCK __m256i sluice_hits_avx2(const uint8_t *p, sluice_needle needle) {
  __m256i hits = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)p), _mm256_set1_epi8((char)needle.b0));
  if (needle.length > 1) {
    __m256i second = _mm256_loadu_si256((const __m256i *)(p + 1));
    hits = _mm256_and_si256(hits, _mm256_cmpeq_epi8(second, _mm256_set1_epi8((char)needle.b1)));
  }
  if (needle.length > 2) {
    __m256i third = _mm256_loadu_si256((const __m256i *)(p + 2));
    hits = _mm256_and_si256(hits, _mm256_cmpeq_epi8(third, _mm256_set1_epi8((char)needle.b2)));
  }
  return hits;
}

SLUICE_AVX2 SLUICE_BLOCK uint64_t sluice_mask_avx2(__m256i near, __m256i far) {
  return (uint32_t)_mm256_movemask_epi8(near) | (uint64_t)(uint32_t)_mm256_movemask_epi8(far) << 32;
}

SLUICE_AVX2 SLUICE_BLOCK size_t sluice_find_avx2(const uint8_t *p, size_t count, sluice_needle needle) {
  const size_t width = 32, block = width + needle.length - 1;
  if (count < block) return sluice_find_sse2(p, count, needle);
  const size_t last = count - block;
  unsigned hits = (unsigned)_mm256_movemask_epi8(sluice_hits_avx2(p, needle));
  if (hits) return (size_t)__builtin_ctz(hits);
  size_t i = width;
  for (; i + 3 * width <= last; i += 4 * width) {
    __m256i h0 = sluice_hits_avx2(p + i, needle), h1 = sluice_hits_avx2(p + i + width, needle);
    __m256i h2 = sluice_hits_avx2(p + i + 2 * width, needle), h3 = sluice_hits_avx2(p + i + 3 * width, needle);
    __m256i any = _mm256_or_si256(_mm256_or_si256(h0, h1), _mm256_or_si256(h2, h3));
    if (_mm256_testz_si256(any, any)) continue;
    uint64_t near = sluice_mask_avx2(h0, h1);
    if (near) return i + (size_t)__builtin_ctzll(near);
    return i + 2 * width + (size_t)__builtin_ctzll(sluice_mask_avx2(h2, h3));
  }
  for (; i <= last; i += width) {
    hits = (unsigned)_mm256_movemask_epi8(sluice_hits_avx2(p + i, needle));
    if (hits) return i + (size_t)__builtin_ctz(hits);
  }
  hits = (unsigned)_mm256_movemask_epi8(sluice_hits_avx2(p + last, needle));
  return hits ? last + (size_t)__builtin_ctz(hits) : count;
}

SLUICE_AVX512 SLUICE_BLOCK uint64_t sluice_hits_avx512(const uint8_t *p, sluice_needle needle) {
  __mmask64 hits = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(p), _mm512_set1_epi8((char)needle.b0));
  if (needle.length > 1) {
    hits = _mm512_mask_cmpeq_epi8_mask(hits, _mm512_loadu_si512(p + 1), _mm512_set1_epi8((char)needle.b1));
  }
  if (needle.length > 2) {
    hits = _mm512_mask_cmpeq_epi8_mask(hits, _mm512_loadu_si512(p + 2), _mm512_set1_epi8((char)needle.b2));
  }
  return hits;
}

/// Zero in the lanes that match.
SLUICE_AVX512 SLUICE_BLOCK __m512i sluice_misses_avx512(const uint8_t *p, sluice_needle needle) {
  __m512i misses = _mm512_xor_si512(_mm512_loadu_si512(p), _mm512_set1_epi8((char)needle.b0));
  // 0xF6: a | (b ^ c).
  if (needle.length > 1) {
    __m512i second = _mm512_loadu_si512(p + 1);
    misses = _mm512_ternarylogic_epi32(misses, second, _mm512_set1_epi8((char)needle.b1), 0xF6);
  }
  if (needle.length > 2) {
    __m512i third = _mm512_loadu_si512(p + 2);
    misses = _mm512_ternarylogic_epi32(misses, third, _mm512_set1_epi8((char)needle.b2), 0xF6);
  }
  return misses;
}

/// Where fewer bytes are left than fill a register. Lanes behind the last place that can match are not loaded.
SLUICE_AVX512 SLUICE_BLOCK size_t sluice_find_few_avx512(const uint8_t *p, size_t count, sluice_needle needle) {
  if (count < needle.length) return count;
  const uint64_t lanes = ~(uint64_t)0 >> (63 - (count - needle.length));
  uint64_t hits =
      _mm512_mask_cmpeq_epi8_mask(lanes, _mm512_maskz_loadu_epi8(lanes, p), _mm512_set1_epi8((char)needle.b0));
  if (needle.length > 1) {
    __m512i second = _mm512_maskz_loadu_epi8(lanes, p + 1);
    hits = _mm512_mask_cmpeq_epi8_mask(hits, second, _mm512_set1_epi8((char)needle.b1));
  }
  if (needle.length > 2) {
    __m512i third = _mm512_maskz_loadu_epi8(lanes, p + 2);
    hits = _mm512_mask_cmpeq_epi8_mask(hits, third, _mm512_set1_epi8((char)needle.b2));
  }
  return hits ? (size_t)__builtin_ctzll(hits) : count;
}

SLUICE_AVX512 SLUICE_BLOCK size_t sluice_find_avx512(const uint8_t *p, size_t count, sluice_needle needle) {
  const size_t width = 64, block = width + needle.length - 1;
  if (count < block) return sluice_find_few_avx512(p, count, needle);
  const size_t last = count - block;
  uint64_t hits = sluice_hits_avx512(p, needle);
  if (hits) return (size_t)__builtin_ctzll(hits);
  size_t i = width - ((uintptr_t)p & (width - 1));
  for (; i + 3 * width <= last; i += 4 * width) {
    __m512i m0 = sluice_misses_avx512(p + i, needle), m1 = sluice_misses_avx512(p + i + width, needle);
    __m512i m2 = sluice_misses_avx512(p + i + 2 * width, needle), m3 = sluice_misses_avx512(p + i + 3 * width, needle);
    __m512i least = _mm512_min_epu8(_mm512_min_epu8(m0, m1), _mm512_min_epu8(m2, m3));
    if (_mm512_testn_epi8_mask(least, least)) break;
  }
  for (; i <= last; i += width) {
    hits = sluice_hits_avx512(p + i, needle);
    if (hits) return i + (size_t)__builtin_ctzll(hits);
  }
  hits = sluice_hits_avx512(p + last, needle);
  return hits ? last + (size_t)__builtin_ctzll(hits) : count;
}

static inline size_t sluice_index_of_byte_sse2(const void *bytes, size_t count, uint8_t byte) {
  return sluice_find_sse2(bytes, count, (sluice_needle){1, byte, 0, 0});
}
static inline size_t sluice_index_of_lf_dot_sse2(const void *bytes, size_t count) {
  return sluice_find_sse2(bytes, count, (sluice_needle){2, '\n', '.', 0});
}
static inline size_t sluice_index_of_lf_dash_dash_sse2(const void *bytes, size_t count) {
  return sluice_find_sse2(bytes, count, (sluice_needle){3, '\n', '-', '-'});
}
SLUICE_AVX2 static inline size_t sluice_index_of_byte_avx2(const void *bytes, size_t count, uint8_t byte) {
  return sluice_find_avx2(bytes, count, (sluice_needle){1, byte, 0, 0});
}
SLUICE_AVX2 static inline size_t sluice_index_of_lf_dot_avx2(const void *bytes, size_t count) {
  return sluice_find_avx2(bytes, count, (sluice_needle){2, '\n', '.', 0});
}
SLUICE_AVX2 static inline size_t sluice_index_of_lf_dash_dash_avx2(const void *bytes, size_t count) {
  return sluice_find_avx2(bytes, count, (sluice_needle){3, '\n', '-', '-'});
}

SLUICE_AVX512 static inline size_t sluice_index_of_byte_avx512(const void *bytes, size_t count, uint8_t byte) {
  return sluice_find_avx512(bytes, count, (sluice_needle){1, byte, 0, 0});
}
SLUICE_AVX512 static inline size_t sluice_index_of_lf_dot_avx512(const void *bytes, size_t count) {
  return sluice_find_avx512(bytes, count, (sluice_needle){2, '\n', '.', 0});
}
SLUICE_AVX512 static inline size_t sluice_index_of_lf_dash_dash_avx512(const void *bytes, size_t count) {
  return sluice_find_avx512(bytes, count, (sluice_needle){3, '\n', '-', '-'});
}

/// The index of the first byte over 0x7F, or `count`: the sign bit of every byte is a mask by itself.
static inline size_t sluice_index_of_non_ascii_sse2(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    int hits = _mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(p + i)));
    if (hits) return i + (size_t)__builtin_ctz((unsigned)hits);
  }
  for (; i < count; i++) {
    if (p[i] > 0x7F) return i;
  }
  return count;
}

SLUICE_AVX2 static inline size_t sluice_index_of_non_ascii_avx2(const void *bytes, size_t count) {
  const __m256i *p = bytes;
  size_t i = 0;
  for (; i + 128 <= count; i += 128, p += 4) {
    __m256i near = _mm256_or_si256(_mm256_loadu_si256(p), _mm256_loadu_si256(p + 1));
    __m256i far = _mm256_or_si256(_mm256_loadu_si256(p + 2), _mm256_loadu_si256(p + 3));
    if (_mm256_movemask_epi8(_mm256_or_si256(near, far))) break;
  }
  return i + sluice_index_of_non_ascii_sse2(p, count - i);
}

#endif

#if SLUICE_NEON

/// Four bits for each lane, all set where the lane is: NEON has no movemask, but narrowing each pair of lanes by a
/// shift of four packs the comparison's 128 bits into 64 in one instruction.
SLUICE_BLOCK uint64_t sluice_mask_neon(uint8x16_t lanes) {
  return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(lanes), 4)), 0);
}

SLUICE_BLOCK uint8x16_t sluice_hits_neon(const uint8_t *p, sluice_needle needle) {
  uint8x16_t hits = vceqq_u8(vld1q_u8(p), vdupq_n_u8(needle.b0));
  if (needle.length > 1) hits = vandq_u8(hits, vceqq_u8(vld1q_u8(p + 1), vdupq_n_u8(needle.b1)));
  if (needle.length > 2) hits = vandq_u8(hits, vceqq_u8(vld1q_u8(p + 2), vdupq_n_u8(needle.b2)));
  return hits;
}

SLUICE_BLOCK size_t sluice_find_neon(const uint8_t *p, size_t count, sluice_needle needle) {
  const size_t width = 16, block = width + needle.length - 1;
  if (count < block) return sluice_find_bytewise(p, count, needle);
  const size_t last = count - block;
  size_t i = 0;
  for (; i + 3 * width <= last; i += 4 * width) {
    uint8x16_t h0 = sluice_hits_neon(p + i, needle), h1 = sluice_hits_neon(p + i + width, needle);
    uint8x16_t h2 = sluice_hits_neon(p + i + 2 * width, needle), h3 = sluice_hits_neon(p + i + 3 * width, needle);
    if (sluice_mask_neon(vorrq_u8(vorrq_u8(h0, h1), vorrq_u8(h2, h3)))) break;
  }
  for (; i <= last; i += width) {
    uint64_t hits = sluice_mask_neon(sluice_hits_neon(p + i, needle));
    if (hits) return i + (size_t)__builtin_ctzll(hits) / 4;
  }
  uint64_t hits = sluice_mask_neon(sluice_hits_neon(p + last, needle));
  return hits ? last + (size_t)__builtin_ctzll(hits) / 4 : count;
}

static inline size_t sluice_index_of_byte_neon(const void *bytes, size_t count, uint8_t byte) {
  return sluice_find_neon(bytes, count, (sluice_needle){1, byte, 0, 0});
}
static inline size_t sluice_index_of_lf_dot_neon(const void *bytes, size_t count) {
  return sluice_find_neon(bytes, count, (sluice_needle){2, '\n', '.', 0});
}
static inline size_t sluice_index_of_lf_dash_dash_neon(const void *bytes, size_t count) {
  return sluice_find_neon(bytes, count, (sluice_needle){3, '\n', '-', '-'});
}

/// The index of the first byte over 0x7F, or `count`.
static inline size_t sluice_index_of_non_ascii_neon(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    uint64_t hits = sluice_mask_neon(vcgeq_u8(vld1q_u8(p + i), vdupq_n_u8(0x80)));
    if (hits) return i + (size_t)__builtin_ctzll(hits) / 4;
  }
  for (; i < count; i++) {
    if (p[i] > 0x7F) return i;
  }
  return count;
}

#endif

#endif
