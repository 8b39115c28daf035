// Compares every kernel of every implementation that this processor has with `reference.h`: at each length from 0 on
// and each alignment, with the buffer's end and its start beside memory that cannot be touched, over random and
// adversarial contents. Bytes around input and output must stay as they are.
//
//     kernels_test [ROUNDS]    how often each length gets contents of each kind; 1 if not given
//
// Exits with 1 if any result differs. A read or write outside a buffer ends the program by a signal, or by a report of
// the bytes that changed.
#include "reference.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// A little over four vectors of 64 bytes, so that every loop is entered and left at every place.
enum { LONGEST = 300, ALIGNMENTS = 64, MARGIN = 80, CAPACITY = 4096 * 4, LARGEST_DISTANCE = 130 };

// MARK: Memory

/// `CAPACITY` bytes with a page on either side that cannot be touched.
static uint8_t *guarded_memory(void) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  uint8_t *mapping = mmap(NULL, CAPACITY + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  // A multiple of the page's size on every processor that there are kernels for.
  if (mapping == MAP_FAILED || CAPACITY % page != 0) abort();
  if (mprotect(mapping + page, CAPACITY, PROT_READ | PROT_WRITE) != 0) abort();
  return mapping + page;
}

/// An area in guarded memory. What is around it, up to `MARGIN` bytes, would match most needles.
typedef struct {
  uint8_t *start, *before, *end, *after;
} area;

static uint8_t surroundings[MARGIN];

/// Placement 0 ends where nothing can be touched, 1 begins there, and the others are in the middle at each alignment.
enum { PLACEMENTS = 2 + ALIGNMENTS };
static area placed(uint8_t *memory, size_t count, int placement) {
  const size_t offset = placement == 0 ? CAPACITY - count : placement == 1 ? 0 : 4096 + (size_t)(placement - 2);
  area a = {memory + offset, memory + offset, memory + offset + count, memory + offset + count};
  a.before = offset < MARGIN ? memory : a.start - MARGIN;
  a.after = placement == 0 ? a.end : a.end + MARGIN;
  memcpy(a.before, surroundings, (size_t)(a.start - a.before));
  memcpy(a.end, surroundings, (size_t)(a.after - a.end));
  return a;
}

static int is_untouched(area a) {
  return memcmp(a.before, surroundings, (size_t)(a.start - a.before)) == 0 &&
         memcmp(a.end, surroundings, (size_t)(a.after - a.end)) == 0;
}

// MARK: Contents

static uint64_t random_state = 1;
static uint64_t random_number(uint64_t below) {
  // SplitMix64.
  uint64_t z = random_state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return (z ^ z >> 31) % below;
}

static void fill_from(uint8_t *p, size_t count, const char *alphabet, size_t size) {
  for (size_t i = 0; i < count; i++) p[i] = (uint8_t)alphabet[random_number(size)];
}

static void fill_with_lines(uint8_t *p, size_t count, const char *alphabet, const char *start) {
  static const size_t widths[] = {76, 76, 76, 64, 60, 72, 48, 32, 16, 20, 4, 75, 77};
  const size_t width = widths[random_number(sizeof widths / sizeof *widths)];
  const char *ending = random_number(3) ? "\r\n" : "\n";
  const size_t begins_every = random_number(4) + 1;
  fill_from(p, count, alphabet, strlen(alphabet));
  for (size_t i = random_number(width), line = 0; i < count; line++) {
    for (const char *c = ending; *c && i < count; c++) p[i++] = (uint8_t)*c;
    if (line % begins_every == 0) {
      for (const char *c = start; *c && i < count; c++) p[i++] = (uint8_t)*c;
    }
    i += width;
  }
}

static void fill_with_characters(uint8_t *p, size_t count, size_t ascii_in_five) {
  static const uint32_t points[] = {0x80, 0x7FF, 0x800, 0xFFF, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF, 0x436,
                                    0x6F22};
  size_t i = 0;
  while (i < count) {
    const uint32_t point = points[random_number(sizeof points / sizeof *points)];
    const size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (random_number(5) < ascii_in_five || i + length > count) {
      p[i++] = 'a';
      continue;
    }
    p[i] = (uint8_t)(length == 2 ? 0xC0 | point >> 6 : length == 3 ? 0xE0 | point >> 12 : 0xF0 | point >> 18);
    for (size_t k = 1; k < length; k++) p[i + k] = (uint8_t)(0x80 | (point >> 6 * (length - 1 - k) & 0x3F));
    i += length;
  }
}

static void overwrite(uint8_t *p, size_t count, const char *text) {
  const size_t length = strlen(text);
  // Often at the very end, and sometimes cut there.
  const size_t place = random_number(3) ? random_number(count + 1) : count - (length <= count ? length : count);
  for (size_t i = 0; i < length && place + i < count; i++) p[place + i] = (uint8_t)text[i];
}

