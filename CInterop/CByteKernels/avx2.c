// The kernels by AVX2.
#include "include/CByteKernels.h"

#include "KernelTable.h"

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

const sluice_kernels sluice_avx2_kernels = SLUICE_KERNEL_TABLE("avx2");

#endif
