// The kernels by AVX-512: searches with masked loads, and VPCOMPRESSB where bytes are left out. Decoders, which gain
// nothing from its width, are those of AVX2.
#include "include/CByteKernels.h"

#include "KernelTable.h"

#if defined(__x86_64__)

#include "vector/avx512.h"
#define NARROWER sluice_avx2_kernels
#include "generic/Needle.h"
#include "generic/UnstuffSteps.h"

// MARK: Searches

#define SLUICE_HAS_OWN_SEARCH

// Of 64 bytes, the load at `i + 1` always touches a second cache line; that at `i` does not if `i` is aligned.
enum { ALIGNS_LOADS = 1 };

/// Zero in the lanes where the needle begins.
SLUICE_BLOCK vector mismatches(const uint8_t *p, needle_bytes needle) {
  vector differing = _mm512_xor_si512(load(p), splat(needle.b0));
  // 0xF6: a | (b ^ c).
  if (needle.length > 1) differing = _mm512_ternarylogic_epi32(differing, load(p + 1), splat(needle.b1), 0xF6);
  if (needle.length > 2) differing = _mm512_ternarylogic_epi32(differing, load(p + 2), splat(needle.b2), 0xF6);
  return differing;
}

/// Whether the needle begins nowhere in the four registers from `p` on. Comparisons of this width give masks, and too
/// few of them a cycle: instead, whether XOR with the needle leaves zero in any lane shows in the least of the four.
SLUICE_BLOCK int is_absent_from_four(const uint8_t *p, needle_bytes needle) {
  const vector d0 = mismatches(p, needle), d1 = mismatches(p + WIDTH, needle);
  const vector d2 = mismatches(p + 2 * WIDTH, needle), d3 = mismatches(p + 3 * WIDTH, needle);
  const vector least = _mm512_min_epu8(_mm512_min_epu8(d0, d1), _mm512_min_epu8(d2, d3));
  return _mm512_testn_epi8_mask(least, least) == 0;
}

/// The search of a buffer too short for one block. Lanes after the last place that can match are not loaded.
SLUICE_BLOCK size_t find_in_tail(const uint8_t *p, size_t count, needle_bytes needle) {
  if (count < needle.length) return count;
  const lanes places = first_lanes(count - needle.length + 1);
  lanes found = places & equal(load_lanes(places, p), splat(needle.b0));
  if (needle.length > 1) found &= equal(load_lanes(places, p + 1), splat(needle.b1));
  if (needle.length > 2) found &= equal(load_lanes(places, p + 2), splat(needle.b2));
  return found ? first_lane(found) : count;
}

#define FIND_IN_SHORT(needle, narrower) find_in_tail(bytes, count, needle)

#include "generic/Search.h"
#include "generic/HeaderLine.h"

// MARK: Line ends

/// As in `generic/CRLFToLF.h`, but that the CRs are left out of a register by VPCOMPRESSB.
SLUICE_KERNEL size_t crlf_to_lf(const void *bytes, size_t count, void *output, int *is_ascii) {
  const uint8_t *p = bytes;
  uint8_t *out = output;
  size_t i = 0, written = 0;
  vector seen = splat(0);
  for (; count - i >= WIDTH + 1; i += WIDTH) {
    const vector block = load(p + i);
    seen = either(seen, block);
    const lanes returns = equal(block, splat('\r'));
    if (!returns) {
      store(out + written, block);
      written += WIDTH;
      continue;
    }
    const lanes kept = ~(returns & equal(load(p + i + 1), splat('\n')));
    store(out + written, compress(kept, block));
    written += (size_t)__builtin_popcountll(kept);
  }
  if (non_ascii(seen)) *is_ascii = 0;
  return written + NARROWER.crlf_to_lf(p + i, count - i, out + written, is_ascii);
}

// MARK: Stuffing dots

