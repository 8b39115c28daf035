/// Byte searches and decoders over raw memory, in the widest form that the processor has.
///
/// Each has a fallback in plain C; the others only do the same faster. Memory outside the given buffers is never read
/// or written, and every call costs time linear in its input.
package enum ByteKernels {}
