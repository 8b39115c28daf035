import CByteKernels

extension ByteKernels {
    /// The index of the first `byte`, or `bytes.count`.
    package static func index(
        of byte: UInt8, in bytes: UnsafeRawBufferPointer, using implementation: Implementation = .best
    ) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        #if arch(x86_64)
            switch implementation {
            case .avx512: return unsafe sluice_index_of_byte_avx512(start, bytes.count, byte)
            case .avx2: return unsafe sluice_index_of_byte_avx2(start, bytes.count, byte)
            case .sse2: return unsafe sluice_index_of_byte_sse2(start, bytes.count, byte)
            case .fallback, .neon: break
            }
        #elseif arch(arm64)
            if implementation == .neon { return unsafe sluice_index_of_byte_neon(start, bytes.count, byte) }
        #endif
        return unsafe Fallback.index(of: [byte], in: bytes)
    }

    /// The index of the first LF, or `bytes.count`.
    package static func indexOfNewline(_ bytes: UnsafeRawBufferPointer) -> Int {
        unsafe index(of: 0x0A, in: bytes)
    }

    /// The index of the first LF, or `bytes.count`, by the given implementation.
    package static func indexOfNewline(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation
    ) -> Int {
        unsafe index(of: 0x0A, in: bytes, using: implementation)
    }

    /// The index of the first LF that is directly followed by `.`, or `bytes.count`.
    ///
    /// An LF that is the last byte does not match: what follows it is not known.
    package static func indexOfNewlineDot(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation = .best
    ) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        #if arch(x86_64)
            switch implementation {
            case .avx512: return unsafe sluice_index_of_lf_dot_avx512(start, bytes.count)
            case .avx2: return unsafe sluice_index_of_lf_dot_avx2(start, bytes.count)
            case .sse2: return unsafe sluice_index_of_lf_dot_sse2(start, bytes.count)
            case .fallback, .neon: break
            }
        #elseif arch(arm64)
            if implementation == .neon { return unsafe sluice_index_of_lf_dot_neon(start, bytes.count) }
        #endif
        return unsafe Fallback.index(of: [0x0A, 0x2E], in: bytes)
    }

    /// The index of the first LF that is directly followed by `--`, or `bytes.count`: where a boundary delimiter may
    /// begin (RFC 2046 §5.1.1). The caller looks at the first line by itself, as no LF comes before it.
    package static func indexOfNewlineDashDash(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation = .best
    ) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        #if arch(x86_64)
            switch implementation {
            case .avx512: return unsafe sluice_index_of_lf_dash_dash_avx512(start, bytes.count)
            case .avx2: return unsafe sluice_index_of_lf_dash_dash_avx2(start, bytes.count)
            case .sse2: return unsafe sluice_index_of_lf_dash_dash_sse2(start, bytes.count)
            case .fallback, .neon: break
            }
        #elseif arch(arm64)
            if implementation == .neon { return unsafe sluice_index_of_lf_dash_dash_neon(start, bytes.count) }
        #endif
        return unsafe Fallback.index(of: [0x0A, 0x2D, 0x2D], in: bytes)
    }

    /// The index of the first byte over 0x7F, or `bytes.count`.
    package static func indexOfNonASCII(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation = .best
    ) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        #if arch(x86_64)
            switch implementation {
            case .avx2, .avx512: return unsafe sluice_index_of_non_ascii_avx2(start, bytes.count)
            case .sse2: return unsafe sluice_index_of_non_ascii_sse2(start, bytes.count)
            case .fallback, .neon: break
            }
        #elseif arch(arm64)
            if implementation == .neon { return unsafe sluice_index_of_non_ascii_neon(start, bytes.count) }
        #endif
        return unsafe Fallback.indexOfNonASCII(bytes)
    }

    /// Whether every byte is at most 0x7F.
    package static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe indexOfNonASCII(bytes) == bytes.count
    }
}

/// The searches a byte at a time.
enum Fallback {
    static func index(of needle: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int {
        var index = 0
        while index + needle.count <= bytes.count {
            if unsafe bytes[index..<index + needle.count].elementsEqual(needle) { return index }
            index += 1
        }
        return bytes.count
    }

    static func indexOfNonASCII(_ bytes: UnsafeRawBufferPointer) -> Int {
        unsafe bytes.firstIndex { $0 > 0x7F } ?? bytes.count
    }
}
