// The kernels by AVX2.
#include "include/CByteKernels.h"

#if defined(__x86_64__)

#include "vector/avx2.h"
#define NARROWER sluice_sse2_kernels
#include "generic/Base64.h"
#include "generic/CRLFToLF.h"
#include "generic/HeaderLine.h"
#include "generic/QuotedPrintable.h"
#include "generic/Search.h"
#include "generic/UTF8.h"
#include "generic/Unstuff.h"

const sluice_kernels sluice_avx2_kernels = {
    .name = "avx2",
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
