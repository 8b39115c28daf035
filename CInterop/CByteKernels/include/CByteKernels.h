// Searches and decoders over raw memory, in one implementation for each instruction set: SSE2, AVX2 and AVX-512 on
// x86-64, NEON on AArch64, and a fallback in plain C everywhere.
//
// `fallback.c` says what each kernel does, as a loop over single bytes. `generic` has each kernel once more, over a
// vector of any width; `sse2.c`, `avx2.c`, `avx512.c` and `neon.c` compile those for their instruction set, each with
// its header of `vector`, and add what only that instruction set can do. Every implementation gives the same results.
#ifndef SLUICE_CBYTEKERNELS_H
#define SLUICE_CBYTEKERNELS_H

#include "Kernels.h"
#include "ByteClass.h"
#include "Comparison.h"

#endif
