// Steps of the removal of stuffing dots.
#ifndef SLUICE_BYTEKERNELS_GENERIC_UNSTUFFSTEPS_H
#define SLUICE_BYTEKERNELS_GENERIC_UNSTUFFSTEPS_H

#include "Lanes.h"
#include "Needle.h"

static const needle_bytes lf_dot = {2, '\n', '.', 0};

/// Looks at the LF at `newline`, the first from `read` on with a dot after it. True if the dot is left out. `kept` is
/// how many bytes from `read` on are to be stored. The byte after the dot can be read.
SLUICE_BLOCK int judge_dot(const uint8_t *bytes, size_t newline, sluice_unstuffing *at, size_t *kept) {
  const size_t offset = newline - at->read;
  const int after_return = offset > 0 ? bytes[newline - 1] == '\r' : at->after_return;
  const int is_stuffing = after_return && bytes[newline + 2] == '.';
  *kept = offset + (size_t)is_stuffing;
  at->read += offset + 2 * (size_t)is_stuffing;
  at->after_return = after_return && !is_stuffing;
  return is_stuffing;
}

/// Goes on after `count` bytes that were stored as they are, the last of which is `last`.
SLUICE_BLOCK void advance(sluice_unstuffing *at, size_t count, uint8_t last) {
  at->read += count;
  at->written += count;
  at->after_return = last == '\r';
}

/// Stores the four registers from `read` on. All are loaded before the first is stored, as the output may overlap them.
SLUICE_BLOCK void store_four(uint8_t *bytes, sluice_unstuffing *at) {
  const uint8_t *from = bytes + at->read;
  uint8_t *to = bytes + at->written;
  const uint8_t last = from[4 * WIDTH - 1];
  const vector v0 = load(from), v1 = load(from + WIDTH), v2 = load(from + 2 * WIDTH), v3 = load(from + 3 * WIDTH);
  store(to, v0);
  store(to + WIDTH, v1);
  store(to + 2 * WIDTH, v2);
  store(to + 3 * WIDTH, v3);
  advance(at, 4 * WIDTH, last);
}

#endif
