#include "CMimetic.h"

#include <mimetic/codec/base64.h>
#include <mimetic/codec/qp.h>

namespace {

/// Counts what is written, and writes what there is room for: mimetic does not say how much a decoder may give.
class BoundedOutput {
public:
  BoundedOutput(unsigned char *start, size_t room, size_t *count) : start(start), room(room), count(count) {}

  BoundedOutput &operator*() { return *this; }
  BoundedOutput &operator++() { return *this; }
  BoundedOutput operator++(int) { return *this; }
  BoundedOutput &operator=(unsigned char byte) {
    if (*count < room) start[(*count)++] = byte;
    return *this;
  }

  using iterator_category = std::output_iterator_tag;
  using value_type = void;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = void;

private:
  unsigned char *start;
  size_t room;
  size_t *count;
};

} // namespace

size_t sluice_mimetic_decode_base64(const void *bytes, size_t count, void *output) {
  size_t written = 0;
  BoundedOutput out(static_cast<unsigned char *>(output), count, &written);
  mimetic::Base64::Decoder decoder;
  auto start = static_cast<const unsigned char *>(bytes);
  for (size_t index = 0; index < count; index++) {
    // mimetic looks octets up in a table that is too short for these.
    if (start[index] < 0x80) decoder.process(start[index], out);
  }
  decoder.flush(out);
  return written;
}

size_t sluice_mimetic_decode_quoted_printable(const void *bytes, size_t count, void *output) {
  size_t written = 0;
  try {
    auto start = static_cast<const unsigned char *>(bytes);
    BoundedOutput out(static_cast<unsigned char *>(output), count + 1, &written);
    mimetic::QP::Decoder decoder;
    decoder.process(start, start + count, out);
  } catch (...) {
    // `written` says how far it came.
  }
  return written;
}
