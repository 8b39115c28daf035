// The kernels by NEON.
#include "include/CByteKernels.h"

#if defined(__aarch64__)

#include "vector/neon.h"
#define NARROWER sluice_fallback_kernels
#include "generic/Base64.h"
#include "generic/CRLFToLF.h"
#include "generic/HeaderLine.h"
#include "generic/QuotedPrintable.h"
#include "generic/Search.h"
#include "generic/UTF8.h"
#include "generic/Unstuff.h"

const sluice_kernels sluice_neon_kernels = {
    .name = "neon",
    .index_of_byte = index_of_byte,
    .index_of_lf_dot = index_of_lf_dot,
    .index_of_lf_dash_dash = index_of_lf_dash_dash,
    .index_of_non_ascii = index_of_non_ascii,
    .header_line = header_line,
    .is_utf8 = is_utf8,
    .crlf_to_lf = crlf_to_lf,
    .unstuff = unstuff,
    .base64_decode = base64_decode,
    .quoted_printable_decode = quoted_printable_decode,
};

#endif
