// The removal of stuffing dots where the bytes lie (RFC 1939 §3), for the part of it that needs no judgement.
//
// Once a dot has been dropped, all that follows moves down by what was dropped so far. To search for the next dot and
// then move what lies before it reads everything twice; here each register that was searched is stored as well.
//
//     from `read` on, a register at a time:
//       no LF in it is followed by a dot: store it at `written`
//       CRLF is followed by two dots: store what lies before them, leave the first out, and go on with the second
//       otherwise stop, with the LF as the next byte
//
// Two dots are stuffing whatever comes behind them. All else is the caller's to judge: a dot alone, one behind a bare
// LF, and the last bytes, of which too few are left.
//
// 1. `written` is below `read`, so a store of a whole register writes over nothing that is still to be read. What lies
//    before a dot is stored to its exact length, or with AVX2 whole where the register ends before the bytes behind the
//    dot, which are still to be read. The byte before `read` may have been written over; whether it was a CR is all that
//    is asked of it, and is kept in `after_return`.
// 2. To go on behind a dot makes each step wait for the search before it. With AVX-512, VPCOMPRESSB leaves the dots of a
//    register out of it, so that the next begins at a place that is known, however many dots there are.
// 3. Where dots are rare, four registers at a time are searched as `Search.h` tells, and stored if there is none. With
//    AVX-512 the register before them is cut short, so that they are loaded from where cache lines begin.
#ifndef SLUICE_BYTEKERNELS_UNSTUFF_H
#define SLUICE_BYTEKERNELS_UNSTUFF_H

#include "Platform.h"
#include "Search.h"

#include <string.h>

typedef struct {
  size_t read;      ///< the first byte not dealt with; it is not a dot behind an LF
  size_t written;   ///< the end of the output, below `read`
  int after_return; ///< whether the byte before `read` was a CR of the message
} sluice_unstuffing;

static const sluice_needle sluice_lf_dot = {2, '\n', '.', 0};

/// Looks at the first LF from `read` on that a dot follows. True if the dot is left out. How many bytes from `read` on
/// are to be stored is `kept`. The byte behind the dot can be read.
SLUICE_BLOCK int sluice_unstuff_dot(const uint8_t *bytes, size_t newline, sluice_unstuffing *at, size_t *kept) {
  const size_t offset = newline - at->read;
  const int after_return = offset > 0 ? bytes[newline - 1] == '\r' : at->after_return;
  const int is_stuffing = after_return && bytes[newline + 2] == '.';
  *kept = offset + (size_t)is_stuffing;
  at->read += offset + 2 * (size_t)is_stuffing;
  at->after_return = after_return && !is_stuffing;
  return is_stuffing;
}

/// Goes on behind a register of `width` bytes that was stored whole.
SLUICE_BLOCK void sluice_unstuff_pass(sluice_unstuffing *at, size_t width, uint8_t last) {
  at->read += width;
  at->written += width;
  at->after_return = last == '\r';
}

/// Deals with the first LF from `read` on that a dot follows, where the registers have no store of exact length. False if
/// the dot is the caller's to judge.
SLUICE_BLOCK int sluice_unstuff_up_to(uint8_t *bytes, size_t newline, sluice_unstuffing *at) {
  const uint8_t *from = bytes + at->read;
  size_t kept;
  const int goes_on = sluice_unstuff_dot(bytes, newline, at, &kept);
  memmove(bytes + at->written, from, kept);
  at->written += kept;
  return goes_on;
}

#if SLUICE_X86

static inline void sluice_unstuff_sse2(void *block, size_t filled, sluice_unstuffing *unstuffing) {
  uint8_t *bytes = block;
  sluice_unstuffing at = *unstuffing;
  while (at.read + 16 + 2 <= filled) {
    const uint8_t *from = bytes + at.read;
    const unsigned hits = sluice_hits_sse2(from, sluice_lf_dot);
    if (!hits) {
      const uint8_t last = from[15];
      _mm_storeu_si128((__m128i *)(bytes + at.written), _mm_loadu_si128((const __m128i *)from));
      sluice_unstuff_pass(&at, 16, last);
    } else if (!sluice_unstuff_up_to(bytes, at.read + (size_t)__builtin_ctz(hits), &at)) {
      break;
    }
  }
  *unstuffing = at;
}

/// As `sluice_unstuff_up_to`, for an LF within 32 bytes of `read`. Once so many have been dropped that a whole register
/// ends before what is still to be read, it is stored whole.
SLUICE_AVX2 SLUICE_BLOCK int sluice_unstuff_up_to_avx2(uint8_t *bytes, size_t newline, sluice_unstuffing *at) {
  const uint8_t *from = bytes + at->read;
  uint8_t *to = bytes + at->written;
  const __m256i octets = _mm256_loadu_si256((const __m256i *)from);
  size_t kept;
  const int goes_on = sluice_unstuff_dot(bytes, newline, at, &kept);
  if (at->written + 32 <= at->read) {
    _mm256_storeu_si256((__m256i *)to, octets);
  } else {
    memmove(to, from, kept);
  }
  at->written += kept;
  return goes_on;
}

