// Comparison of a register of places with one, two or three bytes.
#ifndef SLUICE_BYTEKERNELS_GENERIC_NEEDLE_H
#define SLUICE_BYTEKERNELS_GENERIC_NEEDLE_H

/// The bytes looked for. `length` is 1, 2 or 3 and always a constant where this is built.
typedef struct {
  size_t length;
  uint8_t b0, b1, b2;
} needle_bytes;

/// The places from `p` on where the needle begins; `WIDTH + needle.length - 1` bytes can be read.
SLUICE_BLOCK lanes matches(const uint8_t *p, needle_bytes needle) {
  lanes found = equal(load(p), splat(needle.b0));
  if (needle.length > 1) found = both_lanes(found, equal(load(p + 1), splat(needle.b1)));
  if (needle.length > 2) found = both_lanes(found, equal(load(p + 2), splat(needle.b2)));
  return found;
}

#endif
