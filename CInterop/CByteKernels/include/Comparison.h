// Whether byte strings are equal, with or without the case of ASCII letters, and their hashes. All are short loops that
// are inlined into their callers.
#ifndef SLUICE_BYTEKERNELS_COMPARISON_H
#define SLUICE_BYTEKERNELS_COMPARISON_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// A hash of a field's name that does not see the case of ASCII letters: the first eight bytes, the last eight, which
/// overlap them in most names, and the length. Setting 0x20 also makes a few other bytes equal, and the middle of a
/// long name has no say: equal hashes say only that a comparison is worth its while.
static inline uint32_t sluice_name_hash(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  uint64_t first = 0, last = 0;
  if (count >= 8) {
    memcpy(&first, p, 8);
    memcpy(&last, p + count - 8, 8);
  } else if (count >= 4) {
    memcpy(&first, p, 4);
    memcpy(&last, p + count - 4, 4);
  } else {
    for (size_t i = 0; i < count; i++) first = first << 8 | p[i];
  }
  first |= UINT64_C(0x2020202020202020);
  last |= UINT64_C(0x2020202020202020);
  uint64_t mixed = (first ^ (last << 29 | last >> 35)) + count;
  return (uint32_t)((mixed * UINT64_C(0x9E3779B97F4A7C15)) >> 32);
}

/// Eight bytes with their ASCII letters in lower case. The sums carry into the highest bit of a byte from 'A' and
/// from after 'Z' on, so their difference there marks the letters; 0x80 shifted right by two is 0x20.
static inline uint64_t sluice_lowercase(uint64_t word) {
  const uint64_t each = UINT64_C(0x0101010101010101);
  uint64_t low = word & 0x7F * each;
  uint64_t from_a = low + (0x80 - 'A') * each;
  uint64_t after_z = low + (0x7F - 'Z') * each;
  return word | ((from_a ^ after_z) & ~word & 0x80 * each) >> 2;
}

/// Whether both hold the same `count` bytes, but for the case of ASCII letters. Where there are eight, the last eight
/// overlap those before them, and so with four: no loop over single bytes is left but for names of three.
static inline int sluice_is_equal_without_case(const void *left, const void *right, size_t count) {
  const uint8_t *a = left, *b = right;
  uint64_t x = 0, y = 0;
  if (count >= 8) {
    for (size_t i = 0; i + 8 < count; i += 8) {
      memcpy(&x, a + i, 8);
      memcpy(&y, b + i, 8);
      if (sluice_lowercase(x) != sluice_lowercase(y)) return 0;
    }
    memcpy(&x, a + count - 8, 8);
    memcpy(&y, b + count - 8, 8);
  } else if (count >= 4) {
    uint32_t ends[4];
    memcpy(&ends[0], a, 4);
    memcpy(&ends[1], a + count - 4, 4);
    memcpy(&ends[2], b, 4);
    memcpy(&ends[3], b + count - 4, 4);
    x = (uint64_t)ends[0] << 32 | ends[1];
    y = (uint64_t)ends[2] << 32 | ends[3];
  } else {
    for (size_t i = 0; i < count; i++) {
      x = x << 8 | a[i];
      y = y << 8 | b[i];
    }
  }
  return sluice_lowercase(x) == sluice_lowercase(y);
}

/// Whether both hold the same `count` bytes.
static inline int sluice_is_equal(const void *left, const void *right, size_t count) {
  return memcmp(left, right, count) == 0;
}

/// A hash of all bytes, eight at a time: each step is a multiplication, which carries upward, and a shift back down.
static inline uint64_t sluice_hash(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  uint64_t hash = count;
  for (; count >= 8; p += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    hash ^= hash >> 32;
  }
  uint64_t rest = 0;
  for (size_t i = 0; i < count; i++) rest = rest << 8 | p[i];
  hash = (hash ^ rest) * UINT64_C(0x9E3779B97F4A7C15);
  return hash ^ hash >> 32;
}

#endif
