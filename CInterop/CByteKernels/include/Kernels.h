// The kernels of an implementation as a table of functions, and the choice of one.
//
// The caller owns all memory: no kernel keeps, allocates or frees any. None reads outside the `count` bytes that it is
// given, and none writes outside the output that its comment asks for. None fails, and each takes time linear in
// `count`. The tables are constants: any thread may call any kernel.
#ifndef SLUICE_BYTEKERNELS_KERNELS_H
#define SLUICE_BYTEKERNELS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Swift imports pointers that cannot be null as such.
#if defined(__clang__)
#pragma clang assume_nonnull begin
#define SLUICE_NULLABLE _Nullable
#else
#define SLUICE_NULLABLE
#endif

/// Offsets from the start of a header line.
typedef struct {
  size_t name_end; ///< the first byte that cannot be in a field's name: a control, white space, ':', DEL
  size_t line_end; ///< the first LF
} sluice_header_line;

/// How far stuffing dots have been removed from a block.
typedef struct {
  size_t read;      ///< the first byte not dealt with; it is not a dot after an LF
  size_t written;   ///< the end of the output, below `read`
  int after_return; ///< whether the byte before `read` was a CR of the message
} sluice_unstuffing;

/// What is left over between two pieces of base64. All zero at the start.
typedef struct {
  uint64_t invalid;    ///< bytes that were neither letters, white space nor padding that fits
  uint32_t bits;       ///< the letters of the unfinished group, 6 bits each, the last one lowest
  uint8_t letters;     ///< how many those are: 0 to 3
  uint8_t padding_due; ///< how many more '=' the group that was just ended may have: 0 or 1
  uint8_t padded;      ///< whether a group was ended by padding
  uint8_t continues;   ///< whether letters came after that padding
} sluice_base64_state;

/// How far a call decoded quoted-printable.
typedef struct {
  size_t consumed; ///< bytes of input; what is left depends on bytes not yet seen, or is less than a block
  size_t written;  ///< bytes of output
  size_t damaged;  ///< "=" that stood for itself
} sluice_quoted_printable_progress;

/// The bytes of output, over those that count, that a call may write. Their values are undefined.
enum {
  SLUICE_BASE64_SLACK = 32,
  SLUICE_QUOTED_PRINTABLE_SLACK = 32,
  SLUICE_CRLF_TO_LF_SLACK = 32,
};

typedef struct {
  /// What the implementation is called: "fallback", "sse2", "avx2", "avx512" or "neon".
  const char *name;

  /// The index of the first `byte`, or `count`.
  size_t (*index_of_byte)(const void *bytes, size_t count, uint8_t byte);

  /// The index of the first LF with a '.' after it, or `count`. An LF that is the last byte does not match.
  size_t (*index_of_lf_dot)(const void *bytes, size_t count);

  /// The index of the first LF with "--" after it, or `count`.
  size_t (*index_of_lf_dash_dash)(const void *bytes, size_t count);

  /// The index of the first byte over 0x7F, or `count`.
  size_t (*index_of_non_ascii)(const void *bytes, size_t count);

  /// Where the name of a field that begins `bytes` ends, and where its line does (RFC 5322 §2.2); each is `count` where
  /// there is no such byte.
  sluice_header_line (*header_line)(const void *bytes, size_t count);

  /// Whether the bytes are UTF-8 (RFC 3629).
  int (*is_utf8)(const void *bytes, size_t count);

  /// Copies `count` bytes with LF for each CRLF. Returns the bytes written, and clears `is_ascii` if not all that were
  /// read are ASCII. The output has room for `count` bytes and the slack, and does not overlap the input.
  size_t (*crlf_to_lf)(const void *bytes, size_t count, void *output, int *is_ascii);

  /// Moves the bytes of `block` from `read` on down to `written`, without the first of two dots after a CRLF (RFC 1939
  /// §3). It stops at the first LF before a dot of any other kind, or when less than a block is left of the `filled`
  /// bytes; the bytes from `read` on are as they were. Those between `written` and `read` are undefined.
  void (*unstuff)(void *block, size_t filled, sluice_unstuffing *unstuffing);

  /// Decodes all of `count` bytes of base64 (RFC 2045 §6.8). The output has room for 3 bytes for every 4 letters (those
  /// in `state` too) and the slack, and does not overlap the input. Returns the bytes written.
  size_t (*base64_decode)(sluice_base64_state *state, const void *bytes, size_t count, void *output);

  /// Decodes quoted-printable (RFC 2045 §6.7) as far as whole blocks of input reach; the caller has dealt with what was
  /// begun in earlier pieces, and deals with the rest. The output has room for `count` bytes and the slack, and does
  /// not overlap the input.
  sluice_quoted_printable_progress (*quoted_printable_decode)(const void *bytes, size_t count, void *output);
} sluice_kernels;

/// Plain C, and what the other implementations are tested against.
extern const sluice_kernels sluice_fallback_kernels;

/// Not to be read: `sluice_best_kernels` does.
extern const sluice_kernels *sluice_chosen_kernels;

/// The fastest implementation that this processor has. It is chosen once, before `main`; this is a load.
static inline const sluice_kernels *sluice_best_kernels(void) { return sluice_chosen_kernels; }

/// Each implementation that this processor has, by an index from 0 on: the fallback first, the fastest last. NULL after
/// that.
const sluice_kernels *SLUICE_NULLABLE sluice_available_kernels(size_t index);

/// Ends a group of 2 or 3 letters early; a single letter holds no whole byte and is dropped. Writes at most 2 bytes and
/// returns how many.
static inline size_t sluice_base64_end_group(sluice_base64_state *state, void *output) {
  uint8_t *out = output;
  size_t written = 0;
  if (state->letters == 2) {
    out[written++] = (uint8_t)(state->bits >> 4);
  } else if (state->letters == 3) {
    out[written++] = (uint8_t)(state->bits >> 10);
    out[written++] = (uint8_t)(state->bits >> 2);
  }
  state->letters = 0;
  state->bits = 0;
  return written;
}

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
