// Classes of bytes in structured header values.
#ifndef SLUICE_BYTEKERNELS_BYTECLASS_H
#define SLUICE_BYTEKERNELS_BYTECLASS_H

#include <stddef.h>
#include <stdint.h>

/// What bytes of a structured value may be part of, as bits.
enum {
  SLUICE_IN_NAME = 1, ///< names of types and parameters, as they are written: letters, digits and "-.+_"
  SLUICE_IN_ATOM = 2, ///< plain words of names and addresses, but for '-'
  SLUICE_IN_TEXT = 4, ///< ASCII on one line, but for '='
};

/// For each byte its bits.
extern const uint8_t sluice_byte_classes[256];

/// The first byte from `i` on that has none of the bits of `classes`, or `count`.
static inline size_t sluice_end_of_span(const void *bytes, size_t count, size_t i, uint8_t classes) {
  const uint8_t *p = bytes;
  while (i < count && (sluice_byte_classes[p[i]] & classes)) i++;
  return i;
}

#endif
