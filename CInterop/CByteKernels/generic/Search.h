// The first place where one, two or three given bytes follow each other, and the first byte over 0x7F.
//
// The plain loop of `fallback.c` looks at a byte per cycle at best. What is done here instead, and why it pays:
//
// 1. Compare a whole register of positions at once. For a needle of two bytes, load at `i` and again at `i + 1`,
//    compare each with its byte, and AND: a lane survives where both match. Mail has an LF every 76 bytes but LF and
//    dot hardly ever, so testing the pair leaves one branch that is never taken, where testing for LF alone and then
//    looking would mispredict on every line. The second load costs little: it hits the same cache line.
// 2. Four registers in each iteration, joined by OR and tested once. The branch and the move from the vector to the
//    integer side, not the loads, would otherwise be the limit.
// 3. One register before that loop: header lines are short, and most searches for a line end are over here.
// 4. The last block overlaps the one before instead of falling back to single bytes. The lanes seen twice cannot
//    match, or the search would have ended, so the first surviving lane is still the first match. No byte outside the
//    buffer is read, which masks and page-boundary arithmetic would need to argue about (and the address sanitizer
//    would not believe).
// 5. Buffers too short for one block go to the narrower implementation.
#ifndef SLUICE_BYTEKERNELS_GENERIC_SEARCH_H
#define SLUICE_BYTEKERNELS_GENERIC_SEARCH_H

#include "Lanes.h"
#include "Needle.h"

#ifndef SLUICE_HAS_OWN_SEARCH

enum { ALIGNS_LOADS = 0 };

/// Whether the needle begins nowhere in the four registers from `p` on.
SLUICE_BLOCK int is_absent_from_four(const uint8_t *p, needle_bytes needle) {
  const lanes near = either_lanes(matches(p, needle), matches(p + WIDTH, needle));
  const lanes far = either_lanes(matches(p + 2 * WIDTH, needle), matches(p + 3 * WIDTH, needle));
  return !any(either_lanes(near, far));
}

/// What a kernel returns for a buffer too short for one block.
#define FIND_IN_SHORT(needle, narrower) narrower

#endif

/// The first match in the four registers from `p` on, where there is one. The comparisons are those that
/// `is_absent_from_four` has made, and the compiler keeps their results.
SLUICE_BLOCK size_t first_in_four(const uint8_t *p, needle_bytes needle) {
  uint64_t found = bits(matches(p, needle));
  if (found) return first_lane(found);
  found = bits(matches(p + WIDTH, needle));
  if (found) return WIDTH + first_lane(found);
  found = bits(matches(p + 2 * WIDTH, needle));
  if (found) return 2 * WIDTH + first_lane(found);
  return 3 * WIDTH + first_lane(bits(matches(p + 3 * WIDTH, needle)));
}

/// The search of at least one block, `WIDTH + needle.length - 1` bytes.
SLUICE_BLOCK size_t find(const uint8_t *p, size_t count, needle_bytes needle) {
  const size_t last = count - (WIDTH + needle.length - 1);
  uint64_t found = bits(matches(p, needle));
  if (found) return first_lane(found);
  size_t i = ALIGNS_LOADS ? WIDTH - ((uintptr_t)p & (WIDTH - 1)) : WIDTH;
  for (; i + 3 * WIDTH <= last; i += 4 * WIDTH) {
    if (!is_absent_from_four(p + i, needle)) return i + first_in_four(p + i, needle);
  }
  for (; i <= last; i += WIDTH) {
    found = bits(matches(p + i, needle));
    if (found) return i + first_lane(found);
  }
  found = bits(matches(p + last, needle));
  return found ? last + first_lane(found) : count;
}

SLUICE_BLOCK size_t find_byte(const uint8_t *bytes, size_t count, uint8_t byte) {
  const needle_bytes needle = {1, byte, 0, 0};
  if (count < WIDTH) return FIND_IN_SHORT(needle, NARROWER.index_of_byte(bytes, count, byte));
  return find(bytes, count, needle);
}

SLUICE_KERNEL size_t index_of_byte(const void *bytes, size_t count, uint8_t byte) {
  return find_byte(bytes, count, byte);
}

SLUICE_KERNEL size_t index_of_lf_dot(const void *bytes, size_t count) {
  const needle_bytes needle = {2, '\n', '.', 0};
  if (count < WIDTH + 1) return FIND_IN_SHORT(needle, NARROWER.index_of_lf_dot(bytes, count));
  return find(bytes, count, needle);
}

SLUICE_KERNEL size_t index_of_lf_dash_dash(const void *bytes, size_t count) {
  const needle_bytes needle = {3, '\n', '-', '-'};
  if (count < WIDTH + 2) return FIND_IN_SHORT(needle, NARROWER.index_of_lf_dash_dash(bytes, count));
  return find(bytes, count, needle);
}

SLUICE_KERNEL size_t index_of_non_ascii(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  if (count < WIDTH) return NARROWER.index_of_non_ascii(bytes, count);
  const size_t last = count - WIDTH;
  size_t i = 0;
  for (; i + 3 * WIDTH <= last; i += 4 * WIDTH) {
    const vector near = either(load(p + i), load(p + i + WIDTH));
    const vector far = either(load(p + i + 2 * WIDTH), load(p + i + 3 * WIDTH));
    if (bits(non_ascii(either(near, far)))) break;
  }
  for (; i <= last; i += WIDTH) {
    const uint64_t found = bits(non_ascii(load(p + i)));
    if (found) return i + first_lane(found);
  }
  const uint64_t found = bits(non_ascii(load(p + last)));
  return found ? last + first_lane(found) : count;
}

#endif
