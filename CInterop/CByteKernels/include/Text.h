// Text as it is once its transfer encoding is off: whether it is UTF-8 (RFC 3629), and its line ends.
//
// UTF-8, by the method of Keiser and Lemire ("Validating UTF-8 in less than one instruction per byte", 2020): every
// error of two bytes in a row shows in three nibbles, the high and low one of the first byte and the high one of the
// second. Three tables of sixteen give for each nibble the errors it may be part of, and their AND is the errors that
// are there. What is left is whether a third or fourth byte is where one must be, which the bytes two and three before
// tell. A block that is all ASCII needs only that the one before it did not end in the middle of a character.
//
// Line ends: each CRLF becomes LF. A register is stored whole, and once more from behind the first CR that goes, one byte
// further to the front; without one that second store lies behind the register, where the next goes over it. So the
// common cases have no branch, and where the next register is loaded from does not depend on what is in this one. Whether
// all was ASCII is told along the way, as that is nearly all text, which then need not be gone through again.
#ifndef SLUICE_BYTEKERNELS_TEXT_H
#define SLUICE_BYTEKERNELS_TEXT_H

#include "Platform.h"

#include <string.h>

/// The bytes of output, over one for each byte of input, that a copy of lines may write and does not count.
enum { SLUICE_LINES_SLACK = 32 };

/// Copies with LF for each CRLF from `i` on, where `written` bytes are written already. Returns how many are then.
SLUICE_BLOCK size_t sluice_unix_lines_bytewise(
    const uint8_t *p, size_t count, uint8_t *out, size_t i, size_t written, int *is_ascii) {
  uint8_t any = 0;
  for (; i < count; i++) {
    any |= p[i];
    if (p[i] == '\r' && i + 1 < count && p[i + 1] == '\n') continue;
    out[written++] = p[i];
  }
  if (any & 0x80) *is_ascii = 0;
  return written;
}

#if SLUICE_X86

/// Copies `count` bytes with LF for each CRLF; the output must not overlap the input. Returns the bytes written, and
/// clears `is_ascii` if not all that were read are ASCII.
static inline size_t sluice_unix_lines_sse2(const void *bytes, size_t count, void *output, int *is_ascii) {
  const uint8_t *p = bytes;
  uint8_t *out = output;
  size_t i = 0, written = 0;
  __m128i any = _mm_setzero_si128();
  for (; count - i >= 34; i += 16) {
    __m128i block = _mm_loadu_si128((const __m128i *)(p + i));
    __m128i next = _mm_loadu_si128((const __m128i *)(p + i + 1));
    any = _mm_or_si128(any, block);
    unsigned dropped = (unsigned)_mm_movemask_epi8(
        _mm_and_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('\r')), _mm_cmpeq_epi8(next, _mm_set1_epi8('\n'))));
    _mm_storeu_si128((__m128i *)(out + written), block);
    size_t first = (size_t)__builtin_ctz(dropped | 1u << 16);
    _mm_storeu_si128((__m128i *)(out + written + first), _mm_loadu_si128((const __m128i *)(p + i + first + 1)));
    written += 16 - (dropped != 0);
    for (unsigned rest = dropped & (dropped - 1); rest; rest &= rest - 1) {
      // What is behind this one was written up to here already, and moves by one.
      size_t at = (size_t)__builtin_ctz(rest);
      uint8_t *to = out + written - (16 - at);
      _mm_storeu_si128((__m128i *)to, _mm_loadu_si128((const __m128i *)(p + i + at + 1)));
      written--;
    }
  }
  if (_mm_movemask_epi8(any)) *is_ascii = 0;
  return sluice_unix_lines_bytewise(p, count, out, i, written, is_ascii);
}

