// A random access iterator over a message that shows mimetic the end early when a bound is reached, and what mimetic
// does through it in another way than byte by byte.
//
// mimetic's parser is a template over the iterator that it reads through, which makes the iterator the one place
// where it can be bounded from the inside. It reads headers byte by byte and compares with the end before each: there
// the length of the header is looked at. It begins an entity within another by `pushNewChild`: there the depth of the
// stack is. Between headers it searches for boundaries with `utils::find_bm`: there delimiters are counted and the next
// header begins. What happens at a bound is what mimetic does at the end of a truncated message, so it comes back with
// a tree and leaks nothing, as it would when an exception went through it.
//
// What mimetic reads is still decided by mimetic: the specialisations below give what its own functions give.
#ifndef SLUICE_CURSOR_H
#define SLUICE_CURSOR_H

#include "Bounds.h"
#include "FieldValues.h"

#include <cstring>
#include <iterator>
#include <string>

#include <mimetic/mimetic.h>
#include <strings.h>

namespace sluice {

struct Cursor {
  using iterator_category = std::random_access_iterator_tag;
  using value_type = char;
  using difference_type = ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  const char *position = nullptr;
  /// Of the end that the parser was given. One that it computes, to copy up to it, is not bounded.
  Bounds *bounds = nullptr;

  reference operator*() const { return *position; }
  Cursor &operator++() { return ++position, *this; }
  Cursor &operator--() { return --position, *this; }
  Cursor operator++(int) { return {position++}; }
  Cursor operator--(int) { return {position--}; }
  Cursor &operator+=(ptrdiff_t distance) { return position += distance, *this; }
  Cursor &operator-=(ptrdiff_t distance) { return position -= distance, *this; }
  Cursor operator+(ptrdiff_t distance) const { return {position + distance}; }
  Cursor operator-(ptrdiff_t distance) const { return {position - distance}; }
  ptrdiff_t operator-(const Cursor &other) const { return position - other.position; }
  bool operator<(const Cursor &other) const { return position < other.position; }
  bool operator>=(const Cursor &other) const { return position >= other.position; }

  /// Compares positions, and finds any position equal to the end once a bound is reached.
  bool operator==(const Cursor &other) const {
    return other.bounds ? other.bounds->stopsHeader(position) : position == other.position;
  }
  bool operator!=(const Cursor &other) const { return !(*this == other); }
};

/// The first occurrence of a delimiter, or `end`, as mimetic's own Boyer-Moore search finds it: that one takes time in
/// the product of both lengths. It compares a signed with an unsigned char, so that a delimiter with eight-bit bytes is
/// never found.
inline const char *findDelimiter(const char *from, const char *end, const std::string &delimiter) {
  bool eightBit = std::any_of(delimiter.begin(), delimiter.end(), [](char byte) { return byte < 0; });
  if (eightBit || from == end) return end;
  const void *found = memmem(from, static_cast<size_t>(end - from), delimiter.data(), delimiter.size());
  return found == nullptr ? end : static_cast<const char *>(found);
}

/// The first CR or LF, or `end`. A line is looked through in pieces: where there is none of one of the two, each search
/// for it would go through all that follows.
inline const char *findLineEnd(const char *from, const char *end) {
  while (from < end) {
    size_t count = std::min<size_t>(static_cast<size_t>(end - from), 256);
    const void *found = memchr(from, '\r', count);
    if (found) count = static_cast<size_t>(static_cast<const char *>(found) - from);
    const void *earlier = memchr(from, '\n', count);
    if (earlier) return static_cast<const char *>(earlier);
    if (found) return static_cast<const char *>(found);
    from += count;
  }
  return end;
}

/// The end of the bytes that a field's name goes on with, wherever in it.
inline const char *findNameEnd(const char *from, const char *end) {
  while (from < end && *from > 32 && *from < 127 && *from != ':') ++from;
  return from;
}

/// The Content-Type of a header, read where it is still text; null if there is none. mimetic's own compares each letter
/// of names by two calls.
inline const mimetic::ContentType *contentTypeOf(mimetic::Header &header) {
  constexpr size_t count = sizeof "Content-Type" - 1;
  for (mimetic::Field &field : header) {
    const mimetic::istring &name = field.name();
    if (name.size() != count || strncasecmp(name.data(), "Content-Type", count) != 0) continue;
    mimetic::FieldValue *&value = valueOf(field);
    if (const std::string *text = textOf(value)) {
      mimetic::FieldValue *type = new mimetic::ContentType(*text);
      delete value;
      value = type;
    }
    return static_cast<const mimetic::ContentType *>(value);
  }
  return nullptr;
}

} // namespace sluice