static const char base64_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char utf8_edges[] =
    "\x41\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5\xFF";

enum { KINDS = 22 };
static void fill(uint8_t *p, size_t count, int kind) {
  static const char *const needles[] = {"\n", "\n.", "\n--", "\r\n..", "\r\n.", "\n..", "\x80", ":", "=", "=3D", 
                                        " \r\n", "= \r\n", "=\r", "\xC3", "\xF0\x9F", "\r", "\r\n", "\x7F", "*"};
  switch (kind) {
  case 0: memset(p, 'a', count); break;
  case 1: // one needle
    memset(p, 'a', count);
    overwrite(p, count, needles[random_number(sizeof needles / sizeof *needles)]);
    break;
  case 2: fill_from(p, count, "a\n", 2); break;
  case 3: fill_from(p, count, "\r\n..", 4); break;
  case 4: fill_from(p, count, "\n--a", 4); break;
  case 5: fill_from(p, count, "\r\n", 2); break;
  case 6: fill_from(p, count, "aaaaaaaaaaaaaaaaaaaaaaaa\r\n.-:", 29); break;
  case 7:
    for (size_t i = 0; i < count; i++) p[i] = (uint8_t)random_number(256);
    break;
  case 8: fill_with_lines(p, count, "aaab: ", "."); break;
  case 9: fill_with_lines(p, count, "aaab: .-", "--"); break;
  case 10: fill_with_lines(p, count, base64_letters, ""); break;
  case 11:
    fill_with_lines(p, count, base64_letters, random_number(2) ? "" : "=");
    for (size_t n = random_number(4); n > 0; n--) overwrite(p, count, &"=*\x80 =="[random_number(5)]);
    break;
  case 12: fill_from(p, count, base64_letters, 64); break;
  case 13: fill_with_lines(p, count, "the quick brown fox  ", "=\r\n"); break;
  case 14: fill_from(p, count, "= \t\r\n==4fA0.", 12); break;
  case 15: fill_from(p, count, "aaaaaaaaaaa= \t\r\n3D", 18); break;
  case 16: fill_with_characters(p, count, random_number(6)); break;
  case 17: // one byte of the text is damaged
    fill_with_characters(p, count, random_number(6));
    if (count) p[random_number(count)] = (uint8_t)utf8_edges[random_number(sizeof utf8_edges - 1)];
    break;
  case 18: fill_from(p, count, utf8_edges, sizeof utf8_edges - 1); break;
  case 19: // escapes, and the last one cut
    memset(p, 'a', count);
    for (size_t i = random_number(40); i < count; i++) p[i] = (uint8_t)"=d0"[(count - i + count / 3) % 3];
    break;
  case 20: { // white space up to the end, or nearly
    static const char *const ends[] = {"", "\r", "\r\n", "\n", "=", "x", "\rx", " \r", "=\r"};
    const size_t text = random_number(count + 1);
    const char *end = ends[random_number(sizeof ends / sizeof *ends)];
    fill_from(p, count, " \t", 2);
    memset(p, 'a', text);
    if (text < count && random_number(2)) p[text] = '=';
    for (size_t i = count - (strlen(end) < count ? strlen(end) : count); i < count; i++) p[i] = (uint8_t)*end++;
    break;
  }
  case 21: // stuffed lines, and now and then another dot
    memset(p, 'a', count);
    for (size_t i = random_number(70); i < count; i += random_number(20)) {
      for (const char *c = random_number(40) ? "\r\n.." : "\n.a"; *c && i < count; c++) p[i++] = (uint8_t)*c;
    }
    break;
  }
}

// MARK: Comparison

static uint8_t content[LONGEST];
static size_t length;
static int kind;
static unsigned long comparisons, differences;
static const char *running = "";

static void require(int holds, const sluice_kernels *kernels, int placement, const char *what) {
  comparisons++;
  if (holds) return;
  if (++differences > 20) return;
  printf("%s, %s: %s differs; %zu bytes of kind %d, ", kernels->name, running, what, length, kind);
  printf("placement %d:", placement);
  for (size_t i = 0; i < length; i++) printf(" %02X", content[i]);
  printf("\n");
}

/// What the reference makes of the contents.
static struct {
  size_t byte, lf_dot, lf_dash_dash, non_ascii, name_end, line_end;
  int is_utf8;
  uint8_t lf_text[LONGEST];
  size_t lf_length;
  sluice_base64_state base64_start, base64_end;
  uint8_t base64[LONGEST];
  size_t base64_length;
  uint8_t quoted_printable[LONGEST];
  size_t quoted_printable_length, damaged;
} expected;