/// As `sluice_unix_lines_sse2`.
SLUICE_AVX2 static inline size_t sluice_unix_lines_avx2(
    const void *bytes, size_t count, void *output, int *is_ascii) {
  const uint8_t *p = bytes;
  uint8_t *out = output;
  size_t i = 0, written = 0;
  __m256i any = _mm256_setzero_si256();
  for (; count - i >= 66; i += 32) {
    __m256i block = _mm256_loadu_si256((const __m256i *)(p + i));
    __m256i next = _mm256_loadu_si256((const __m256i *)(p + i + 1));
    any = _mm256_or_si256(any, block);
    unsigned dropped = (unsigned)_mm256_movemask_epi8(_mm256_and_si256(
        _mm256_cmpeq_epi8(block, _mm256_set1_epi8('\r')), _mm256_cmpeq_epi8(next, _mm256_set1_epi8('\n'))));
    _mm256_storeu_si256((__m256i *)(out + written), block);
    size_t first = (size_t)__builtin_ctzll(dropped | UINT64_C(1) << 32);
    _mm256_storeu_si256((__m256i *)(out + written + first), _mm256_loadu_si256((const __m256i *)(p + i + first + 1)));
    written += 32 - (dropped != 0);
    for (unsigned rest = dropped & (dropped - 1); rest; rest &= rest - 1) {
      size_t at = (size_t)__builtin_ctz(rest);
      uint8_t *to = out + written - (32 - at);
      _mm256_storeu_si256((__m256i *)to, _mm256_loadu_si256((const __m256i *)(p + i + at + 1)));
      written--;
    }
  }
  if (_mm256_movemask_epi8(any)) *is_ascii = 0;
  size_t more = sluice_unix_lines_sse2(p + i, count - i, out + written, is_ascii);
  return written + more;
}

/// As `sluice_unix_lines_sse2`. VPCOMPRESSB leaves the CRs out of a register.
SLUICE_AVX512 static inline size_t sluice_unix_lines_avx512(
    const void *bytes, size_t count, void *output, int *is_ascii) {
  const uint8_t *p = bytes;
  uint8_t *out = output;
  const __m512i cr = _mm512_set1_epi8('\r'), lf = _mm512_set1_epi8('\n');
  size_t i = 0, written = 0;
  __m512i any = _mm512_setzero_si512();
  for (; count - i >= 65; i += 64) {
    __m512i block = _mm512_loadu_si512(p + i);
    any = _mm512_or_si512(any, block);
    uint64_t returns = _mm512_cmpeq_epi8_mask(block, cr);
    if (!returns) {
      _mm512_storeu_si512(out + written, block);
      written += 64;
      continue;
    }
    uint64_t kept = ~_mm512_mask_cmpeq_epi8_mask(returns, _mm512_loadu_si512(p + i + 1), lf);
    _mm512_storeu_si512(out + written, _mm512_maskz_compress_epi8(kept, block));
    written += (size_t)__builtin_popcountll(kept);
  }
  if (_mm512_movepi8_mask(any)) *is_ascii = 0;
  return written + sluice_unix_lines_avx2(p + i, count - i, out + written, is_ascii);
}

/// The errors that the last 32 bytes of `input` may make with the 32 before; zero lanes are right.
SLUICE_AVX2 SLUICE_BLOCK __m256i sluice_utf8_errors_avx2(__m256i input, __m256i before) {
  enum {
    TOO_SHORT = 1 << 0,  // a lead byte, and no continuation
    TOO_LONG = 1 << 1,   // ASCII, and a continuation
    OVERLONG_3 = 1 << 2,
    TOO_LARGE = 1 << 3,  // over U+10FFFF
    SURROGATE = 1 << 4,
    OVERLONG_2 = 1 << 5,
    TOO_LARGE_1000 = 1 << 6,
    OVERLONG_4 = 1 << 6,
    TWO_CONTINUATIONS = 1 << 7,
    ALWAYS = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS, // the low nibble of the first byte does not matter
    LARGE = ALWAYS | TOO_LARGE | TOO_LARGE_1000,
    BEHIND_8 = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
    BEHIND_9 = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE,
    BEHIND_AB = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
  };
#define SLUICE_TWICE(...) _mm256_broadcastsi128_si256(_mm_setr_epi8(__VA_ARGS__))
  const __m256i first_high = SLUICE_TWICE(
      TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, (char)TWO_CONTINUATIONS,
      (char)TWO_CONTINUATIONS, (char)TWO_CONTINUATIONS, (char)TWO_CONTINUATIONS, TOO_SHORT | OVERLONG_2, TOO_SHORT,
      TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4);
  const __m256i first_low = SLUICE_TWICE(
      (char)(ALWAYS | OVERLONG_3 | OVERLONG_2 | OVERLONG_4), (char)(ALWAYS | OVERLONG_2), (char)ALWAYS, (char)ALWAYS,
      (char)(ALWAYS | TOO_LARGE), (char)LARGE, (char)LARGE, (char)LARGE, (char)LARGE, (char)LARGE, (char)LARGE,
      (char)LARGE, (char)LARGE, (char)(LARGE | SURROGATE), (char)LARGE, (char)LARGE);
  const __m256i second_high = SLUICE_TWICE(
      TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, (char)BEHIND_8,
      (char)BEHIND_9, (char)BEHIND_AB, (char)BEHIND_AB, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT);
#undef SLUICE_TWICE
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  __m256i joint = _mm256_permute2x128_si256(before, input, 0x21);
  __m256i previous = _mm256_alignr_epi8(input, joint, 15);
  __m256i pairs = _mm256_and_si256(
      _mm256_and_si256(
          _mm256_shuffle_epi8(first_high, _mm256_and_si256(_mm256_srli_epi16(previous, 4), nibble)),
          _mm256_shuffle_epi8(first_low, _mm256_and_si256(previous, nibble))),
      _mm256_shuffle_epi8(second_high, _mm256_and_si256(_mm256_srli_epi16(input, 4), nibble)));
  // Where a third or fourth byte must be, two continuations in a row are right, and anything else is wrong.
  __m256i third = _mm256_subs_epu8(_mm256_alignr_epi8(input, joint, 14), _mm256_set1_epi8(0xE0 - 0x80));
  __m256i fourth = _mm256_subs_epu8(_mm256_alignr_epi8(input, joint, 13), _mm256_set1_epi8(0xF0 - 0x80));
  __m256i due = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
  return _mm256_xor_si256(due, pairs);
}

