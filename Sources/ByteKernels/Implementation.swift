import CByteKernels

extension ByteKernels.Implementation {
    /// The fastest that this processor has. Loads and tests: the processor was asked before `main`.
    package static var best: Self {
        #if arch(x86_64)
            sluice_cpu_has_avx512() != 0 ? .avx512 : sluice_cpu_has_avx2() != 0 ? .avx2 : .sse2
        #elseif arch(arm64)
            .neon
        #else
            .fallback
        #endif
    }

    /// Whether this processor has it. One that is not available must not be asked for.
    package var isAvailable: Bool {
        switch self {
        case .fallback: true
        #if arch(x86_64)
            case .sse2: true
            case .avx2: sluice_cpu_has_avx2() != 0
            case .avx512: sluice_cpu_has_avx512() != 0
            case .neon: false
        #elseif arch(arm64)
            case .sse2, .avx2, .avx512: false
            case .neon: true
        #else
            case .sse2, .avx2, .avx512, .neon: false
        #endif
        }
    }

    /// Those that this processor has; `fallback` always.
    package static var available: [Self] { allCases.filter(\.isAvailable) }
}
