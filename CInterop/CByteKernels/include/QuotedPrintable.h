// quoted-printable (RFC 2045 §6.7), damage and all.
//
// The plain loop, which all of these equal (QuotedPrintableDecoder has it as a table of states):
//
//     "=" and two hexadecimal digits (of either case) give one byte;
//     "=", white space if any, and a line end give nothing (a soft line break);
//     any other "=" is damage and stands for itself;
//     white space before a line end is dropped (it was added on the way);
//     everything else stands for itself. A line end is CRLF or LF; a CR alone is not one.
//
// What the kernels do instead, and why it pays:
//
// 1. Nearly every byte stands for itself, so copy a register at a time and look only where something happens: at a "=",
//    and at white space with a CR or LF after it. The latter comes from comparing the block at `i` for SP and HT, the
//    block at `i + 1` for CR and LF, and an AND: the spaces between words never stop the loop, as a search for white
//    space would.
// 2. The register is stored before its mask is looked at: the bytes after the stop are overwritten by what comes next,
//    which is cheaper than a copy of exactly as many bytes as are right.
// 3. After an escape, look for the next one right there: text in Cyrillic is escapes and little else.
// 4. White space that turns out to be dropped is taken back from the output. It can only be the bytes just copied:
//    white space that came from "=20" has a digit before it in the input, where the walk back stops.
#ifndef SLUICE_BYTEKERNELS_QUOTEDPRINTABLE_H
#define SLUICE_BYTEKERNELS_QUOTEDPRINTABLE_H

#include "Platform.h"
#include "Search.h"

/// How far a call got.
typedef struct {
  size_t consumed; ///< bytes of input; what is left depends on bytes not yet seen, or is less than a block
  size_t written;  ///< bytes of output
  size_t damaged;  ///< "=" that stood for itself
} sluice_qp_progress;

/// The bytes of output, over one for each byte of input, that a call may write and does not count.
enum { SLUICE_QP_SLACK = 32 };

/// For each byte the value of the hexadecimal digit, or 0xFF.
extern const uint8_t sluice_hex_table[256];

SLUICE_BLOCK int sluice_qp_is_space(uint8_t byte) { return byte == ' ' || byte == '\t'; }

/// Copies from `p` to `out` up to the first byte to look at, or until less than a block is left. Returns how many
/// bytes; those copied after them do not count.
typedef size_t sluice_qp_copy_plain(const uint8_t *p, size_t count, uint8_t *out);

/// Handles the "=" at `i`. Returns 0 if more bytes are needed to tell what it is.
SLUICE_BLOCK int sluice_qp_escape(const uint8_t *p, size_t count, uint8_t *out, sluice_qp_progress *at) {
  size_t i = at->consumed;
  if (count - i < 3) return 0;
  uint8_t high = sluice_hex_table[p[i + 1]], low = sluice_hex_table[p[i + 2]];
  if ((high | low) < 16) {
    out[at->written++] = (uint8_t)(high << 4 | low);
    at->consumed = i + 3;
    return 1;
  }
  size_t j = i + 1;
  while (j < count && sluice_qp_is_space(p[j])) j++;
  if (j == count) return 0;
  if (p[j] == '\r') {
    if (j + 1 == count) return 0;
    if (p[j + 1] == '\n') j++;
  }
  if (p[j] == '\n') {
    at->consumed = j + 1;
    return 1;
  }
  out[at->written++] = '=';
  at->damaged++;
  at->consumed = i + 1;
  return 1;
}

/// Takes back the white space that was copied just before `at`.
SLUICE_BLOCK void sluice_qp_take_back_space(const uint8_t *p, sluice_qp_progress *at) {
  while (at->consumed > 0 && sluice_qp_is_space(p[at->consumed - 1])) {
    at->consumed--;
    at->written--;
  }
}

/// Handles the last white space of a run, with a CR or LF after it. Returns 0 if that CR is the last byte.
SLUICE_BLOCK int sluice_qp_space(const uint8_t *p, size_t count, uint8_t *out, sluice_qp_progress *at) {
  size_t i = at->consumed;
  size_t line_end = i + 1;
  if (p[line_end] == '\r') {
    if (line_end + 1 == count) return 0;
    if (p[line_end + 1] != '\n') {
      out[at->written++] = p[i];
      at->consumed++;
      return 1;
    }
  }
  sluice_qp_take_back_space(p, at);
  if (p[line_end] == '\r') out[at->written++] = p[line_end++];
  out[at->written++] = '\n';
  at->consumed = line_end + 1;
  return 1;
}

