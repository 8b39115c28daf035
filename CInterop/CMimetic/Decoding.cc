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

const std::string &labelOf(const mimetic::Mailbox &mailbox);
const std::string &localPartOf(const mimetic::Mailbox &mailbox);
const std::string &domainOf(const mimetic::Mailbox &mailbox);

/// Defines these functions: mimetic hands out strings only by copy, and names in an explicit instantiation may be
/// private.
template <std::string mimetic::Mailbox::*label, std::string mimetic::Mailbox::*local,
          std::string mimetic::Mailbox::*domain>
struct MailboxAccess {
  friend const std::string &labelOf(const mimetic::Mailbox &mailbox) { return mailbox.*label; }
  friend const std::string &localPartOf(const mimetic::Mailbox &mailbox) { return mailbox.*local; }
  friend const std::string &domainOf(const mimetic::Mailbox &mailbox) { return mailbox.*domain; }
};
template struct MailboxAccess<&mimetic::Mailbox::m_label, &mimetic::Mailbox::m_mailbox, &mimetic::Mailbox::m_domain>;

/// Whether a text is what `mimetic::canonical` makes of it: no spaces and comments are in it to be taken out, nor what
/// these are told by.
bool isCanonical(const std::string &text) {
  constexpr uint64_t special = 1ull << ' ' | 1ull << '"' | 1ull << '(' | 1ull << ')' | 1ull << '<' | 1ull << '>';
  for (unsigned char byte : text) {
    if (byte < 64 && special >> byte & 1) return false;
  }
  return true;
}

void appendCanonical(const std::string &text, std::string &output) {
  if (isCanonical(text)) {
    output += text;
  } else {
    output += mimetic::canonical(text, true);
  }
}

/// Hands over addresses one by one.
struct AddressSink {
  void *context;
  sluice_mimetic_add_address add;
  std::string address;

  void give(int kind, const mimetic::Mailbox &mailbox) {
    address.clear();
    appendCanonical(localPartOf(mailbox), address);
    size_t localCount = address.size();
    address += '@';
    appendCanonical(domainOf(mailbox), address);
    // Without a domain there is no at-sign.
    if (address.size() == localCount + 1) address.pop_back();
    add(context, {kind, bytesOf(labelOf(mailbox)), bytesOf(address)});
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
