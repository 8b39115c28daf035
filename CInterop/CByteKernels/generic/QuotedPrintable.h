// quoted-printable (RFC 2045 §6.7), damage and all.
//
// The plain loop, which this equals (`QuotedPrintableDecoder` has it as a table of states):
//
//     "=" and two hexadecimal digits (of either case) give one byte;
//     "=", white space if any, and a line end give nothing (a soft line break);
//     any other "=" is damage and stands for itself;
//     white space before a line end is dropped (it was added on the way);
//     everything else stands for itself. A line end is CRLF or LF; a CR alone is not one.
//
// What is done here instead, and why it pays:
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
#ifndef SLUICE_BYTEKERNELS_GENERIC_QUOTEDPRINTABLE_H
#define SLUICE_BYTEKERNELS_GENERIC_QUOTEDPRINTABLE_H

#include "../Scalar.h"
#include "Lanes.h"

SLUICE_BLOCK int is_space(uint8_t byte) { return byte == ' ' || byte == '\t'; }

/// Handles the "=" at `i`. Returns 0 if more bytes are needed to decide what it is.
SLUICE_BLOCK int decode_escape(const uint8_t *p, size_t count, uint8_t *out, sluice_quoted_printable_progress *at) {
  size_t i = at->consumed;
  if (count - i < 3) return 0;
  uint8_t high = sluice_hexadecimal_values[p[i + 1]], low = sluice_hexadecimal_values[p[i + 2]];
  if ((high | low) < 16) {
    out[at->written++] = (uint8_t)(high << 4 | low);
    at->consumed = i + 3;
    return 1;
  }
  size_t j = i + 1;
  while (j < count && is_space(p[j])) j++;
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
SLUICE_BLOCK void take_back_space(const uint8_t *p, sluice_quoted_printable_progress *at) {
  while (at->consumed > 0 && is_space(p[at->consumed - 1])) {
    at->consumed--;
    at->written--;
  }
}

/// Handles the last white space of a run, with a CR or LF after it, where two more bytes can be read.
SLUICE_BLOCK void decode_space(const uint8_t *p, uint8_t *out, sluice_quoted_printable_progress *at) {
  size_t line_end = at->consumed + 1;
  if (p[line_end] == '\r' && p[line_end + 1] != '\n') {
    out[at->written++] = p[at->consumed++];
    return;
  }
  take_back_space(p, at);
  if (p[line_end] == '\r') out[at->written++] = p[line_end++];
  out[at->written++] = '\n';
  at->consumed = line_end + 1;
}

/// Copies from `p` to `out` up to the first byte to look at, or until less than a block is left. Returns how many
/// bytes; those copied after them do not count.
SLUICE_KERNEL size_t copy_plain(const uint8_t *p, size_t count, uint8_t *out) {
  size_t i = 0;
  for (; count - i > WIDTH; i += WIDTH) {
    const vector here = load(p + i), next = load(p + i + 1);
    const lanes space = either_lanes(equal(here, splat(' ')), equal(here, splat('\t')));
    const lanes line_end = either_lanes(equal(next, splat('\n')), equal(next, splat('\r')));
    const uint64_t stops = bits(either_lanes(equal(here, splat('=')), both_lanes(space, line_end)));
    store(out + i, here);
    if (stops) return i + first_lane(stops);
  }
  return i;
}

SLUICE_KERNEL sluice_quoted_printable_progress quoted_printable_decode(const void *bytes, size_t count, void *output) {
  const uint8_t *p = bytes;
  uint8_t *out = output;
  sluice_quoted_printable_progress at = {0, 0, 0};
  for (;;) {
    const size_t plain = copy_plain(p + at.consumed, count - at.consumed, out + at.written);
    at.consumed += plain;
    at.written += plain;
    if (count - at.consumed <= WIDTH) break;
    if (p[at.consumed] != '=') {
      decode_space(p, out, &at);
      continue;
    }
    int is_known;
    do {
      is_known = decode_escape(p, count, out, &at);
    } while (is_known && at.consumed < count && p[at.consumed] == '=');
    if (!is_known) break;
  }
  // Whether this white space stays is for the bytes after it to say.
  take_back_space(p, &at);
  return at;
}

#endif