/// Whether the bytes are UTF-8.
SLUICE_AVX2 static inline int sluice_is_utf8_avx2(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  __m256i errors = _mm256_setzero_si256(), before = _mm256_setzero_si256();
  size_t i = 0;
  int begun = 0; // whether `before` may end within a character
  while (i + 32 <= count) {
    if (!begun && i + 128 <= count) {
      const __m256i *q = (const __m256i *)(p + i);
      __m256i last = _mm256_loadu_si256(q + 3);
      __m256i any = _mm256_or_si256(
          _mm256_or_si256(_mm256_loadu_si256(q), _mm256_loadu_si256(q + 1)),
          _mm256_or_si256(_mm256_loadu_si256(q + 2), last));
      if (!_mm256_movemask_epi8(any)) {
        before = last;
        i += 128;
        continue;
      }
    }
    __m256i block = _mm256_loadu_si256((const __m256i *)(p + i));
    int high = _mm256_movemask_epi8(block);
    if (begun || high) errors = _mm256_or_si256(errors, sluice_utf8_errors_avx2(block, before));
    // A character of a block is in doubt only if one of its last three bytes leads it.
    begun = high < 0 || (high & 0x60000000) != 0;
    before = block;
    i += 32;
  }
  // The rest, with zeros behind it: they are ASCII, which no character goes on with.
  uint8_t rest[32] = {0};
  memcpy(rest, p + i, count - i);
  errors = _mm256_or_si256(errors, sluice_utf8_errors_avx2(_mm256_loadu_si256((const __m256i *)rest), before));
  return _mm256_testz_si256(errors, errors);
}

#endif

#if SLUICE_NEON

/// As `sluice_unix_lines_sse2`.
static inline size_t sluice_unix_lines_neon(const void *bytes, size_t count, void *output, int *is_ascii) {
  const uint8_t *p = bytes;
  uint8_t *out = output;
  size_t i = 0, written = 0;
  uint8x16_t any = vdupq_n_u8(0);
  while (count - i > 16) {
    uint8x16_t block = vld1q_u8(p + i);
    uint64_t returns =
        vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(vceqq_u8(block, vdupq_n_u8('\r'))), 4)), 0);
    any = vorrq_u8(any, block);
    vst1q_u8(out + written, block);
    size_t plain = returns ? (size_t)__builtin_ctzll(returns) / 4 : 16;
    i += plain;
    written += plain;
    if (!returns) continue;
    if (p[i + 1] != '\n') out[written++] = '\r';
    i++;
  }
  if (vmaxvq_u8(any) >= 0x80) *is_ascii = 0;
  return sluice_unix_lines_bytewise(p, count, out, i, written, is_ascii);
}

#endif

#endif
