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
// Two dots are stuffing whatever comes after them. All else is the caller's to judge: a dot alone, one after a bare
// LF, and the last bytes, of which too few are left.
//
// 1. `written` is below `read`, so a store of a whole register writes over nothing that is still to be read. What lies
//    before a dot is stored to its exact length, or whole where the register ends before the bytes after the dot, which
//    are still to be read. The byte before `read` may have been written over; whether it was a CR is all that is asked
//    of it, and is kept in `after_return`.
// 2. Where dots are rare, four registers at a time are searched as in `Search.h`, and stored if there is none.
#ifndef SLUICE_BYTEKERNELS_GENERIC_UNSTUFF_H
#define SLUICE_BYTEKERNELS_GENERIC_UNSTUFF_H

#include "Search.h"
#include "UnstuffSteps.h"

#include <string.h>

/// Removes the dot after the LF at `newline`, which is within the register at `read`. Zero if that dot is the caller's
/// to judge. Once so many dots have been dropped that a whole register ends before what is still to be read, it is
/// stored whole.
SLUICE_BLOCK int store_up_to_dot(uint8_t *bytes, size_t newline, sluice_unstuffing *at) {
  const uint8_t *from = bytes + at->read;
  uint8_t *to = bytes + at->written;
  const vector block = load(from);
  size_t kept;
  const int goes_on = judge_dot(bytes, newline, at, &kept);
  if (at->written + WIDTH <= at->read) {
    store(to, block);
  } else {
    memmove(to, from, kept);
  }
  at->written += kept;
  return goes_on;
}

SLUICE_KERNEL void unstuff(void *block, size_t filled, sluice_unstuffing *unstuffing) {
  uint8_t *bytes = block;
  sluice_unstuffing at = *unstuffing;
  unsigned without_dot = 0; // registers since the last one that had a dot, or since four were tried
  while (at.read + WIDTH + 2 <= filled) {
    const uint8_t *from = bytes + at.read;
    const uint64_t found = bits(matches(from, lf_dot));
    if (found) {
      without_dot = 0;
      if (!store_up_to_dot(bytes, at.read + first_lane(found), &at)) break;
      continue;
    }
    const uint8_t last = from[WIDTH - 1];
    store(bytes + at.written, load(from));
    advance(&at, WIDTH, last);
    if (++without_dot < 4) continue;
    while (at.read + 4 * WIDTH + 2 <= filled && is_absent_from_four(bytes + at.read, lf_dot)) store_four(bytes, &at);
    without_dot = 0;
  }
  *unstuffing = at;
}

#endif