SLUICE_BLOCK sluice_qp_progress sluice_qp_decode(
    const uint8_t *p, size_t count, uint8_t *out, size_t block, sluice_qp_copy_plain *copy_plain) {
  sluice_qp_progress at = {0, 0, 0};
  for (;;) {
    size_t plain = copy_plain(p + at.consumed, count - at.consumed, out + at.written);
    at.consumed += plain;
    at.written += plain;
    if (count - at.consumed < block) break;
    if (p[at.consumed] != '=') {
      if (!sluice_qp_space(p, count, out, &at)) break;
      continue;
    }
    int known;
    do {
      known = sluice_qp_escape(p, count, out, &at);
    } while (known && at.consumed < count && p[at.consumed] == '=');
    if (!known) break;
  }
  // Whether this white space stays is for the bytes after it to say.
  sluice_qp_take_back_space(p, &at);
  return at;
}

#if SLUICE_X86

static inline size_t sluice_qp_copy_plain_sse2(const uint8_t *p, size_t count, uint8_t *out) {
  size_t i = 0;
  for (; count - i > 16; i += 16) {
    __m128i here = _mm_loadu_si128((const __m128i *)(p + i)), next = _mm_loadu_si128((const __m128i *)(p + i + 1));
    __m128i equals = _mm_cmpeq_epi8(here, _mm_set1_epi8('='));
    __m128i space = _mm_or_si128(
        _mm_cmpeq_epi8(here, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(here, _mm_set1_epi8('\t')));
    __m128i line_end = _mm_or_si128(
        _mm_cmpeq_epi8(next, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(next, _mm_set1_epi8('\r')));
    unsigned stops = (unsigned)_mm_movemask_epi8(_mm_or_si128(equals, _mm_and_si128(space, line_end)));
    _mm_storeu_si128((__m128i *)(out + i), here);
    if (stops) return i + (size_t)__builtin_ctz(stops);
  }
  return i;
}

SLUICE_AVX2 static inline size_t sluice_qp_copy_plain_avx2(const uint8_t *p, size_t count, uint8_t *out) {
  size_t i = 0;
  for (; count - i > 32; i += 32) {
    __m256i here = _mm256_loadu_si256((const __m256i *)(p + i));
    __m256i next = _mm256_loadu_si256((const __m256i *)(p + i + 1));
    __m256i equals = _mm256_cmpeq_epi8(here, _mm256_set1_epi8('='));
    __m256i space = _mm256_or_si256(
        _mm256_cmpeq_epi8(here, _mm256_set1_epi8(' ')), _mm256_cmpeq_epi8(here, _mm256_set1_epi8('\t')));
    __m256i line_end = _mm256_or_si256(
        _mm256_cmpeq_epi8(next, _mm256_set1_epi8('\n')), _mm256_cmpeq_epi8(next, _mm256_set1_epi8('\r')));
    unsigned stops =
        (unsigned)_mm256_movemask_epi8(_mm256_or_si256(equals, _mm256_and_si256(space, line_end)));
    _mm256_storeu_si256((__m256i *)(out + i), here);
    if (stops) return i + (size_t)__builtin_ctz(stops);
  }
  return i;
}

/// Decodes `count` bytes, none of which belongs to something begun before, except for the last ones: see
/// `sluice_qp_progress`. The output needs `count` bytes and the slack, and must not overlap the input.
static inline sluice_qp_progress sluice_qp_decode_sse2(const void *bytes, size_t count, void *output) {
  return sluice_qp_decode(bytes, count, output, 17, sluice_qp_copy_plain_sse2);
}
SLUICE_AVX2 static inline sluice_qp_progress sluice_qp_decode_avx2(const void *bytes, size_t count, void *output) {
  return sluice_qp_decode(bytes, count, output, 33, sluice_qp_copy_plain_avx2);
}

#endif

#if SLUICE_NEON

static inline size_t sluice_qp_copy_plain_neon(const uint8_t *p, size_t count, uint8_t *out) {
  size_t i = 0;
  for (; count - i > 16; i += 16) {
    uint8x16_t here = vld1q_u8(p + i), next = vld1q_u8(p + i + 1);
    uint8x16_t equals = vceqq_u8(here, vdupq_n_u8('='));
    uint8x16_t space = vorrq_u8(vceqq_u8(here, vdupq_n_u8(' ')), vceqq_u8(here, vdupq_n_u8('\t')));
    uint8x16_t line_end = vorrq_u8(vceqq_u8(next, vdupq_n_u8('\n')), vceqq_u8(next, vdupq_n_u8('\r')));
    uint64_t stops = sluice_mask_neon(vorrq_u8(equals, vandq_u8(space, line_end)));
    vst1q_u8(out + i, here);
    if (stops) return i + (size_t)__builtin_ctzll(stops) / 4;
  }
  return i;
}

/// As `sluice_qp_decode_sse2`.
static inline sluice_qp_progress sluice_qp_decode_neon(const void *bytes, size_t count, void *output) {
  return sluice_qp_decode(bytes, count, output, 17, sluice_qp_copy_plain_neon);
}

#endif

#endif
