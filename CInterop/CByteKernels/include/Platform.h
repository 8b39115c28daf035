// What this processor can do, and how kernels are declared.
#ifndef SLUICE_BYTEKERNELS_PLATFORM_H
#define SLUICE_BYTEKERNELS_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define SLUICE_X86 1
#define SLUICE_AVX2 __attribute__((target("avx2")))
#define SLUICE_AVX512 __attribute__((target("avx2,avx512f,avx512bw,avx512vbmi2,popcnt")))
#elif defined(__aarch64__)
#include <arm_neon.h>
#define SLUICE_NEON 1
#endif

/// A building block: inlined into every kernel that uses it, so that needles given as constants become constants
/// in registers and no call is left inside a loop.
#define SLUICE_BLOCK static inline __attribute__((always_inline))

/// Whether AVX2 may be used: the processor has it and the system saves its registers.
///
/// The compiler's run-time library asks the processor once, before main, and keeps the answer in a static; this is
/// a load and a test. An ifunc would save even those, but its resolver runs before the thread sanitizer is ready and
/// crashes there.
static inline int sluice_cpu_has_avx2(void) {
#if SLUICE_X86
  return __builtin_cpu_supports("avx2") != 0;
#else
  return 0;
#endif
}

/// Whether kernels of 64 bytes may be used. The processors that have VBMI2 (Ice Lake, Zen 4, and later ones) are also
/// those whose clock no longer sinks when such registers are in use.
static inline int sluice_cpu_has_avx512(void) {
#if SLUICE_X86
  return __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vbmi2") != 0;
#else
  return 0;
#endif
}

#endif