static const uint8_t sought_byte = ':';

static void compute_expected(void) {
  static const sluice_base64_state starts[] = {
      {0}, {0}, {.letters = 1, .bits = 5}, {.letters = 2, .bits = 77}, {.letters = 3, .bits = 12345, .padded = 1},
      {.padding_due = 1, .padded = 1}, {.padded = 1}, {.padded = 1, .continues = 1, .invalid = 3},
  };
  expected.byte = reference_find(content, length, (const char *)&sought_byte, 1);
  expected.lf_dot = reference_find(content, length, "\n.", 2);
  expected.lf_dash_dash = reference_find(content, length, "\n--", 3);
  expected.non_ascii = reference_non_ascii(content, length);
  expected.name_end = reference_name_end(content, length);
  expected.line_end = reference_find(content, length, "\n", 1);
  expected.is_utf8 = reference_is_utf8(content, length);
  expected.lf_length = reference_crlf_to_lf(content, length, expected.lf_text);
  expected.base64_start = expected.base64_end = starts[random_number(sizeof starts / sizeof *starts)];
  expected.base64_length = reference_base64(&expected.base64_end, content, length, expected.base64);
  expected.damaged = 0;
  expected.quoted_printable_length =
      reference_quoted_printable(content, length, expected.quoted_printable, &expected.damaged);
}

static void compare_searches(const sluice_kernels *kernels, const uint8_t *p, int placement) {
  running = "searches";
  require(kernels->index_of_byte(p, length, sought_byte) == expected.byte, kernels, placement, "index_of_byte");
  require(kernels->index_of_byte(p, length, '\n') == expected.line_end, kernels, placement, "index_of_byte, LF");
  require(kernels->index_of_lf_dot(p, length) == expected.lf_dot, kernels, placement, "index_of_lf_dot");
  require(
      kernels->index_of_lf_dash_dash(p, length) == expected.lf_dash_dash, kernels, placement, "index_of_lf_dash_dash");
  require(kernels->index_of_non_ascii(p, length) == expected.non_ascii, kernels, placement, "index_of_non_ascii");
  const sluice_header_line line = kernels->header_line(p, length);
  require(line.name_end == expected.name_end, kernels, placement, "header_line, name");
  require(line.line_end == expected.line_end, kernels, placement, "header_line, line");
  require(!kernels->is_utf8(p, length) == !expected.is_utf8, kernels, placement, "is_utf8");
}

static void compare_crlf_to_lf(const sluice_kernels *kernels, const uint8_t *p, uint8_t *memory, int placement) {
  running = "crlf_to_lf";
  const area output = placed(memory, length + SLUICE_CRLF_TO_LF_SLACK, placement);
  int is_ascii = 1;
  const size_t written = kernels->crlf_to_lf(p, length, output.start, &is_ascii);
  const int is_equal = written == expected.lf_length && memcmp(output.start, expected.lf_text, written) == 0;
  require(is_equal, kernels, placement, "output");
  require(!is_ascii == (expected.non_ascii < length), kernels, placement, "is_ascii");
  require(is_untouched(output), kernels, placement, "memory around the output");
}

static void compare_base64(const sluice_kernels *kernels, const uint8_t *p, uint8_t *memory, int placement) {
  running = "base64_decode";
  sluice_base64_state state = expected.base64_start;
  const size_t capacity = (state.letters + length) / 4 * 3 + 3 + SLUICE_BASE64_SLACK;
  const area output = placed(memory, capacity, placement);
  const size_t written = kernels->base64_decode(&state, p, length, output.start);
  const int is_equal = written == expected.base64_length && memcmp(output.start, expected.base64, written) == 0;
  require(is_equal, kernels, placement, "output");
  const sluice_base64_state end = expected.base64_end;
  const int is_same_state = state.invalid == end.invalid && state.bits == end.bits && state.letters == end.letters &&
                            state.padding_due == end.padding_due && state.padded == end.padded &&
                            state.continues == end.continues;
  require(is_same_state, kernels, placement, "state");
  require(is_untouched(output), kernels, placement, "memory around the output");
}