namespace mimetic {
namespace utils {

/// `findDelimiter`, within the bound of delimiters; a header ends where it begins.
template <>
inline sluice::Cursor find_bm<sluice::Cursor>(sluice::Cursor from, sluice::Cursor end, const std::string &delimiter) {
  sluice::Bounds &bounds = *end.bounds;
  if (from.position == end.position) return end;
  bounds.endHeader(from.position);
  const char *found = sluice::findDelimiter(from.position, end.position, delimiter);
  if (found == end.position) return end;
  if (bounds.delimiters == 0) {
    bounds.reached |= SLUICE_MIMETIC_CUT_DELIMITERS;
    return end;
  }
  bounds.delimiters--;
  bounds.beginHeader(found + delimiter.size());
  return {found};
}

} // namespace utils

/// Appends a byte of a field's name or value to the buffer of these, and with it those behind it that mimetic would
/// append one after the other. mimetic's own takes time quadratic in the length of a value: it lets the buffer grow by
/// steps of one size.
///
/// A buffer for values has an odd size. A new one is for names first, as a field begins with its name; but for values
/// where a line is continued that has none.
template <>
__attribute__((noinline)) inline void IteratorParser<sluice::Cursor, std::input_iterator_tag>::append(
    char *&buffer, size_t &size, char byte, size_t &used) {
  sluice::Bounds &bounds = *m_eit.bounds;
  const char *start = m_bit.position;
  // The space that a fold becomes goes in before the byte behind the fold, which is read again.
  bool isFold = byte != *start;
  bool isValue = size > 0 ? size % 2 == 1 : isFold || bounds.has_name_buffer;
  if (!isValue) bounds.has_name_buffer = true;
  const char *end = start + 1;
  if (isValue && !isFold) end = sluice::findLineEnd(end, bounds.header_stop);
  // What comes behind a blank in a name mimetic takes for text.
  if (!isValue && !isblank(byte)) end = sluice::findNameEnd(end, bounds.header_stop);
  size_t count = static_cast<size_t>(end - start);
  if (count > size - used) {
    size_t larger = std::max<size_t>(2 * (used + count), 256) / 2 * 2 + isValue;
    // mimetic writes a NUL behind the last byte.
    char *enlarged = new char[larger + 1];
    if (used > 0) memcpy(enlarged, buffer, used);
    delete[] buffer;
    buffer = enlarged;
    size = larger;
  }
  if (isFold) {
    buffer[used] = byte;
  } else {
    memcpy(buffer + used, start, count);
    m_bit.position += count - 1;
  }
  used += count;
}

/// Adds a field to the header that is being read.
template <>
inline void IteratorParser<sluice::Cursor, std::input_iterator_tag>::addField(
    const std::string &name, const std::string &value) {
  m_entityStack.top()->header().emplace_back(name, value);
}

/// What the entity that is being read is by its Content-Type.
template <>
inline IteratorParser<sluice::Cursor, std::input_iterator_tag>::EntityType
IteratorParser<sluice::Cursor, std::input_iterator_tag>::getType() {
  const ContentType *type = sluice::contentTypeOf(m_entityStack.top()->header());
  if (!type) return etRfc822;
  if (type->isMultipart()) return etMultipart;
  return type->type() == "message" && type->subtype() == "rfc822" ? etMsgRfc822 : etRfc822;
}

/// Begins an entity within the one that is being read, within the bound of the stack.
template <>
inline void IteratorParser<sluice::Cursor, std::input_iterator_tag>::pushNewChild() {
  m_eit.bounds->beginEntity(m_bit.position);
  MimeEntity *child = new MimeEntity;
  m_entityStack.top()->body().parts().push_back(child);
  m_entityStack.push(child);
}

/// Gives the entity that is being read a block of its body, or of what is around it.
template <>
inline void IteratorParser<sluice::Cursor, std::random_access_iterator_tag>::onBlock(
    sluice::Cursor start, int size, ParsingElem kind) {
  Body &body = m_entityStack.top()->body();
  size_t count = static_cast<size_t>(size);
  switch (kind) {
  case pePreamble: body.preamble().append(start.position, count); break;
  case peEpilogue: body.epilogue().append(start.position, count); break;
  case peBody: body.append(start.position, count); break;
  }
}

} // namespace mimetic

#endif