/// The last bytes, fewer than a register has, if dots begin lines in them and all are stuffing: one step in place of
/// one for each line. Two bytes more can be read. A store of less than a register is slow: without a dot they can wait.
SLUICE_BLOCK void unstuff_tail(uint8_t *bytes, size_t count, sluice_unstuffing *at, lanes *starts_with_dot) {
  const uint8_t *from = bytes + at->read;
  const lanes left = first_lanes(count);
  const vector block = load_lanes(left, from), dot = splat('.');
  const lanes found = left & equal(block, splat('\n')) & equal(load_lanes(left, from + 1), dot);
  if (!found) return;
  const lanes after_return = equal(block, splat('\r')) << 1 | (lanes)at->after_return;
  if ((found & after_return & equal(load_lanes(left, from + 2), dot)) != found) return;
  const uint8_t last = from[count - 1];
  const lanes kept = ~(found << 1 | *starts_with_dot) & left;
  const unsigned length = (unsigned)__builtin_popcountll(kept);
  // Fewer than 64.
  store_lanes(bytes + at->written, ((lanes)1 << length) - 1, compress(kept, block));
  at->read += count;
  at->written += length;
  at->after_return = last == '\r';
  *starts_with_dot = found >> (count - 1);
}

/// As in `generic/Unstuff.h`, but that to go on after a dot makes each step wait for the search before it. VPCOMPRESSB
/// leaves the dots of a register out of it, so that the next begins at a place that is known, however many dots there
/// are. The register before four without a dot is cut short, so that they are loaded from where cache lines begin.
SLUICE_KERNEL void unstuff(void *block, size_t filled, sluice_unstuffing *unstuffing) {
  uint8_t *bytes = block;
  sluice_unstuffing at = *unstuffing;
  const vector dot = splat('.');
  lanes starts_with_dot = 0; // 1 if the byte at `read` is a dot to be left out
  unsigned without_dot = 3;  // registers since the last one that had a dot
  int goes_on = 1;           // 0 if the next dot is the caller's to judge
  while (goes_on && at.read + WIDTH + 2 <= filled) {
    if (without_dot >= 4 && at.read + 4 * WIDTH + 2 <= filled && is_absent_from_four(bytes + at.read, lf_dot)) {
      store_four(bytes, &at);
      continue;
    }
    const uint8_t *from = bytes + at.read;
    uint8_t *to = bytes + at.written;
    const vector here = load(from);
    const lanes found = matches(from, lf_dot);
    const uint8_t last = from[WIDTH - 1];
    if (!(found | starts_with_dot)) {
      const size_t kept = ++without_dot < 4 ? WIDTH : WIDTH - ((uintptr_t)from & (WIDTH - 1));
      const uint8_t last_kept = from[kept - 1];
      store_lanes(to, first_lanes(kept), here);
      advance(&at, kept, last_kept);
      continue;
    }
    without_dot = 0;
    const lanes after_return = equal(here, splat('\r')) << 1 | (lanes)at.after_return;
    const lanes doubled = found & after_return & equal(load(from + 2), dot);
    if (doubled == found) {
      const lanes kept = ~(found << 1 | starts_with_dot);
      store(to, compress(kept, here));
      at.read += WIDTH;
      at.written += (size_t)__builtin_popcountll(kept);
      at.after_return = last == '\r';
      starts_with_dot = found >> (WIDTH - 1);
    } else if (starts_with_dot) {
      at.read++;
      starts_with_dot = 0;
    } else {
      size_t kept;
      goes_on = judge_dot(bytes, at.read + first_lane(found), &at, &kept);
      // At most 64: the LF is within the register.
      store_lanes(to, kept > 0 ? first_lanes(kept) : 0, here);
      at.written += kept;
    }
  }
  if (goes_on && at.read + 2 < filled) unstuff_tail(bytes, filled - 2 - at.read, &at, &starts_with_dot);
  at.read += starts_with_dot;
  *unstuffing = at;
}

// MARK: By AVX2

SLUICE_KERNEL int is_utf8(const void *bytes, size_t count) { return NARROWER.is_utf8(bytes, count); }

SLUICE_KERNEL size_t base64_decode(sluice_base64_state *state, const void *bytes, size_t count, void *output) {
  return NARROWER.base64_decode(state, bytes, count, output);
}

SLUICE_KERNEL sluice_quoted_printable_progress quoted_printable_decode(const void *bytes, size_t count, void *output) {
  return NARROWER.quoted_printable_decode(bytes, count, output);
}

const sluice_kernels sluice_avx512_kernels = SLUICE_KERNEL_TABLE("avx512");

#endif
