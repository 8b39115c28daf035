// The steps of kernels that look at one byte: all there is in the fallback, and what is left over in the others.
#ifndef SLUICE_BYTEKERNELS_SCALAR_H
#define SLUICE_BYTEKERNELS_SCALAR_H

#include "Declarations.h"

/// For each byte its 6 bits in base64, or one of the marks.
SLUICE_INTERNAL extern const uint8_t sluice_base64_values[256];
enum { BASE64_SPACE = 0x40, BASE64_PAD = 0x80, BASE64_INVALID = 0xC0 };

/// For each byte the value of the hexadecimal digit, or 0xFF.
SLUICE_INTERNAL extern const uint8_t sluice_hexadecimal_values[256];

SLUICE_BLOCK int ends_name(uint8_t byte) { return byte <= 0x20 || byte == ':' || byte == 0x7F; }

/// The end of the name of a header field, of which `i` bytes are known.
SLUICE_BLOCK size_t name_end(const uint8_t *p, size_t count, size_t i) {
  while (i < count && !ends_name(p[i])) i++;
  return i;
}

SLUICE_BLOCK uint8_t *base64_letter(sluice_base64_state *state, uint8_t bits, uint8_t *out) {
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

SLUICE_BLOCK uint8_t *base64_pad(sluice_base64_state *state, uint8_t *out) {
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
  return out + sluice_base64_end_group(state, out);
}

/// Whether whole groups may be decoded without touching `state`.
SLUICE_BLOCK int is_between_groups(const sluice_base64_state *state) {
  return state->letters == 0 && state->padding_due == 0 && state->padded == state->continues;
}

SLUICE_BLOCK uint8_t *base64_byte(sluice_base64_state *state, uint8_t byte, uint8_t *out) {
  uint8_t value = sluice_base64_values[byte];
  if (value < 64) return base64_letter(state, value, out);
  if (value == BASE64_PAD) return base64_pad(state, out);
  state->invalid += value == BASE64_INVALID;
  return out;
}

#endif
