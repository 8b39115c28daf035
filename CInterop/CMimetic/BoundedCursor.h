// A random access iterator over a message that shows mimetic the end early when a bound is reached.
//
// mimetic's parser is a template over the iterator that it reads through, which makes the iterator the one place
// where it can be bounded from the inside. It reads headers byte by byte and compares with the end before each, however
// deep in its recursion: there the length of the header and the depth of the stack are looked at. Between headers it
// searches for boundaries with `utils::find_bm`, specialised below: there delimiters are counted and the next header
// begins. What happens at a bound is what mimetic does at the end of a truncated message, so it comes back with a tree
// and leaks nothing, as it would when an exception went through it.
#ifndef SLUICE_BOUNDEDCURSOR_H
#define SLUICE_BOUNDEDCURSOR_H

#include "CMimetic.h"
#include "DelimiterSearch.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>

#include <mimetic/utils.h>

/// What is left of each bound while a message is parsed.
struct Bounds {
  const char *header_start;
  const char *header_stop; ///< no header goes on from here
  const char *end;
  uintptr_t stack_floor;
  size_t header_bytes;
  size_t total_header_bytes;
  size_t delimiters;
  unsigned reached = 0;

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
  }

  /// Takes what the header that ended at `position` has used from the total.
  void endHeader(const char *position) {
    size_t used = static_cast<size_t>(std::min(position, header_stop) - header_start);
    total_header_bytes -= std::min(used, total_header_bytes);
    header_start = header_stop = position;
  }

  /// Whether a header must end at `position`, which is not the end. Remembers why.
  bool stopsHeader(const char *position) {
    if (__builtin_expect(reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) < stack_floor, 0)) {
      reached |= SLUICE_MIMETIC_CUT_NESTING;
      return true;
    }
    if (__builtin_expect(position >= header_stop, 0)) {
      reached |= SLUICE_MIMETIC_CUT_HEADER;
      return true;
    }
    return false;
  }
};

struct BoundedCursor {
  using iterator_category = std::random_access_iterator_tag;
  using value_type = char;
  using difference_type = ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  const char *position = nullptr;
  Bounds *bounds = nullptr;
  /// Whether this is the end that the parser was given. One that it computes, to copy up to it, is not bounded.
  bool isEnd = false;

  reference operator*() const { return *position; }
  BoundedCursor &operator++() { return ++position, *this; }
  BoundedCursor &operator--() { return --position, *this; }
  BoundedCursor operator++(int) { return {position++, bounds}; }
  BoundedCursor operator--(int) { return {position--, bounds}; }
  BoundedCursor &operator+=(ptrdiff_t distance) { return position += distance, *this; }
  BoundedCursor &operator-=(ptrdiff_t distance) { return position -= distance, *this; }
  BoundedCursor operator+(ptrdiff_t distance) const { return {position + distance, bounds}; }
  BoundedCursor operator-(ptrdiff_t distance) const { return {position - distance, bounds}; }
  ptrdiff_t operator-(const BoundedCursor &other) const { return position - other.position; }
  bool operator<(const BoundedCursor &other) const { return position < other.position; }
  bool operator>=(const BoundedCursor &other) const { return position >= other.position; }

  /// Compares positions, and finds any position equal to the end once a bound is reached.
  bool operator==(const BoundedCursor &other) const {
    return position == other.position || (other.isEnd && bounds->stopsHeader(position));
  }
  bool operator!=(const BoundedCursor &other) const { return !(*this == other); }
};

namespace mimetic {
namespace utils {

/// `findDelimiter`, within the bound of delimiters; a header ends where it begins.
template <>
inline BoundedCursor find_bm<BoundedCursor>(BoundedCursor from, BoundedCursor end, const std::string &delimiter) {
  Bounds &bounds = *from.bounds;
  if (from.position == end.position) return end;
  bounds.endHeader(from.position);
  const char *found = findDelimiter(from.position, end.position, delimiter);
  if (found == end.position) return end;
  if (bounds.delimiters == 0) {
    bounds.reached |= SLUICE_MIMETIC_CUT_DELIMITERS;
    return end;
  }
  bounds.delimiters--;
  bounds.beginHeader(found + delimiter.size());
  return {found, from.bounds};
}

} // namespace utils
} // namespace mimetic

#endif
