#include "CMimetic.h"

#include <string>

#include <mimetic/rfc822/addresslist.h>
#include <mimetic/rfc822/datetime.h>

namespace {

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

const std::string &zoneNameOf(const mimetic::DateTime &date);

/// Defines this function, in the same way.
template <std::string mimetic::DateTime::*zone> struct DateTimeAccess {
  friend const std::string &zoneNameOf(const mimetic::DateTime &date) { return date.*zone; }
};
template struct DateTimeAccess<&mimetic::DateTime::m_zone>;

bool isDigit(char byte) { return byte >= '0' && byte <= '9'; }

/// Hours and minutes of the zone as one number. mimetic compares with each of its names of zones before it reads a
/// number; four digits behind a sign are none of them.
short zoneOf(const mimetic::DateTime &date) {
  const std::string &zone = zoneNameOf(date);
  if (zone.size() != 5 || (zone[0] != '+' && zone[0] != '-')) return date.zone().ordinal();
  int number = 0;
  for (size_t index = 1; index < 5; index++) {
    if (!isDigit(zone[index])) return date.zone().ordinal();
    number = number * 10 + (zone[index] - '0');
  }
  return static_cast<short>(zone[0] == '-' ? -number : number);
}

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
             read.minute(), read.second(), zoneOf(read)};
    return 1;
  } catch (...) {
    return 0;
  }
}
