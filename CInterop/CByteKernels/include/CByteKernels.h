// Searches and decoders over raw memory, as static inline kernels for x86-64 (SSE2, AVX2, AVX-512) and AArch64 (NEON).
//
// No kernel keeps or frees a pointer, none reads outside the `count` bytes it is given, and none writes outside the
// output that its comment asks for. Which one to call is the caller's decision: see `sluice_cpu_has_avx512` and
// `sluice_cpu_has_avx2`.
#ifndef SLUICE_CBYTEKERNELS_H
#define SLUICE_CBYTEKERNELS_H

#include "Platform.h"
#include "Search.h"
#include "Unstuff.h"
#include "Base64.h"
#include "QuotedPrintable.h"
#include "Header.h"
#include "Text.h"

#endif