/// Stores four registers if none has an LF that a dot follows. False if one has; nothing is stored then.
SLUICE_AVX2 SLUICE_BLOCK int sluice_unstuff_four_avx2(uint8_t *bytes, sluice_unstuffing *at) {
  const uint8_t *from = bytes + at->read;
  uint8_t *to = bytes + at->written;
  __m256i h0 = sluice_hits_avx2(from, sluice_lf_dot), h1 = sluice_hits_avx2(from + 32, sluice_lf_dot);
  __m256i h2 = sluice_hits_avx2(from + 64, sluice_lf_dot), h3 = sluice_hits_avx2(from + 96, sluice_lf_dot);
  __m256i any = _mm256_or_si256(_mm256_or_si256(h0, h1), _mm256_or_si256(h2, h3));
  if (!_mm256_testz_si256(any, any)) return 0;
  const uint8_t last = from[127];
  __m256i first = _mm256_loadu_si256((const __m256i *)from);
  __m256i second = _mm256_loadu_si256((const __m256i *)(from + 32));
  __m256i third = _mm256_loadu_si256((const __m256i *)(from + 64));
  __m256i fourth = _mm256_loadu_si256((const __m256i *)(from + 96));
  _mm256_storeu_si256((__m256i *)to, first);
  _mm256_storeu_si256((__m256i *)(to + 32), second);
  _mm256_storeu_si256((__m256i *)(to + 64), third);
  _mm256_storeu_si256((__m256i *)(to + 96), fourth);
  sluice_unstuff_pass(at, 128, last);
  return 1;
}

SLUICE_AVX2 static inline void sluice_unstuff_avx2(void *block, size_t filled, sluice_unstuffing *unstuffing) {
  uint8_t *bytes = block;
  sluice_unstuffing at = *unstuffing;
  unsigned quiet = 0; // registers without a dot since the last one that had any, or since four were tried
  while (at.read + 32 + 2 <= filled) {
    const uint8_t *from = bytes + at.read;
    const unsigned hits = (unsigned)_mm256_movemask_epi8(sluice_hits_avx2(from, sluice_lf_dot));
    if (hits) {
      quiet = 0;
      if (!sluice_unstuff_up_to_avx2(bytes, at.read + (size_t)__builtin_ctz(hits), &at)) break;
      continue;
    }
    const uint8_t last = from[31];
    _mm256_storeu_si256((__m256i *)(bytes + at.written), _mm256_loadu_si256((const __m256i *)from));
    sluice_unstuff_pass(&at, 32, last);
    if (++quiet < 4) continue;
    while (at.read + 128 + 2 <= filled && sluice_unstuff_four_avx2(bytes, &at)) {}
    quiet = 0;
  }
  *unstuffing = at;
}

/// Stores four registers if none has an LF that a dot follows. False if one has; nothing is stored then.
SLUICE_AVX512 SLUICE_BLOCK int sluice_unstuff_four_avx512(uint8_t *bytes, sluice_unstuffing *at) {
  const uint8_t *from = bytes + at->read;
  uint8_t *to = bytes + at->written;
  __m512i m0 = sluice_misses_avx512(from, sluice_lf_dot), m1 = sluice_misses_avx512(from + 64, sluice_lf_dot);
  __m512i m2 = sluice_misses_avx512(from + 128, sluice_lf_dot), m3 = sluice_misses_avx512(from + 192, sluice_lf_dot);
  __m512i least = _mm512_min_epu8(_mm512_min_epu8(m0, m1), _mm512_min_epu8(m2, m3));
  if (_mm512_testn_epi8_mask(least, least)) return 0;
  const uint8_t last = from[255];
  __m512i first = _mm512_loadu_si512(from), second = _mm512_loadu_si512(from + 64);
  __m512i third = _mm512_loadu_si512(from + 128), fourth = _mm512_loadu_si512(from + 192);
  _mm512_storeu_si512(to, first);
  _mm512_storeu_si512(to + 64, second);
  _mm512_storeu_si512(to + 128, third);
  _mm512_storeu_si512(to + 192, fourth);
  sluice_unstuff_pass(at, 256, last);
  return 1;
}

