// Lines of a header (RFC 5322 §2.2), and the names of fields.
//
// The plain loop, which all of these equal:
//
//     name_end: the first byte that cannot be in a field's name: a control, white space, ':', DEL
//     line_end: the first LF
//     each `count` where there is none
//
// Names are short and lines mostly fit a register or two, so one load answers both questions, where a search for the
// line end and a loop over the name would each begin anew. A byte is at most 0x20 where its minimum with 0x20 is itself.
#ifndef SLUICE_BYTEKERNELS_HEADER_H
#define SLUICE_BYTEKERNELS_HEADER_H

#include "Platform.h"
#include "Search.h"

#include <string.h>

typedef struct {
  size_t name_end;
  size_t line_end;
} sluice_header_line;

SLUICE_BLOCK int sluice_ends_name(uint8_t byte) { return byte <= 0x20 || byte == ':' || byte == 0x7F; }

/// Goes on with the name from `i`.
SLUICE_BLOCK size_t sluice_name_end(const uint8_t *p, size_t count, size_t i) {
  while (i < count && !sluice_ends_name(p[i])) i++;
  return i;
}

SLUICE_BLOCK sluice_header_line sluice_header_line_bytewise(const uint8_t *p, size_t count) {
  size_t line_end = 0;
  while (line_end < count && p[line_end] != '\n') line_end++;
  return (sluice_header_line){sluice_name_end(p, count, 0), line_end};
}

#if SLUICE_X86

static inline sluice_header_line sluice_header_line_sse2(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  if (count < 16) return sluice_header_line_bytewise(p, count);
  __m128i block = _mm_loadu_si128((const __m128i *)p);
  __m128i ends = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x20)), block);
  ends = _mm_or_si128(ends, _mm_cmpeq_epi8(block, _mm_set1_epi8(':')));
  ends = _mm_or_si128(ends, _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F)));
  unsigned names = (unsigned)_mm_movemask_epi8(ends);
  unsigned lines = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8('\n')));
  return (sluice_header_line){
      names ? (size_t)__builtin_ctz(names) : sluice_name_end(p, count, 16),
      lines ? (size_t)__builtin_ctz(lines) : 16 + sluice_index_of_byte_sse2(p + 16, count - 16, '\n')};
}

SLUICE_AVX2 static inline sluice_header_line sluice_header_line_avx2(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  if (count < 32) return sluice_header_line_sse2(p, count);
  __m256i block = _mm256_loadu_si256((const __m256i *)p);
  __m256i ends = _mm256_cmpeq_epi8(_mm256_min_epu8(block, _mm256_set1_epi8(0x20)), block);
  ends = _mm256_or_si256(ends, _mm256_cmpeq_epi8(block, _mm256_set1_epi8(':')));
  ends = _mm256_or_si256(ends, _mm256_cmpeq_epi8(block, _mm256_set1_epi8(0x7F)));
  unsigned names = (unsigned)_mm256_movemask_epi8(ends);
  unsigned lines = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, _mm256_set1_epi8('\n')));
  return (sluice_header_line){
      names ? (size_t)__builtin_ctz(names) : sluice_name_end(p, count, 32),
      lines ? (size_t)__builtin_ctz(lines) : 32 + sluice_index_of_byte_avx2(p + 32, count - 32, '\n')};
}

SLUICE_AVX512 static inline sluice_header_line sluice_header_line_avx512(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  if (count < 64) return sluice_header_line_avx2(p, count);
  __m512i block = _mm512_loadu_si512(p);
  uint64_t names = _mm512_cmple_epu8_mask(block, _mm512_set1_epi8(0x20)) |
                   _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(':')) |
                   _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(0x7F));
  uint64_t lines = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('\n'));
  return (sluice_header_line){
      names ? (size_t)__builtin_ctzll(names) : sluice_name_end(p, count, 64),
      lines ? (size_t)__builtin_ctzll(lines) : 64 + sluice_index_of_byte_avx512(p + 64, count - 64, '\n')};
}

#endif

#if SLUICE_NEON

static inline sluice_header_line sluice_header_line_neon(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  if (count < 16) return sluice_header_line_bytewise(p, count);
  uint8x16_t block = vld1q_u8(p);
  uint8x16_t ends = vorrq_u8(vcleq_u8(block, vdupq_n_u8(0x20)), vceqq_u8(block, vdupq_n_u8(':')));
  uint64_t names = sluice_mask_neon(vorrq_u8(ends, vceqq_u8(block, vdupq_n_u8(0x7F))));
  uint64_t lines = sluice_mask_neon(vceqq_u8(block, vdupq_n_u8('\n')));
  return (sluice_header_line){
      names ? (size_t)__builtin_ctzll(names) / 4 : sluice_name_end(p, count, 16),
      lines ? (size_t)__builtin_ctzll(lines) / 4 : 16 + sluice_index_of_byte_neon(p + 16, count - 16, '\n')};
}

#endif

