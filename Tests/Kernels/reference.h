// What each kernel does, written for the eye: one byte after the other, no tables, no state but what the rule needs. It
// shares no code with the kernels.
#ifndef SLUICE_TESTS_KERNELS_REFERENCE_H
#define SLUICE_TESTS_KERNELS_REFERENCE_H

#include "CByteKernels.h"

#include <string.h>

static size_t reference_find(const uint8_t *p, size_t count, const char *needle, size_t length) {
  for (size_t i = 0; i + length <= count; i++) {
    if (memcmp(p + i, needle, length) == 0) return i;
  }
  return count;
}

static size_t reference_non_ascii(const uint8_t *p, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (p[i] > 0x7F) return i;
  }
  return count;
}

static size_t reference_name_end(const uint8_t *p, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (p[i] < 0x21 || p[i] == ':' || p[i] == 0x7F) return i;
  }
  return count;
}

/// Reads each character as its code point and asks whether that is one, and whether it had to be so long.
static int reference_is_utf8(const uint8_t *p, size_t count) {
  static const uint32_t shortest[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t i = 0;
  while (i < count) {
    const uint8_t lead = p[i++];
    if (lead < 0x80) continue;
    size_t length;
    uint32_t point;
    if (lead >> 5 == 0x6) length = 2, point = lead & 0x1F;
    else if (lead >> 4 == 0xE) length = 3, point = lead & 0x0F;
    else if (lead >> 3 == 0x1E) length = 4, point = lead & 0x07;
    else return 0;
    for (size_t k = 1; k < length; k++) {
      if (i == count || p[i] >> 6 != 0x2) return 0;
      point = point << 6 | (p[i++] & 0x3F);
    }
    if (point < shortest[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return 0;
  }
  return 1;
}

static size_t reference_crlf_to_lf(const uint8_t *p, size_t count, uint8_t *out) {
  size_t written = 0;
  for (size_t i = 0; i < count; i++) {
    if (!(p[i] == '\r' && i + 1 < count && p[i + 1] == '\n')) out[written++] = p[i];
  }
  return written;
}

/// Where the removal of dots stops, and what it has written until then.
static void reference_unstuff(uint8_t *bytes, size_t filled, sluice_unstuffing *at) {
  while (at->read + 2 < filled) {
    const uint8_t *next = bytes + at->read;
    const int is_dot_line = next[0] == '\n' && next[1] == '.';
    if (is_dot_line && (!at->after_return || next[2] != '.')) return;
    at->after_return = next[0] == '\r';
    bytes[at->written++] = next[0];
    at->read += is_dot_line ? 2 : 1;
  }
}

static int reference_sextet(uint8_t byte) {
  const char *alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *letter = byte ? strchr(alphabet, byte) : NULL;
  return letter ? (int)(letter - alphabet) : -1;
}

static size_t reference_base64(sluice_base64_state *state, const uint8_t *p, size_t count, uint8_t *out) {
  size_t written = 0;
  for (size_t i = 0; i < count; i++) {
    const int sextet = reference_sextet(p[i]);
    if (sextet >= 0) {
      if (state->padded) state->continues = 1;
      state->padding_due = 0;
      state->bits = state->bits << 6 | (uint32_t)sextet;
      if (++state->letters < 4) continue;
      for (int shift = 16; shift >= 0; shift -= 8) out[written++] = (uint8_t)(state->bits >> shift);
    } else if (p[i] == '=' && state->letters >= 2) {
      out[written++] = (uint8_t)(state->bits >> (state->letters == 2 ? 4 : 10));
      if (state->letters == 3) out[written++] = (uint8_t)(state->bits >> 2);
      state->padding_due = state->letters == 2;
      state->padded = 1;
    } else if (p[i] == '=' && state->letters == 0 && state->padding_due) {
      state->padding_due = 0;
      continue;
    } else if (p[i] == '\t' || p[i] == '\n' || p[i] == '\r' || p[i] == ' ') {
      continue;
    } else {
      state->invalid++;
      if (p[i] != '=') continue;
    }
    // The group is over.
    state->letters = 0;
    state->bits = 0;
  }
  return written;
}

static int reference_digit(uint8_t byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  return -1;
}

/// The length of the line end at `i`, or 0 if there is none.
static size_t reference_line_end(const uint8_t *p, size_t count, size_t i) {
  if (i < count && p[i] == '\n') return 1;
  return i + 1 < count && p[i] == '\r' && p[i + 1] == '\n' ? 2 : 0;
}

/// Decodes a whole body: what stands at its end has nothing after it.
static size_t reference_quoted_printable(const uint8_t *p, size_t count, uint8_t *out, size_t *damaged) {
  size_t written = 0, i = 0;
  while (i < count) {
    size_t after_space = i + (p[i] == '=');
    while (after_space < count && (p[after_space] == ' ' || p[after_space] == '\t')) after_space++;
    const size_t line_end = reference_line_end(p, count, after_space);
    if (p[i] == '=' && i + 2 < count && reference_digit(p[i + 1]) >= 0 && reference_digit(p[i + 2]) >= 0) {
      out[written++] = (uint8_t)(reference_digit(p[i + 1]) << 4 | reference_digit(p[i + 2]));
      i += 3;
    } else if (p[i] == '=' && (line_end > 0 || after_space == count)) {
      i = after_space + line_end;
    } else if (p[i] != '=' && after_space > i && (line_end > 0 || after_space == count)) {
      i = after_space;
    } else {
      *damaged += p[i] == '=';
      out[written++] = p[i++];
    }
  }
  return written;
}

#endif
