// What is left of each bound while mimetic parses a message.
#ifndef SLUICE_BOUNDS_H
#define SLUICE_BOUNDS_H

#include "CMimetic.h"

#include <algorithm>

namespace sluice {

struct Bounds {
  const char *header_start;
  const char *header_stop; ///< no header goes on from here
  const char *end;
  uintptr_t stack_floor;
  size_t header_bytes;
  size_t total_header_bytes;
  size_t delimiters;
  unsigned reached = 0;
  unsigned stop_reason = SLUICE_MIMETIC_CUT_HEADER; ///< why the header goes no further than `header_stop`
  bool has_name_buffer = false;                     ///< the header that is being read has one

  Bounds(const char *start, size_t count, const sluice_mimetic_limits &limits)
      : end(start + count), header_bytes(limits.header_bytes), total_header_bytes(limits.total_header_bytes),
        delimiters(limits.delimiters) {
    uintptr_t here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    stack_floor = here - std::min<uintptr_t>(here, limits.stack_bytes);
    beginHeader(start);
  }

  void beginHeader(const char *start) {
    header_start = start;
    size_t most = std::min({header_bytes, total_header_bytes, static_cast<size_t>(end - start)});
    header_stop = start + most;
    stop_reason = SLUICE_MIMETIC_CUT_HEADER;
  }

  /// Takes what the header that ended at `position` has used from the total.
  void endHeader(const char *position) {
    size_t used = static_cast<size_t>(std::min(position, header_stop) - header_start);
    total_header_bytes -= std::min(used, total_header_bytes);
    header_start = header_stop = position;
  }

  /// Lets the header of an entity that begins at `position` have nothing if the stack is used up.
  void beginEntity(const char *position) {
    has_name_buffer = false;
    if (__builtin_expect(reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) >= stack_floor, 1)) return;
    header_stop = std::min(position, header_stop);
    stop_reason = SLUICE_MIMETIC_CUT_NESTING;
  }

  /// Whether a header ends at `position`. Remembers why, if that is not the end of the message.
  bool stopsHeader(const char *position) {
    if (__builtin_expect(position < header_stop, 1)) return false;
    if (position != end) reached |= stop_reason;
    return true;
  }
};

} // namespace sluice

#endif
