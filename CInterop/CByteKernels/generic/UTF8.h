// Whether bytes are UTF-8 (RFC 3629), by the method of Keiser and Lemire ("Validating UTF-8 in less than one
// instruction per byte", 2020): every error of two bytes in a row shows in three nibbles, the high and low one of the
// first byte and the high one of the second. Three tables of sixteen give for each nibble the errors it may be part of,
// and their AND is the errors that are there. What is left is whether a third or fourth byte is where one must be,
// which the bytes two and three before say. A block that is all ASCII needs only that the one before it did not end in
// the middle of a character.
#ifndef SLUICE_BYTEKERNELS_GENERIC_UTF8_H
#define SLUICE_BYTEKERNELS_GENERIC_UTF8_H

#include "Lanes.h"

#include <string.h>

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
  ALWAYS = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS, // whatever the low nibble of the first byte
  LARGE = ALWAYS | TOO_LARGE | TOO_LARGE_1000,
  AFTER_8 = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
  AFTER_9 = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE,
  AFTER_AB = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
};

static const uint8_t errors_of_first_high[16] = {
    TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
    TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS,
    TOO_SHORT | OVERLONG_2, TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE,
    TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4,
};
static const uint8_t errors_of_first_low[16] = {
    ALWAYS | OVERLONG_3 | OVERLONG_2 | OVERLONG_4, ALWAYS | OVERLONG_2, ALWAYS, ALWAYS,
    ALWAYS | TOO_LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE | SURROGATE, LARGE, LARGE,
};
static const uint8_t errors_of_second_high[16] = {
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
    AFTER_8, AFTER_9, AFTER_AB, AFTER_AB, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
};

/// The errors that `input` may make with the register before it; zero lanes are right.
SLUICE_BLOCK vector utf8_errors(vector input, vector before) {
  vector shifted[3];
  shift_in(input, before, shifted);
  const vector pairs = both(
      both(look_up(table_of(errors_of_first_high), high_nibbles(shifted[0])),
           look_up(table_of(errors_of_first_low), low_nibbles(shifted[0]))),
      look_up(table_of(errors_of_second_high), high_nibbles(input)));
  // Where a third or fourth byte must be, two continuations in a row are right, and anything else is wrong.
  const vector third = subtract_saturating(shifted[1], splat(0xE0 - 0x80));
  const vector fourth = subtract_saturating(shifted[2], splat(0xF0 - 0x80));
  return exclusive(both(either(third, fourth), splat(0x80)), pairs);
}

SLUICE_KERNEL int is_utf8(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  vector errors = splat(0), before = splat(0);
  size_t i = 0;
  int is_inside = 0; // whether `before` may end within a character
  while (i + WIDTH <= count) {
    if (!is_inside && i + 4 * WIDTH <= count) {
      const vector last = load(p + i + 3 * WIDTH);
      const vector far = either(load(p + i + 2 * WIDTH), last);
      if (!bits(non_ascii(either(either(load(p + i), load(p + i + WIDTH)), far)))) {
        before = last;
        i += 4 * WIDTH;
        continue;
      }
    }
    const vector block = load(p + i);
    const uint64_t high = bits(non_ascii(block));
    if (is_inside || high) errors = either(errors, utf8_errors(block, before));
    // A character that ASCII cuts short is an error of this block; only at its end can one be incomplete.
    is_inside = high >> ((WIDTH - 1) << LANE_SHIFT) != 0;
    before = block;
    i += WIDTH;
  }
  // The rest, with zeros after it: they are ASCII, which continues no character.
  uint8_t rest[WIDTH] = {0};
  memcpy(rest, p + i, count - i);
  errors = either(errors, utf8_errors(load(rest), before));
  return is_zero(errors);
}

#endif
