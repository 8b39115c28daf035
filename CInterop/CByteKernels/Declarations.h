// How kernels are declared, and the tables that there are.
//
// `SLUICE_TARGET` is the instruction set that a file is compiled for; a file of plain C has none. `NARROWER`, which each
// instruction set defines, is the implementation that gets what is too short for a register, and what has no form here.
#ifndef SLUICE_BYTEKERNELS_DECLARATIONS_H
#define SLUICE_BYTEKERNELS_DECLARATIONS_H

#include "include/CByteKernels.h"

/// Of this library only: its address needs no relocation at run time.
#define SLUICE_INTERNAL __attribute__((visibility("hidden")))

#if defined(__x86_64__)
#define SLUICE_X86 1
SLUICE_INTERNAL extern const sluice_kernels sluice_sse2_kernels, sluice_avx2_kernels, sluice_avx512_kernels;
#elif defined(__aarch64__)
#define SLUICE_NEON 1
SLUICE_INTERNAL extern const sluice_kernels sluice_neon_kernels;
#endif

#ifndef SLUICE_TARGET
#define SLUICE_TARGET
#endif

/// A building block: inlined into every kernel that uses it, so that needles given as constants become constants
/// in registers and no call is left inside a loop.
#define SLUICE_BLOCK SLUICE_TARGET static inline __attribute__((always_inline))

/// A kernel: what a table points to.
#define SLUICE_KERNEL SLUICE_TARGET static

#endif
