// Every kernel in plain C, a byte at a time or little more: what a processor without vectors runs, and what the other
// implementations must equal.
#include "KernelTable.h"
#include "Scalar.h"

#include <string.h>

static size_t index_of_byte(const void *bytes, size_t count, uint8_t byte) {
  const uint8_t *p = bytes;
  size_t i = 0;
  while (i < count && p[i] != byte) i++;
  return i;
}

static size_t index_of_lf_dot(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  for (size_t i = 0; i + 1 < count; i++) {
    if (p[i] == '\n' && p[i + 1] == '.') return i;
  }
  return count;
}

static size_t index_of_lf_dash_dash(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  for (size_t i = 0; i + 2 < count; i++) {
    if (p[i] == '\n' && p[i + 1] == '-' && p[i + 2] == '-') return i;
  }
  return count;
}

static size_t index_of_non_ascii(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  size_t i = 0;
  while (i < count && p[i] < 0x80) i++;
  return i;
}

static sluice_header_line header_line(const void *bytes, size_t count) {
  return (sluice_header_line){name_end(bytes, count, 0), index_of_byte(bytes, count, '\n')};
}

static int is_continuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/// The length of the character that begins at `p` with a byte over 0x7F, where `count` bytes are left, or 0 if none
/// does (RFC 3629 §4).
static size_t utf8_character(const uint8_t *p, size_t count) {
  const uint8_t lead = p[0];
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (lead < 0xE0) return count >= 2 && is_continuation(p[1]) ? 2 : 0;
  const size_t length = lead < 0xF0 ? 3 : 4;
  if (count < length) return 0;
  // Overlong forms, surrogates and what is over U+10FFFF show in the second byte.
  const uint8_t lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (p[1] < lowest || p[1] > highest || !is_continuation(p[2])) return 0;
  return length == 3 || is_continuation(p[3]) ? length : 0;
}

/// How many bytes from `p` on are ASCII, but for up to 63 of them.
static size_t leading_ascii(const uint8_t *p, size_t count) {
  size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    uint64_t words[8], any = 0;
    memcpy(words, p + i, sizeof words);
    for (size_t k = 0; k < 8; k++) any |= words[k];
    if (any & UINT64_C(0x8080808080808080)) break;
  }
  return i;
}

static int is_utf8(const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  size_t i = leading_ascii(p, count);
  unsigned ascii = 0; // bytes in a row: words of another script have too little between them to look further ahead
  while (i < count) {
    if (p[i] < 0x80) {
      i++;
      if (++ascii % 16 == 0) i += leading_ascii(p + i, count - i);
      continue;
    }
    const size_t length = utf8_character(p + i, count - i);
    if (length == 0) return 0;
    ascii = 0;
    i += length;
  }
  return 1;
}

static size_t crlf_to_lf(const void *bytes, size_t count, void *output, int *is_ascii) {
  const uint8_t *p = bytes;
  uint8_t *restrict out = output;
  uint8_t seen = 0;
  size_t written = 0;
  for (size_t i = 0; i < count; i++) {
    seen |= p[i];
    out[written] = p[i];
    // The last byte has none after it.
    written += p[i] != '\r' || p[i + (i + 1 < count)] != '\n';
  }
  if (seen & 0x80) *is_ascii = 0;
  return written;
}

static void unstuff(void *block, size_t filled, sluice_unstuffing *unstuffing) {
  uint8_t *bytes = block;
  sluice_unstuffing at = *unstuffing;
  while (at.read + 2 < filled) {
    const uint8_t byte = bytes[at.read];
    const int is_before_dot = byte == '\n' && bytes[at.read + 1] == '.';
    if (is_before_dot && !(at.after_return && bytes[at.read + 2] == '.')) break;
    bytes[at.written++] = byte;
    // The second dot begins the line; it is kept as any other byte.
    at.read += is_before_dot ? 2 : 1;
    at.after_return = byte == '\r';
  }
  *unstuffing = at;
}

/// For each byte: a letter of the alphabet gives 6 bits, and every 4 letters give 3 bytes; CR, LF, SP and HT are
/// skipped; '=' ends the group of 4, where 2 letters before it give 1 byte and 3 give 2 (a second '=' belongs to it);
/// anything else is skipped and counted as invalid.
static size_t base64_decode(sluice_base64_state *state, const void *bytes, size_t count, void *output) {
  const uint8_t *p = bytes, *end = p + count, *table = sluice_base64_values;
  uint8_t *out = output;
  while (p < end) {
    if (is_between_groups(state)) {
      for (; end - p >= 4; p += 4, out += 3) {
        uint32_t a = table[p[0]], b = table[p[1]], c = table[p[2]], d = table[p[3]];
        if ((a | b | c | d) >= 64) break;
        uint32_t group = a << 18 | b << 12 | c << 6 | d;
        out[0] = (uint8_t)(group >> 16);
        out[1] = (uint8_t)(group >> 8);
        out[2] = (uint8_t)group;
      }
      if (p == end) break;
    }
    out = base64_byte(state, *p++, out);
  }
  return (size_t)(out - (uint8_t *)output);
}

/// Nothing: the caller decodes what a kernel leaves.
static sluice_quoted_printable_progress quoted_printable_decode(const void *bytes, size_t count, void *output) {
  (void)bytes, (void)count, (void)output;
  return (sluice_quoted_printable_progress){0, 0, 0};
}

const sluice_kernels sluice_fallback_kernels = SLUICE_KERNEL_TABLE("fallback");