/// The last bytes, fewer than a register has, if dots begin lines in them and all are stuffing: one step in place of one
/// for each line. Two bytes more can be read. A store of less than a register is slow: without a dot they can wait.
SLUICE_AVX512 SLUICE_BLOCK void sluice_unstuff_few_avx512(
    uint8_t *bytes, size_t count, sluice_unstuffing *at, uint64_t *starts_with_dot) {
  const uint8_t *from = bytes + at->read;
  const __m512i dot = _mm512_set1_epi8('.');
  const uint64_t lanes = ~(uint64_t)0 >> (64 - count);
  const __m512i octets = _mm512_maskz_loadu_epi8(lanes, from);
  const uint64_t newlines = _mm512_mask_cmpeq_epi8_mask(lanes, octets, _mm512_set1_epi8('\n'));
  const uint64_t hits = _mm512_mask_cmpeq_epi8_mask(newlines, _mm512_maskz_loadu_epi8(lanes, from + 1), dot);
  if (!hits) return;
  const uint64_t returns = _mm512_cmpeq_epi8_mask(octets, _mm512_set1_epi8('\r'));
  const uint64_t after_return = returns << 1 | (uint64_t)at->after_return;
  const __m512i third = _mm512_maskz_loadu_epi8(lanes, from + 2);
  if (_mm512_mask_cmpeq_epi8_mask(hits & after_return, third, dot) != hits) return;
  const uint8_t last = from[count - 1];
  const uint64_t kept = ~(hits << 1 | *starts_with_dot) & lanes;
  const unsigned length = (unsigned)__builtin_popcountll(kept);
  // Fewer than 64.
  _mm512_mask_storeu_epi8(
      bytes + at->written, ((uint64_t)1 << length) - 1, _mm512_maskz_compress_epi8(kept, octets));
  at->read += count;
  at->written += length;
  at->after_return = last == '\r';
  *starts_with_dot = hits >> (count - 1);
}

SLUICE_AVX512 static inline void sluice_unstuff_avx512(void *block, size_t filled, sluice_unstuffing *unstuffing) {
  uint8_t *bytes = block;
  sluice_unstuffing at = *unstuffing;
  const __m512i dot = _mm512_set1_epi8('.');
  uint64_t starts_with_dot = 0; // 1 if the byte at `read` is a dot to be left out
  unsigned quiet = 3;           // registers without a dot since the last one that had any
  int goes_on = 1;              // 0 if the next dot is the caller's to judge
  while (goes_on && at.read + 64 + 2 <= filled) {
    if (quiet >= 4 && at.read + 256 + 2 <= filled && sluice_unstuff_four_avx512(bytes, &at)) continue;
    const uint8_t *from = bytes + at.read;
    uint8_t *to = bytes + at.written;
    const __m512i octets = _mm512_loadu_si512(from);
    const uint64_t hits = sluice_hits_avx512(from, sluice_lf_dot);
    const uint8_t last = from[63];
    if (!(hits | starts_with_dot)) {
      const size_t kept = ++quiet < 4 ? 64 : 64 - ((uintptr_t)from & 63);
      const uint8_t last_kept = from[kept - 1];
      _mm512_mask_storeu_epi8(to, ~(uint64_t)0 >> (64 - kept), octets);
      sluice_unstuff_pass(&at, kept, last_kept);
      continue;
    }
    quiet = 0;
    const uint64_t returns = _mm512_cmpeq_epi8_mask(octets, _mm512_set1_epi8('\r'));
    const uint64_t after_return = returns << 1 | (uint64_t)at.after_return;
    const uint64_t doubled = _mm512_mask_cmpeq_epi8_mask(hits & after_return, _mm512_loadu_si512(from + 2), dot);
    if (doubled == hits) {
      const uint64_t kept = ~(hits << 1 | starts_with_dot);
      _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(kept, octets));
      at.read += 64;
      at.written += (size_t)__builtin_popcountll(kept);
      at.after_return = last == '\r';
      starts_with_dot = hits >> 63;
    } else if (starts_with_dot) {
      at.read++;
      starts_with_dot = 0;
    } else {
      size_t kept;
      goes_on = sluice_unstuff_dot(bytes, at.read + (size_t)__builtin_ctzll(hits), &at, &kept);
      // At most 64: the LF is within the register.
      _mm512_mask_storeu_epi8(to, kept < 64 ? ((uint64_t)1 << kept) - 1 : ~(uint64_t)0, octets);
      at.written += kept;
    }
  }
  if (goes_on && at.read + 2 < filled) sluice_unstuff_few_avx512(bytes, filled - 2 - at.read, &at, &starts_with_dot);
  at.read += starts_with_dot;
  *unstuffing = at;
}

#endif

#if SLUICE_NEON

static inline void sluice_unstuff_neon(void *block, size_t filled, sluice_unstuffing *unstuffing) {
  uint8_t *bytes = block;
  sluice_unstuffing at = *unstuffing;
  while (at.read + 16 + 2 <= filled) {
    const uint8_t *from = bytes + at.read;
    const uint64_t hits = sluice_mask_neon(sluice_hits_neon(from, sluice_lf_dot));
    if (!hits) {
      const uint8_t last = from[15];
      vst1q_u8(bytes + at.written, vld1q_u8(from));
      sluice_unstuff_pass(&at, 16, last);
    } else if (!sluice_unstuff_up_to(bytes, at.read + (size_t)__builtin_ctzll(hits) / 4, &at)) {
      break;
    }
  }
  *unstuffing = at;
}

#endif

#endif
