// Places of matches in an integer that `bits` made of lanes.
#ifndef SLUICE_BYTEKERNELS_GENERIC_LANES_H
#define SLUICE_BYTEKERNELS_GENERIC_LANES_H

/// The first lane of those in `found`, which is not zero. `found & (found - 1)` are the others.
SLUICE_BLOCK size_t first_lane(uint64_t found) { return (size_t)__builtin_ctzll(found) >> LANE_SHIFT; }

/// The same, or `WIDTH` for zero.
SLUICE_BLOCK size_t first_lane_or_width(uint64_t found) {
  if (WIDTH << LANE_SHIFT < 64) return first_lane(found | (uint64_t)1 << ((WIDTH << LANE_SHIFT) & 63));
  return found ? first_lane(found) : WIDTH;
}

#endif