/// A kernel leaves a rest: decoded by the reference, it must complete what the kernel has decoded.
static void compare_quoted_printable(const sluice_kernels *kernels, const uint8_t *p, uint8_t *memory, int placement) {
  running = "quoted_printable_decode";
  const area output = placed(memory, length + SLUICE_QUOTED_PRINTABLE_SLACK, placement);
  const sluice_quoted_printable_progress progress = kernels->quoted_printable_decode(p, length, output.start);
  require(is_untouched(output), kernels, placement, "memory around the output");
  const int is_within = progress.consumed <= length && progress.written <= progress.consumed;
  require(is_within, kernels, placement, "progress");
  if (!is_within) return;
  uint8_t joint[2 * LONGEST];
  size_t damaged = progress.damaged;
  memcpy(joint, output.start, progress.written);
  const uint8_t *rest = content + progress.consumed;
  const size_t written = progress.written + reference_quoted_printable(rest, length - progress.consumed,
                                                                       joint + progress.written, &damaged);
  const int is_equal =
      written == expected.quoted_printable_length && memcmp(joint, expected.quoted_printable, written) == 0;
  require(is_equal, kernels, placement, "output");
  require(damaged == expected.damaged, kernels, placement, "damaged");
  if (kind == 0 && kernels != &sluice_fallback_kernels) {
    require(length - progress.consumed <= 64, kernels, placement, "consumed, of text without escapes");
  }
}

/// A kernel stops sooner than the reference: that goes on from there, and must come to the same end.
static void compare_unstuff(const sluice_kernels *kernels, uint8_t *memory, int placement) {
  running = "unstuff";
  static const size_t distances[] = {1, 2, 3, 15, 16, 17, 32, 33, 64, 65, LARGEST_DISTANCE};
  const size_t distance = distances[random_number(sizeof distances / sizeof *distances)];
  const size_t filled = distance + length;
  const area block = placed(memory, filled, placement);
  memset(block.start, '\n', distance);
  memcpy(block.start + distance, content, length);
  uint8_t whole[LARGEST_DISTANCE + LONGEST];
  memcpy(whole, block.start, filled);

  sluice_unstuffing at = {distance, 0, (int)random_number(2)}, end = at;
  kernels->unstuff(block.start, filled, &at);
  require(is_untouched(block), kernels, placement, "memory around the block");
  const int is_within = at.written < at.read && at.read <= filled;
  require(is_within, kernels, placement, "progress");
  if (!is_within) return;
  const int is_rest_equal = memcmp(block.start + at.read, whole + at.read, filled - at.read) == 0;
  require(is_rest_equal, kernels, placement, "rest");
  if (kind == 0) require(filled - at.read <= 66, kernels, placement, "read, of text without dots");

  reference_unstuff(whole, filled, &end);
  reference_unstuff(block.start, filled, &at);
  const int is_same_end = at.read == end.read && at.written == end.written && !at.after_return == !end.after_return;
  require(is_same_end, kernels, placement, "end");
  require(memcmp(block.start, whole, end.written) == 0, kernels, placement, "output");
}

static void compare(const sluice_kernels *kernels, uint8_t *input_memory, uint8_t *output_memory) {
  for (int placement = 0; placement < PLACEMENTS; placement++) {
    const area input = placed(input_memory, length, placement);
    memcpy(input.start, content, length);
    compare_searches(kernels, input.start, placement);
    compare_crlf_to_lf(kernels, input.start, output_memory, placement);
    compare_base64(kernels, input.start, output_memory, placement);
    compare_quoted_printable(kernels, input.start, output_memory, placement);
    running = "all kernels";
    require(memcmp(input.start, content, length) == 0, kernels, placement, "input");
    require(is_untouched(input), kernels, placement, "memory around the input");
    compare_unstuff(kernels, output_memory, placement);
  }
}

static const sluice_kernels *current;
static void report_crash(int signal_number) {
  // As good as it gets in a signal handler: the process is about to end.
  dprintf(
      STDOUT_FILENO, "%s, %s: signal %d; %zu bytes of kind %d\n", current->name, running, signal_number, length, kind);
  _exit(1);
}

int main(int argc, char **argv) {
  const int rounds = argc > 1 ? atoi(argv[1]) : 1;
  signal(SIGSEGV, report_crash);
  signal(SIGBUS, report_crash);
  for (size_t i = 0; i < MARGIN; i++) surroundings[i] = (uint8_t)"\r\n..\n--=\x80:"[i % 10];
  uint8_t *input_memory = guarded_memory(), *output_memory = guarded_memory();
  for (size_t index = 0; (current = sluice_available_kernels(index)); index++) {
    random_state = 1;
    comparisons = 0;
    for (int round = 0; round < rounds; round++) {
      for (length = 0; length <= LONGEST; length++) {
        for (kind = 0; kind < KINDS; kind++) {
          fill(content, length, kind);
          compute_expected();
          compare(current, input_memory, output_memory);
        }
      }
    }
    printf("%s: %lu comparisons\n", current->name, comparisons);
  }
  const int is_best_last = sluice_available_kernels(0) == &sluice_fallback_kernels;
  if (!is_best_last) printf("the fallback is not the first implementation\n");
  if (differences) printf("%lu differences\n", differences);
  return differences != 0 || rounds < 1 || !is_best_last;
}
