// The kernels by SSE2. It cannot look bytes up in a table: what is not ASCII, and base64, is left to the
// fallback.
#include "include/CByteKernels.h"

#include "KernelTable.h"

#if defined(__x86_64__)

#include "vector/sse2.h"
#define NARROWER sluice_fallback_kernels
#include "generic/CRLFToLF.h"
#include "generic/HeaderLine.h"
#include "generic/QuotedPrintable.h"
#include "generic/Search.h"
#include "generic/Unstuff.h"

SLUICE_KERNEL int is_utf8(const void *bytes, size_t count) {
  const size_t ascii = index_of_non_ascii(bytes, count);
  return NARROWER.is_utf8((const uint8_t *)bytes + ascii, count - ascii);
}

SLUICE_KERNEL size_t base64_decode(sluice_base64_state *state, const void *bytes, size_t count, void *output) {
  return NARROWER.base64_decode(state, bytes, count, output);
}

const sluice_kernels sluice_sse2_kernels = SLUICE_KERNEL_TABLE("sse2");

#endif
