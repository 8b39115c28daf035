import CByteKernels

extension ByteKernels {
    /// One form of all kernels, for one instruction set. What it has no form of, such as the decoders for 64 bytes, it
    /// leaves to a narrower one.
    @safe
    package struct Implementation: Sendable, Equatable, CustomStringConvertible {
        // Sound: it points to a constant.
        nonisolated(unsafe) let kernels: UnsafePointer<sluice_kernels>

        /// The fastest that this processor has. A load: the processor was asked before `main`.
        package static var best: Self { unsafe Self(kernels: sluice_best_kernels()) }

        /// In plain C: what the others are tested against.
        package static var fallback: Self { available[0] }

        /// Those that this processor has, the fastest last: the fallback, those of 16 bytes at a time (SSE2 or NEON),
        /// 32 (AVX2), and 64 (AVX-512).
        package static let available: [Self] = {
            var available: [Self] = []
            while let kernels = unsafe sluice_available_kernels(available.count) {
                unsafe available.append(Self(kernels: kernels))
            }
            return available
        }()

        package static func == (left: Self, right: Self) -> Bool { unsafe left.kernels == right.kernels }

        /// Its name: fallback, sse2, avx2, avx512 or neon.
        package var description: String { unsafe String(cString: kernels.pointee.name) }
    }
}