/// By what this processor has.
static inline sluice_header_line sluice_header_line_best(const void *bytes, size_t count) {
#if SLUICE_X86
  if (sluice_cpu_has_avx512()) return sluice_header_line_avx512(bytes, count);
  return sluice_cpu_has_avx2() ? sluice_header_line_avx2(bytes, count) : sluice_header_line_sse2(bytes, count);
#elif SLUICE_NEON
  return sluice_header_line_neon(bytes, count);
#else
  return sluice_header_line_bytewise(bytes, count);
#endif
}

/// What bytes of a structured value may be part of, as bits.
enum {
  SLUICE_IN_NAME = 1, ///< names of types and parameters, as they are written: letters, digits and "-.+_"
  SLUICE_IN_ATOM = 2, ///< plain words of names and addresses, but for '-'
  SLUICE_IN_TEXT = 4, ///< ASCII on one line, but for '='
};

/// For each byte its bits.
extern const uint8_t sluice_header_classes[256];

/// The first byte from `i` on that has none of the bits of `classes`, or `count`.
static inline size_t sluice_run_end(const void *bytes, size_t count, size_t i, uint8_t classes) {
  const uint8_t *p = bytes;
  while (i < count && (sluice_header_classes[p[i]] & classes)) i++;
  return i;
}

/// A hash of a field's name that does not see the case of ASCII letters: the first eight bytes, the last eight, which
/// overlap them in most names, and the length. Setting 0x20 also makes a few other bytes equal, and the middle of a
/// long name has no say: equal hashes say only that a comparison is worth its while.
static inline uint32_t sluice_name_hash(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  uint64_t first = 0, last = 0;
  if (count >= 8) {
    memcpy(&first, p, 8);
    memcpy(&last, p + count - 8, 8);
  } else if (count >= 4) {
    memcpy(&first, p, 4);
    memcpy(&last, p + count - 4, 4);
  } else {
    for (size_t i = 0; i < count; i++) first = first << 8 | p[i];
  }
  first |= UINT64_C(0x2020202020202020);
  last |= UINT64_C(0x2020202020202020);
  uint64_t mixed = (first ^ (last << 29 | last >> 35)) + count;
  return (uint32_t)((mixed * UINT64_C(0x9E3779B97F4A7C15)) >> 32);
}

/// Eight bytes with their ASCII capital letters made small. The sums carry into the highest bit of a byte from 'A' and
/// from behind 'Z' on, so their difference there marks the letters; 0x80 shifted right by two is 0x20.
SLUICE_BLOCK uint64_t sluice_lowercase(uint64_t word) {
  const uint64_t each = UINT64_C(0x0101010101010101);
  uint64_t low = word & 0x7F * each;
  uint64_t from_a = low + (0x80 - 'A') * each;
  uint64_t behind_z = low + (0x7F - 'Z') * each;
  return word | ((from_a ^ behind_z) & ~word & 0x80 * each) >> 2;
}

/// Whether both hold the same `count` bytes, but for the case of ASCII letters. Where there are eight, the last eight
/// overlap those before them, and so with four: no loop over single bytes is left but for names of three.
static inline int sluice_is_equal_without_case(const void *left, const void *right, size_t count) {
  const uint8_t *a = left, *b = right;
  uint64_t x = 0, y = 0;
  if (count >= 8) {
    for (size_t i = 0; i + 8 < count; i += 8) {
      memcpy(&x, a + i, 8);
      memcpy(&y, b + i, 8);
      if (sluice_lowercase(x) != sluice_lowercase(y)) return 0;
    }
    memcpy(&x, a + count - 8, 8);
    memcpy(&y, b + count - 8, 8);
  } else if (count >= 4) {
    uint32_t ends[4];
    memcpy(&ends[0], a, 4);
    memcpy(&ends[1], a + count - 4, 4);
    memcpy(&ends[2], b, 4);
    memcpy(&ends[3], b + count - 4, 4);
    x = (uint64_t)ends[0] << 32 | ends[1];
    y = (uint64_t)ends[2] << 32 | ends[3];
  } else {
    for (size_t i = 0; i < count; i++) {
      x = x << 8 | a[i];
      y = y << 8 | b[i];
    }
  }
  return sluice_lowercase(x) == sluice_lowercase(y);
}

/// Whether both hold the same `count` bytes.
static inline int sluice_is_equal(const void *left, const void *right, size_t count) {
  return memcmp(left, right, count) == 0;
}

/// A hash of all bytes, eight at a time: each step is a multiplication, which carries upward, and a shift back down.
static inline uint64_t sluice_hash(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  uint64_t hash = count;
  for (; count >= 8; p += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    hash ^= hash >> 32;
  }
  uint64_t rest = 0;
  for (size_t i = 0; i < count; i++) rest = rest << 8 | p[i];
  hash = (hash ^ rest) * UINT64_C(0x9E3779B97F4A7C15);
  return hash ^ hash >> 32;
}

#endif
