/// Byte searches and decoders over raw memory, in the widest form that the processor has.
///
/// Each has a plain twin in Swift, which says what is right; the others only say it faster. Memory outside the given
/// buffers is never read or written, and every call costs time linear in its input.
package enum ByteKernels {
    /// Which form of the kernels does the work.
    package enum Implementation: String, CaseIterable, Sendable {
        /// A byte at a time, in Swift: what the others are tested against.
        case fallback
        /// 16 bytes at a time; every x86-64 processor has it.
        case sse2
        /// 32 bytes at a time.
        case avx2
        /// 64 bytes at a time. What has no form of that width, such as the decoders, does it by AVX2.
        case avx512
        /// 16 bytes at a time; every AArch64 processor has it.
        case neon
    }
}
