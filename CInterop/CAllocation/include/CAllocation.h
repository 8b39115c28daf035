// How much memory the C library has handed out. Swift's Glibc module has no <malloc.h>.
#pragma once

#include <malloc.h>
#include <stddef.h>

// The octets in use in all arenas and in mappings of their own. O(arenas).
static inline size_t sluice_allocated_bytes(void) {
  const struct mallinfo2 information = mallinfo2();
  return information.uordblks + information.hblkhd;
}
