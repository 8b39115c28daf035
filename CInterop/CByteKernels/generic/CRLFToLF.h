// A copy with LF for each CRLF.
//
// A register is stored whole, and once more from after the first CR that is left out, one byte further to the front;
// without one that second store lies after the register, where the next is stored over it. So the common cases have no
// branch, and where the next register is loaded from does not depend on what is in this one. Whether all was ASCII
// comes from the same loads, as that is nearly all text, which then need not be validated as UTF-8.
#ifndef SLUICE_BYTEKERNELS_GENERIC_CRLFTOLF_H
#define SLUICE_BYTEKERNELS_GENERIC_CRLFTOLF_H

#include "Lanes.h"
#include "Needle.h"

SLUICE_KERNEL size_t crlf_to_lf(const void *bytes, size_t count, void *output, int *is_ascii) {
  const needle_bytes crlf = {2, '\r', '\n', 0};
  const uint8_t *p = bytes;
  uint8_t *out = output;
  size_t i = 0, written = 0;
  vector seen = splat(0);
  for (; count - i >= 2 * WIDTH + 2; i += WIDTH) {
    const vector block = load(p + i);
    seen = either(seen, block);
    const uint64_t dropped = bits(matches(p + i, crlf));
    store(out + written, block);
    const size_t first = first_lane_or_width(dropped);
    store(out + written + first, load(p + i + first + 1));
    written += WIDTH - (size_t)(dropped != 0);
    for (uint64_t rest = dropped & (dropped - 1); rest; rest &= rest - 1) {
      // What is after this CR was written up to here already, and moves by one.
      const size_t at = first_lane(rest);
      store(out + written - (WIDTH - at), load(p + i + at + 1));
      written--;
    }
  }
  if (bits(non_ascii(seen))) *is_ascii = 0;
  return written + NARROWER.crlf_to_lf(p + i, count - i, out + written, is_ascii);
}

#endif
