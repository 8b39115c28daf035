// Which implementations this processor has. The compiler's run-time library asks the processor.
#include "Declarations.h"

#if SLUICE_X86
#define SLUICE_BASELINE &sluice_sse2_kernels
#elif SLUICE_NEON
#define SLUICE_BASELINE &sluice_neon_kernels
#else
#define SLUICE_BASELINE &sluice_fallback_kernels
#endif

// Right before the constructor has run too, only not the fastest.
const sluice_kernels *sluice_chosen_kernels = SLUICE_BASELINE;

const sluice_kernels *sluice_available_kernels(size_t index) {
  const sluice_kernels *available[5] = {&sluice_fallback_kernels};
  size_t count = 1;
#if SLUICE_X86
  __builtin_cpu_init();
  available[count++] = &sluice_sse2_kernels;
  if (__builtin_cpu_supports("avx2")) available[count++] = &sluice_avx2_kernels;
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2")) {
    available[count++] = &sluice_avx512_kernels;
  }
#elif SLUICE_NEON
  available[count++] = &sluice_neon_kernels;
#endif
  return index < count ? available[index] : NULL;
}

// Not an ifunc: its resolver runs before the thread sanitizer is ready, and crashes there.
__attribute__((constructor)) static void choose_kernels(void) {
  const sluice_kernels *kernels;
  for (size_t index = 0; (kernels = sluice_available_kernels(index)); index++) sluice_chosen_kernels = kernels;
}
