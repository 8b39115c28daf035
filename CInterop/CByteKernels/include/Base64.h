// base64 (RFC 2045 §6.8) out of mail: in lines, damaged, and in pieces.
//
// The plain loop, which all of these equal:
//
//     for each byte: a letter of the alphabet gives 6 bits, and every 4 letters give 3 bytes;
//                    CR, LF, SP and HT are skipped;
//                    '=' ends the group of 4: 2 letters before it give 1 byte, 3 give 2 (a second '=' belongs to it);
//                    anything else is skipped and counted as invalid.
//
// A table makes that about 1.5 GB/s. What the AVX2 kernel does instead, and why it pays:
//
// 1. 32 letters become 24 bytes in about a dozen instructions without a branch (Muła and Lemire's method). Each
//    byte's high nibble picks from one table the classes it may belong to and its low nibble from another; the AND of
//    both is zero exactly for the 64 letters. The high nibble also picks what to add to turn the letter into its 6
//    bits, with '/' moved to a slot of its own. Two multiply-adds join 4 x 6 bits into 24, a shuffle closes the gaps.
// 2. Line ends are what makes mail's base64 slow: looking for each one costs as much as decoding the line. But all
//    lines of a body have the same width, nearly always 76. So the next line's width is *predicted* to be the last
//    one's: one test of the two bytes where CRLF must be, then straight decoding of 32 + 32 + (overlapping) 32 letters.
// 3. The error masks of a line are ORed and tested once. When something is not a letter, the bytes stored for the line
//    are simply not counted, and the table loop decodes it again. A prediction that fails is therefore never wrong,
//    only slow.
// 4. Each store writes 32 bytes of which 24 count; the next one overwrites the rest. That is the slack which the output
//    must have.
#ifndef SLUICE_BYTEKERNELS_BASE64_H
#define SLUICE_BYTEKERNELS_BASE64_H

#include "Platform.h"

/// What is left over between two pieces. All zero at the start.
typedef struct {
  uint64_t invalid;         ///< bytes that were neither letters, white space nor padding that fits
  uint32_t bits;            ///< the letters of the unfinished group, 6 bits each, the last one lowest
  uint8_t letters;          ///< how many those are: 0 to 3
  uint8_t padding_due;      ///< how many more '=' the group that was just ended may have: 0 or 1
  uint8_t padded;           ///< whether a group was ended by padding
  uint8_t continues;        ///< whether letters came after that padding
} sluice_base64_state;

/// The bytes of output, over 3 for every 4 letters, that a call may write and does not count.
enum { SLUICE_BASE64_SLACK = 32 };

enum { SLUICE_BASE64_SPACE = 0x40, SLUICE_BASE64_PAD = 0x80, SLUICE_BASE64_INVALID = 0xC0 };

/// For each byte its 6 bits, or one of the marks above.
extern const uint8_t sluice_base64_table[256];

SLUICE_BLOCK uint8_t *sluice_base64_letter(sluice_base64_state *state, uint8_t bits, uint8_t *out) {
  if (state->padded) state->continues = 1;
  state->padding_due = 0;
  state->bits = state->bits << 6 | bits;
  if (++state->letters < 4) return out;
  out[0] = (uint8_t)(state->bits >> 16);
  out[1] = (uint8_t)(state->bits >> 8);
  out[2] = (uint8_t)state->bits;
  state->letters = 0;
  state->bits = 0;
  return out + 3;
}

/// Ends a group of 2 or 3 letters early; a single letter holds no whole byte and is dropped.
SLUICE_BLOCK uint8_t *sluice_base64_end_group(sluice_base64_state *state, uint8_t *out) {
  if (state->letters == 2) {
    *out++ = (uint8_t)(state->bits >> 4);
  } else if (state->letters == 3) {
    *out++ = (uint8_t)(state->bits >> 10);
    *out++ = (uint8_t)(state->bits >> 2);
  }
  state->letters = 0;
  state->bits = 0;
  return out;
}

SLUICE_BLOCK uint8_t *sluice_base64_pad(sluice_base64_state *state, uint8_t *out) {
  if (state->letters < 2) {
    if (state->letters == 0 && state->padding_due) {
      state->padding_due = 0;
    } else {
      state->invalid++;
      state->letters = 0;
      state->bits = 0;
    }
    return out;
  }
  state->padding_due = state->letters == 2;
  state->padded = 1;
  return sluice_base64_end_group(state, out);
}

/// Whether whole groups may be decoded without touching `state`.
SLUICE_BLOCK int sluice_base64_between_groups(const sluice_base64_state *state) {
  return state->letters == 0 && state->padding_due == 0 && state->padded == state->continues;
}

SLUICE_BLOCK uint8_t *sluice_base64_byte(sluice_base64_state *state, uint8_t byte, uint8_t *out) {
  uint8_t value = sluice_base64_table[byte];
  if (value < 64) return sluice_base64_letter(state, value, out);
  if (value == SLUICE_BASE64_PAD) return sluice_base64_pad(state, out);
  state->invalid += value == SLUICE_BASE64_INVALID;
  return out;
}

/// Decodes all of `count` bytes. The output needs 3 bytes for every 4 letters (those in `state` too) and the slack, and
/// must not overlap the input. Returns the number of bytes written.
static inline size_t sluice_base64_decode_table(
    sluice_base64_state *state, const void *bytes, size_t count, void *output) {
  const uint8_t *p = bytes, *end = p + count, *table = sluice_base64_table;
  uint8_t *out = output;
  while (p < end) {
    if (sluice_base64_between_groups(state)) {
      for (; end - p >= 4; p += 4, out += 3) {
        uint32_t a = table[p[0]], b = table[p[1]], c = table[p[2]], d = table[p[3]];
        if ((a | b | c | d) >= 64) break;
        uint32_t group = a << 18 | b << 12 | c << 6 | d;
        out[0] = (uint8_t)(group >> 16);
        out[1] = (uint8_t)(group >> 8);
        out[2] = (uint8_t)group;
      }
      if (p == end) break;
    }
    out = sluice_base64_byte(state, *p++, out);
  }
  return (size_t)(out - (uint8_t *)output);
}

