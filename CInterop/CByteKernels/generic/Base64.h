// base64 (RFC 2045 §6.8) out of mail: in lines, damaged, and in pieces.
//
// The loop of `fallback.c` over a table does about 1.5 GB/s. What is done here instead, and why it pays:
//
// 1. A register of letters is decoded in about a dozen instructions without a branch (Muła and Lemire's method). Each
//    byte's high nibble picks from one table the classes it may belong to and its low nibble from another; the AND of
//    both is zero exactly for the 64 letters. The high nibble also picks what to add to turn the letter into its 6
//    bits, with '/' moved to a slot of its own. How four times 6 bits become three bytes is for the instruction set.
// 2. Line ends are what makes mail's base64 slow: looking for each one costs as much as decoding the line. But all
//    lines of a body have the same width, nearly always 76. So the next line's width is *predicted* to be the last
//    one's: one test of the two bytes where CRLF must be, then straight decoding of whole registers, the last of which
//    overlaps the one before.
// 3. The error masks of a line are ORed and tested once. When something is not a letter, the bytes stored for the line
//    are simply not counted, and the table loop decodes it again. A prediction that fails is therefore never wrong,
//    only slow.
// 4. Of each register stored, three quarters count; the next one overwrites the rest. That is the slack which the
//    output must have.
#ifndef SLUICE_BYTEKERNELS_GENERIC_BASE64_H
#define SLUICE_BYTEKERNELS_GENERIC_BASE64_H

#include "../Scalar.h"

static const uint8_t classes_of_low[16] = {
    0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A,
};
static const uint8_t classes_of_high[16] = {
    0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
};
static const uint8_t offsets_of_high[16] = {
    0, 16, 19, 4, (uint8_t)-65, (uint8_t)-65, (uint8_t)-71, (uint8_t)-71, 0, 0, 0, 0, 0, 0, 0, 0,
};

/// Decodes `WIDTH` letters at `p` to three quarters as many bytes at `out`; `WIDTH` are stored. Lanes of the result are
/// non-zero where a byte was no letter.
SLUICE_BLOCK vector decode_block(const uint8_t *p, uint8_t *out) {
  const vector letters = load(p), high = high_nibbles(letters);
  const vector slots = add(equal(letters, splat('/')), high);
  const vector sextets = add(letters, look_up(table_of(offsets_of_high), slots));
  store(out, pack_sextets(sextets));
  return both(look_up(table_of(classes_of_low), low_nibbles(letters)), look_up(table_of(classes_of_high), high));
}

/// How the lines of a body are expected to look.
typedef struct {
  size_t width;  ///< letters in a line: a multiple of 4, at least `WIDTH`
  size_t ending; ///< 2 for CRLF, 1 for LF
} base64_line;

/// Decodes lines for as long as they look as predicted. Moves `*bytes` on; returns the new end of the output.
SLUICE_BLOCK uint8_t *decode_lines(const uint8_t **bytes, const uint8_t *end, uint8_t *out, base64_line line) {
  const uint8_t *p = *bytes;
  for (; (size_t)(end - p) >= line.width + line.ending; p += line.width + line.ending) {
    if (p[line.width + line.ending - 1] != '\n') break;
    if (line.ending == 2 && p[line.width] != '\r') break;
    vector wrong = splat(0);
    size_t i = 0;
    for (; i + WIDTH <= line.width; i += WIDTH) {
      wrong = either(wrong, decode_block(p + i, out + i / 4 * 3));
    }
    if (i < line.width) {
      i = line.width - WIDTH;
      wrong = either(wrong, decode_block(p + i, out + i / 4 * 3));
    }
    if (!is_zero(wrong)) break;
    out += line.width / 4 * 3;
  }
  *bytes = p;
  return out;
}

/// Decodes a register of letters at a time for as long as there is nothing else. Moves `*bytes` on; returns the new end
/// of the output.
SLUICE_BLOCK uint8_t *decode_letters(const uint8_t **bytes, const uint8_t *end, uint8_t *out) {
  const uint8_t *p = *bytes;
  for (; end - p >= WIDTH; p += WIDTH, out += WIDTH / 4 * 3) {
    vector wrong = decode_block(p, out);
    if (!is_zero(wrong)) break;
  }
  *bytes = p;
  return out;
}

SLUICE_KERNEL size_t base64_decode(sluice_base64_state *state, const void *bytes, size_t count, void *output) {
  const uint8_t *p = bytes, *end = p + count;
  uint8_t *out = output;
  base64_line line = {76, 2};
  while (p < end) {
    const uint8_t *start = p;
    if (is_between_groups(state)) {
      if (line.width == 76 && line.ending == 2) {
        out = decode_lines(&p, end, out, (base64_line){76, 2});
      } else {
        out = decode_lines(&p, end, out, line);
      }
      start = p;
      out = decode_letters(&p, end, out);
    }
    // Byte by byte to the end of the line, or for a block's length, and then try again; a line that was nothing but
    // letters says what the next ones look like.
    const uint8_t *retry = end - p > WIDTH ? p + WIDTH : end;
    while (p < retry || (p < end && state->letters != 0)) {
      uint8_t byte = *p++;
      out = base64_byte(state, byte, out);
      if (byte == '\n' && state->letters == 0) break;
    }
    size_t length = (size_t)(p - start);
    if (length > WIDTH + 1 && p[-1] == '\n') {
      size_t ending = p[-2] == '\r' ? 2 : 1;
      size_t width = length - ending;
      if (width % 4 == 0 && width >= WIDTH && width <= 4096) line = (base64_line){width, ending};
    }
  }
  return (size_t)(out - (uint8_t *)output);
}

#endif
