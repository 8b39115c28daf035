// Where the name of a field ends, and where its line does.
//
// Names are short and lines mostly fit a register or two, so one load answers both questions, where a search for the
// line end and a loop over the name would each begin again.
#ifndef SLUICE_BYTEKERNELS_GENERIC_HEADERLINE_H
#define SLUICE_BYTEKERNELS_GENERIC_HEADERLINE_H

#include "../Scalar.h"
#include "Lanes.h"
#include "Search.h"

SLUICE_KERNEL sluice_header_line header_line(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  if (count < WIDTH) return NARROWER.header_line(bytes, count);
  const vector block = load(p);
  const lanes controls = either_lanes(at_most(block, splat(0x20)), equal(block, splat(0x7F)));
  const uint64_t name_ends = bits(either_lanes(controls, equal(block, splat(':'))));
  const uint64_t line_ends = bits(equal(block, splat('\n')));
  return (sluice_header_line){
      name_ends ? first_lane(name_ends) : name_end(p, count, WIDTH),
      line_ends ? first_lane(line_ends) : WIDTH + find_byte(p + WIDTH, count - WIDTH, '\n')};
}

#endif
