// mimetic used directly. It knows no charsets and no encoded-words: its texts and subjects stay as they are, unless
// TEXT_TO_UTF8 is defined, which adds what its user would have to: iconv, and encoded-words by mimetic's own decoders.
#include "peer.h"

#include <iconv.h>
#include <iterator>
#include <map>
#include <mimetic/mimetic.h>
#include <mimetic/rfc822/datetime.h>
#include <string>
#include <strings.h>

template <class Decoder> static std::string decoded_by(const std::string &text) {
  std::string decoded;
  Decoder decoder;
  mimetic::decode(text.begin(), text.end(), decoder, std::back_inserter(decoded));
  return decoded;
}

#ifdef TEXT_TO_UTF8

// Text in a charset as UTF-8; what is invalid in it is left out. Converters are kept.
static std::string utf8_of(const std::string &text, const std::string &charset) {
  if (charset.empty() || strcasecmp(charset.c_str(), "utf-8") == 0 || strcasecmp(charset.c_str(), "us-ascii") == 0)
    return text;
  static std::map<std::string, iconv_t> converters;
  auto found = converters.find(charset);
  if (found == converters.end()) found = converters.emplace(charset, iconv_open("utf-8", charset.c_str())).first;
  if (found->second == (iconv_t)-1) return text;
  iconv(found->second, nullptr, nullptr, nullptr, nullptr);
  std::string converted(text.size() * 4, '\0');
  char *from = const_cast<char *>(text.data()), *to = &converted[0];
  size_t rest = text.size(), room = converted.size();
  while (rest > 0 && iconv(found->second, &from, &rest, &to, &room) == (size_t)-1 && rest > 0) {
    from++;
    rest--;
  }
  converted.resize(converted.size() - room);
  return converted;
}

// A header's text with its encoded-words decoded (RFC 2047): `=?charset?encoding?text?=`.
static std::string words_of(const std::string &text) {
  std::string result;
  size_t at = 0, start;
  while ((start = text.find("=?", at)) != std::string::npos) {
    size_t encoding = text.find('?', start + 2), end = encoding;
    if (encoding != std::string::npos && encoding + 2 < text.size() && text[encoding + 2] == '?')
      end = text.find("?=", encoding + 3);
    if (encoding == std::string::npos || end == std::string::npos || end == encoding) break;
    if (text.find_first_not_of(' ', at) < start || at == 0) result.append(text, at, start - at);
    std::string word = text.substr(encoding + 3, end - encoding - 3);
    if (text[encoding + 1] == 'B' || text[encoding + 1] == 'b') {
      word = decoded_by<mimetic::Base64::Decoder>(word);
    } else {
      for (char &byte : word)
        if (byte == '_') byte = ' ';
      word = decoded_by<mimetic::QP::Decoder>(word);
    }
    result += utf8_of(word, text.substr(start + 2, encoding - start - 2));
    at = end + 2;
  }
  return result.append(text, at, std::string::npos);
}

#else

static const std::string &utf8_of(const std::string &text, const std::string &) { return text; }
static const std::string &words_of(const std::string &text) { return text; }

#endif

static void count_mailboxes(const mimetic::Mailbox &mailbox, peer_count *count) {
  if (!words_of(mailbox.label()).empty() || !mailbox.mailbox().empty()) count->addresses++;
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
  const std::string &body = entity.body();
  std::string decoded = encoding == "base64"             ? decoded_by<mimetic::Base64::Decoder>(body)
                        : encoding == "quoted-printable" ? decoded_by<mimetic::QP::Decoder>(body)
                                                         : body;
  const mimetic::istring &type = entity.header().contentType().type();
  if (type.empty() || type == "text")
    count->text += utf8_of(decoded, entity.header().contentType().param("charset")).size();
  else
    count->content += decoded.size();
}

static void read_parts(const mimetic::MimeEntity &entity, peer_count *count) {
  const mimetic::MimeEntityList &parts = entity.body().parts();
  if (parts.empty()) return read_leaf(entity, count);
  for (const mimetic::MimeEntity *part : parts) read_parts(*part, count);
}

static void parse(const char *bytes, size_t size, peer_count *count) {
  mimetic::MimeEntity entity(bytes, bytes + size);
  const mimetic::Header &header = entity.header();
  count->subject += words_of(header.subject()).size();
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
