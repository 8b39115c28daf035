// The kernels by NEON.
#include "include/CByteKernels.h"

#include "KernelTable.h"

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

const sluice_kernels sluice_neon_kernels = SLUICE_KERNEL_TABLE("neon");

#endif
