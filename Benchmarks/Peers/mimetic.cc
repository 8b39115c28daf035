// mimetic used directly. It knows no charsets and no encoded-words: its texts and subjects stay as they are.
#include "peer.h"

#include <iterator>
#include <mimetic/mimetic.h>
#include <mimetic/rfc822/datetime.h>
#include <string>

static void count_mailboxes(const mimetic::Mailbox &mailbox, peer_count *count) {
  if (!mailbox.label().empty() || !mailbox.mailbox().empty()) count->addresses++;
}

static void count_addresses(const mimetic::AddressList &list, peer_count *count) {
  for (const mimetic::Address &address : list) {
    if (address.isGroup()) {
      for (const mimetic::Mailbox &member : address.group()) count_mailboxes(member, count);
    } else {
      count_mailboxes(address.mailbox(), count);
    }
  }
}

static void read_leaf(const mimetic::MimeEntity &entity, peer_count *count) {
  count->leaves++;
  const std::string &mechanism = entity.header().contentTransferEncoding().mechanism();
  const mimetic::istring encoding(mechanism.begin(), mechanism.end());
  const mimetic::Body &body = entity.body();
  std::string decoded;
  if (encoding == "base64") {
    mimetic::Base64::Decoder decoder;
    mimetic::decode(body.begin(), body.end(), decoder, std::back_inserter(decoded));
  } else if (encoding == "quoted-printable") {
    mimetic::QP::Decoder decoder;
    mimetic::decode(body.begin(), body.end(), decoder, std::back_inserter(decoded));
  } else {
    decoded = body;
  }
  const mimetic::istring &type = entity.header().contentType().type();
  (type.empty() || type == "text" ? count->text : count->content) += decoded.size();
}

static void read_parts(const mimetic::MimeEntity &entity, peer_count *count) {
  const mimetic::MimeEntityList &parts = entity.body().parts();
  if (parts.empty()) return read_leaf(entity, count);
  for (const mimetic::MimeEntity *part : parts) read_parts(*part, count);
}

static void parse(const char *bytes, size_t size, peer_count *count) {
  mimetic::MimeEntity entity(bytes, bytes + size);
  const mimetic::Header &header = entity.header();
  count->subject += header.subject().size();
  for (const mimetic::Mailbox &mailbox : header.from()) count_mailboxes(mailbox, count);
  count_addresses(header.to(), count);
  count_addresses(header.cc(), count);
  for (const mimetic::Field &field : header) {
    if (field.name() == "date") {
      mimetic::DateTime date(field.value());
      count->dates++;
    }
  }
  read_parts(entity, count);
}

int main(int argc, char **argv) { return peer_main(argc, argv, parse); }
