// A random access iterator over a message that cannot meet a bound: a pointer, but that delimiters are found as
// `findDelimiter` does. Looking at bounds for each byte costs more than mimetic's own work does.
#ifndef SLUICE_PLAINCURSOR_H
#define SLUICE_PLAINCURSOR_H

#include "CMimetic.h"
#include "DelimiterSearch.h"

#include <cstring>
#include <iterator>
#include <string>

#include <mimetic/utils.h>
#include <strings.h>

struct PlainCursor {
  using iterator_category = std::random_access_iterator_tag;
  using value_type = char;
  using difference_type = ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  const char *position = nullptr;

  reference operator*() const { return *position; }
  PlainCursor &operator++() { return ++position, *this; }
  PlainCursor &operator--() { return --position, *this; }
  PlainCursor operator++(int) { return {position++}; }
  PlainCursor operator--(int) { return {position--}; }
  PlainCursor &operator+=(ptrdiff_t distance) { return position += distance, *this; }
  PlainCursor &operator-=(ptrdiff_t distance) { return position -= distance, *this; }
  PlainCursor operator+(ptrdiff_t distance) const { return {position + distance}; }
  PlainCursor operator-(ptrdiff_t distance) const { return {position - distance}; }
  ptrdiff_t operator-(const PlainCursor &other) const { return position - other.position; }
  bool operator<(const PlainCursor &other) const { return position < other.position; }
  bool operator>=(const PlainCursor &other) const { return position >= other.position; }
  bool operator==(const PlainCursor &other) const { return position == other.position; }
  bool operator!=(const PlainCursor &other) const { return position != other.position; }
};

/// Whether the text names more than `most` fields Content-Type. Each level of nesting takes one.
inline bool hasMoreContentTypes(const char *start, size_t count, size_t most) {
  const char *end = start + count;
  size_t found = 0;
  while (const void *next = memchr(start, '-', static_cast<size_t>(end - start))) {
    const char *hyphen = static_cast<const char *>(next);
    if (hyphen - (end - count) >= 7 && end - hyphen >= 5 && strncasecmp(hyphen - 7, "content-type", 12) == 0 &&
        ++found > most) {
      return true;
    }
    start = hyphen + 1;
  }
  return false;
}

/// Whether a message is too small and too flat to meet a bound. A delimiter has three bytes at least; a level of
/// mimetic's recursion uses well under a kilobyte of the stack.
inline bool isWithin(const sluice_mimetic_limits &limits, const char *start, size_t count) {
  return count <= limits.header_bytes && count <= limits.total_header_bytes && count / 3 <= limits.delimiters &&
         !hasMoreContentTypes(start, count, limits.stack_bytes / 2048);
}

namespace mimetic {
namespace utils {

template <>
inline PlainCursor find_bm<PlainCursor>(PlainCursor from, PlainCursor end, const std::string &delimiter) {
  return {findDelimiter(from.position, end.position, delimiter)};
}

} // namespace utils
} // namespace mimetic

#endif
