// Vectors of 16 bytes by NEON, which every AArch64 processor has; the operations are those of `sse2.h` and `avx2.h`.
#ifndef SLUICE_BYTEKERNELS_VECTOR_NEON_H
#define SLUICE_BYTEKERNELS_VECTOR_NEON_H

#include <arm_neon.h>

#define SLUICE_TARGET
#include "../Declarations.h"

typedef uint8x16_t vector;
typedef uint8x16_t lanes;
enum { WIDTH = 16, LANE_SHIFT = 2 };

SLUICE_BLOCK vector load(const uint8_t *p) { return vld1q_u8(p); }
SLUICE_BLOCK void store(uint8_t *p, vector v) { vst1q_u8(p, v); }
SLUICE_BLOCK vector splat(uint8_t byte) { return vdupq_n_u8(byte); }
SLUICE_BLOCK vector either(vector a, vector b) { return vorrq_u8(a, b); }

SLUICE_BLOCK lanes equal(vector a, vector b) { return vceqq_u8(a, b); }
SLUICE_BLOCK lanes at_most(vector a, vector b) { return vcleq_u8(a, b); }
SLUICE_BLOCK lanes non_ascii(vector v) { return vcltzq_s8(vreinterpretq_s8_u8(v)); }

SLUICE_BLOCK lanes both_lanes(lanes a, lanes b) { return vandq_u8(a, b); }
SLUICE_BLOCK lanes either_lanes(lanes a, lanes b) { return vorrq_u8(a, b); }
/// Four bits for each lane: there is no movemask, but narrowing each pair of lanes by a shift of four packs 128 bits
/// into 64 in one instruction.
SLUICE_BLOCK uint64_t packed(lanes l) {
  return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(l), 4)), 0);
}
SLUICE_BLOCK uint64_t bits(lanes l) { return packed(l) & UINT64_C(0x1111111111111111); }
SLUICE_BLOCK int any(lanes l) { return packed(l) != 0; }

SLUICE_BLOCK vector table_of(const uint8_t bytes[16]) { return vld1q_u8(bytes); }
SLUICE_BLOCK vector look_up(vector table, vector nibbles) { return vqtbl1q_u8(table, nibbles); }
SLUICE_BLOCK vector low_nibbles(vector v) { return vandq_u8(v, vdupq_n_u8(0x0F)); }
SLUICE_BLOCK vector high_nibbles(vector v) { return vshrq_n_u8(v, 4); }

SLUICE_BLOCK vector both(vector a, vector b) { return vandq_u8(a, b); }
SLUICE_BLOCK vector exclusive(vector a, vector b) { return veorq_u8(a, b); }
SLUICE_BLOCK vector add(vector a, vector b) { return vaddq_u8(a, b); }
SLUICE_BLOCK vector subtract_saturating(vector a, vector b) { return vqsubq_u8(a, b); }
SLUICE_BLOCK int is_zero(vector v) { return vmaxvq_u8(v) == 0; }

SLUICE_BLOCK void shift_in(vector input, vector before, vector shifted[3]) {
  shifted[0] = vextq_u8(before, input, 15);
  shifted[1] = vextq_u8(before, input, 14);
  shifted[2] = vextq_u8(before, input, 13);
}

/// Four times 6 bits as three bytes. Each shift brings two neighbours together and inserts the first above the bits of
/// the second; what it leaves above both is in bytes that the table leaves out.
SLUICE_BLOCK vector pack_sextets(vector sextets) {
  static const uint8_t without_gaps[16] = {2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 0xFF, 0xFF, 0xFF, 0xFF};
  const uint16x8_t singles = vreinterpretq_u16_u8(sextets);
  const uint32x4_t pairs = vreinterpretq_u32_u16(vsliq_n_u16(vshrq_n_u16(singles, 8), singles, 6));
  const uint32x4_t groups = vsliq_n_u32(vshrq_n_u32(pairs, 16), pairs, 12);
  return vqtbl1q_u8(vreinterpretq_u8_u32(groups), vld1q_u8(without_gaps));
}

#endif