#if SLUICE_X86

/// Decodes 32 letters at `p` to 24 bytes at `out` (32 are stored). Lanes of the result are non-zero where a byte was no
/// letter.
SLUICE_AVX2 SLUICE_BLOCK __m256i sluice_base64_block_avx2(const uint8_t *p, uint8_t *out) {
  const __m256i low_classes = _mm256_setr_epi8(
      0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A,
      0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A);
  const __m256i high_classes = _mm256_setr_epi8(
      0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
      0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
  const __m256i offsets = _mm256_setr_epi8(
      0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m256i close_gaps = _mm256_setr_epi8(
      2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1,
      2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
  const __m256i nibble = _mm256_set1_epi8(0x0F), slash = _mm256_set1_epi8('/');

  __m256i letters = _mm256_loadu_si256((const __m256i *)p);
  __m256i high = _mm256_and_si256(_mm256_srli_epi32(letters, 4), nibble);
  __m256i low = _mm256_and_si256(letters, nibble);
  __m256i wrong = _mm256_and_si256(
      _mm256_shuffle_epi8(low_classes, low), _mm256_shuffle_epi8(high_classes, high));
  __m256i offset = _mm256_shuffle_epi8(offsets, _mm256_add_epi8(_mm256_cmpeq_epi8(letters, slash), high));
  __m256i sextets = _mm256_add_epi8(letters, offset);
  __m256i pairs = _mm256_maddubs_epi16(sextets, _mm256_set1_epi32(0x01400140));
  __m256i groups = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
  __m256i packed = _mm256_permutevar8x32_epi32(
      _mm256_shuffle_epi8(groups, close_gaps), _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
  _mm256_storeu_si256((__m256i *)out, packed);
  return wrong;
}

/// How the lines of a body are expected to look.
typedef struct {
  size_t width;  ///< letters in a line: a multiple of 4, at least 32
  size_t ending; ///< 2 for CRLF, 1 for LF
} sluice_base64_line;

/// Decodes lines for as long as they look as predicted. Moves `*bytes` on; returns the new end of the output.
SLUICE_AVX2 SLUICE_BLOCK uint8_t *sluice_base64_lines_avx2(
    const uint8_t **bytes, const uint8_t *end, uint8_t *out, sluice_base64_line line) {
  const uint8_t *p = *bytes;
  for (; (size_t)(end - p) >= line.width + line.ending; p += line.width + line.ending) {
    if (p[line.width + line.ending - 1] != '\n') break;
    if (line.ending == 2 && p[line.width] != '\r') break;
    __m256i wrong = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 32 <= line.width; i += 32) {
      wrong = _mm256_or_si256(wrong, sluice_base64_block_avx2(p + i, out + i / 4 * 3));
    }
    if (i < line.width) {
      i = line.width - 32;
      wrong = _mm256_or_si256(wrong, sluice_base64_block_avx2(p + i, out + i / 4 * 3));
    }
    if (!_mm256_testz_si256(wrong, wrong)) break;
    out += line.width / 4 * 3;
  }
  *bytes = p;
  return out;
}

/// Decodes 32 letters at a time for as long as there is nothing else. Moves `*bytes` on; returns the new end of the
/// output.
SLUICE_AVX2 SLUICE_BLOCK uint8_t *sluice_base64_run_avx2(const uint8_t **bytes, const uint8_t *end, uint8_t *out) {
  const uint8_t *p = *bytes;
  for (; end - p >= 32; p += 32, out += 24) {
    __m256i wrong = sluice_base64_block_avx2(p, out);
    if (!_mm256_testz_si256(wrong, wrong)) break;
  }
  *bytes = p;
  return out;
}

/// As `sluice_base64_decode_table`.
SLUICE_AVX2 static inline size_t sluice_base64_decode_avx2(
    sluice_base64_state *state, const void *bytes, size_t count, void *output) {
  const uint8_t *p = bytes, *end = p + count;
  uint8_t *out = output;
  sluice_base64_line line = {76, 2};
  while (p < end) {
    const uint8_t *start = p;
    if (sluice_base64_between_groups(state)) {
      if (line.width == 76 && line.ending == 2) {
        out = sluice_base64_lines_avx2(&p, end, out, (sluice_base64_line){76, 2});
      } else {
        out = sluice_base64_lines_avx2(&p, end, out, line);
      }
      start = p;
      out = sluice_base64_run_avx2(&p, end, out);
    }
    // Byte by byte to the end of the line, or for a block's length, and then try again; a line that was nothing but
    // letters says what the next ones look like.
    const uint8_t *fair = end - p > 32 ? p + 32 : end;
    while (p < fair || (p < end && state->letters != 0)) {
      uint8_t byte = *p++;
      out = sluice_base64_byte(state, byte, out);
      if (byte == '\n' && state->letters == 0) break;
    }
    size_t length = (size_t)(p - start);
    if (length > 33 && p[-1] == '\n') {
      size_t ending = p[-2] == '\r' ? 2 : 1;
      size_t width = length - ending;
      if (width % 4 == 0 && width >= 32 && width <= 4096) line = (sluice_base64_line){width, ending};
    }
  }
  return (size_t)(out - (uint8_t *)output);
}

#endif

#endif
