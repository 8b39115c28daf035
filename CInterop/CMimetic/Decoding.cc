#include "CMimetic.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <mimetic/codec/base64.h>
#include <mimetic/codec/qp.h>
#include <mimetic/rfc822/addresslist.h>
#include <mimetic/rfc822/datetime.h>

struct sluice_mimetic_addresses {
  std::vector<sluice_mimetic_address> list;
  /// mimetic hands out strings only by copy. A deque does not move what it holds.
  std::deque<std::string> strings;

  sluice_mimetic_bytes keep(std::string string) {
    strings.push_back(std::move(string));
    return {strings.back().data(), strings.back().size()};
  }

  void append(int kind, const mimetic::Mailbox &mailbox) {
    list.push_back({kind, keep(mailbox.label()), keep(mailbox.mailbox()), keep(mailbox.domain())});
  }

  void append(const mimetic::Address &address) {
    if (!address.isGroup()) return append(SLUICE_MIMETIC_MAILBOX, address.mailbox());
    list.push_back({SLUICE_MIMETIC_GROUP, keep(address.group().name()), keep(""), keep("")});
    for (const mimetic::Mailbox &member : address.group()) append(SLUICE_MIMETIC_MEMBER, member);
  }
};

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

sluice_mimetic_addresses *sluice_mimetic_addresses_parse(const void *bytes, size_t count) {
  try {
    auto addresses = std::make_unique<sluice_mimetic_addresses>();
    mimetic::AddressList list(std::string(static_cast<const char *>(bytes), count));
    for (const mimetic::Address &address : list) addresses->append(address);
    return addresses.release();
  } catch (...) {
    return nullptr;
  }
}

void sluice_mimetic_addresses_free(sluice_mimetic_addresses *addresses) { delete addresses; }

size_t sluice_mimetic_addresses_count(const sluice_mimetic_addresses *addresses) { return addresses->list.size(); }

sluice_mimetic_address sluice_mimetic_address_at(const sluice_mimetic_addresses *addresses, size_t index) {
  return addresses->list[index];
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
