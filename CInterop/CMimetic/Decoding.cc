#include "CMimetic.h"

#include <string>

#include <mimetic/codec/base64.h>
#include <mimetic/codec/qp.h>
#include <mimetic/rfc822/addresslist.h>
#include <mimetic/rfc822/datetime.h>

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

sluice_mimetic_bytes bytesOf(const std::string &string) { return {string.data(), string.size()}; }

/// Hands over addresses one by one.
struct AddressSink {
  void *context;
  sluice_mimetic_add_address add;
  std::string address;

  void give(int kind, const mimetic::Mailbox &mailbox) {
    address = mailbox.mailbox();
    std::string domain = mailbox.domain();
    if (!domain.empty()) (address += '@') += domain;
    add(context, {kind, bytesOf(mailbox.label()), bytesOf(address)});
  }

  void give(const mimetic::Address &address) {
    if (!address.isGroup()) return give(SLUICE_MIMETIC_MAILBOX, address.mailbox());
    add(context, {SLUICE_MIMETIC_GROUP, bytesOf(address.group().name()), {"", 0}});
    for (const mimetic::Mailbox &member : address.group()) give(SLUICE_MIMETIC_MEMBER, member);
  }
};

} // namespace

int sluice_mimetic_addresses_parse(const void *bytes, size_t count, void *context, sluice_mimetic_add_address add) {
  try {
    mimetic::AddressList list(std::string(static_cast<const char *>(bytes), count));
    AddressSink sink{context, add, {}};
    for (const mimetic::Address &address : list) sink.give(address);
    return 1;
  } catch (...) {
    return 0;
  }
}

int sluice_mimetic_date_parse(const void *bytes, size_t count, sluice_mimetic_date *date) {
  try {
    mimetic::DateTime read(std::string(static_cast<const char *>(bytes), count));
    *date = {read.year(), read.month().ordinal(), read.day(), read.hour(),
             read.minute(), read.second(), read.zone().ordinal()};
    return 1;
  } catch (...) {
    return 0;
  }
}

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
