// How boundary delimiters are found, in place of mimetic's own search.
#ifndef SLUICE_DELIMITERSEARCH_H
#define SLUICE_DELIMITERSEARCH_H

#include <algorithm>
#include <cstring>
#include <string>

/// The first occurrence of a delimiter, or `end`, as mimetic's own Boyer-Moore search finds it: that one takes time in
/// the product of both lengths. It compares a signed with an unsigned char, so that a delimiter with eight-bit bytes is
/// never found.
inline const char *findDelimiter(const char *from, const char *end, const std::string &delimiter) {
  bool eightBit = std::any_of(delimiter.begin(), delimiter.end(), [](char byte) { return byte < 0; });
  if (eightBit || from == end) return end;
  const void *found = memmem(from, static_cast<size_t>(end - from), delimiter.data(), delimiter.size());
  return found == nullptr ? end : static_cast<const char *>(found);
}

#endif
