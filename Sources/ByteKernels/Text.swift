import CByteKernels

extension ByteKernels {
    /// Whether the bytes are UTF-8 (RFC 3629).
    package static func isUTF8(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation = .best
    ) -> Bool {
        guard let start = bytes.baseAddress else { return true }
        #if arch(x86_64)
            // Sound: the kernel reads `count` bytes at most.
            if implementation == .avx2 || implementation == .avx512 {
                return unsafe sluice_is_utf8_avx2(start, bytes.count) != 0
            }
        #endif
        return unsafe Fallback.isUTF8(bytes)
    }

    /// How many bytes of output `convertCRLFToLF` must be given: what it can write, and room behind it into which
    /// it stores bytes that do not count.
    package static func crlfToLFCapacity(for count: Int) -> Int { count + Int(SLUICE_LINES_SLACK) }

    /// Copies the bytes with LF for each CRLF; a CR alone stays.
    ///
    /// - Parameter output: at least `crlfToLFCapacity(for: input.count)` bytes that do not overlap the input.
    /// - Returns: the number of bytes copied to the start of `output`, those after them being undefined, and whether all
    ///   are ASCII.
    package static func convertCRLFToLF(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
        using implementation: Implementation = .best
    ) -> (count: Int, isASCII: Bool) {
        precondition(output.count >= crlfToLFCapacity(for: input.count), "the output has room")
        guard let source = input.baseAddress, let target = output.baseAddress else { return (0, true) }
        var isASCII: Int32 = 1
        let written: Int
        // Sound: the kernels read within `input`, and write at most its count and the slack.
        switch implementation {
        #if arch(x86_64)
            case .avx512: written = unsafe sluice_unix_lines_avx512(source, input.count, target, &isASCII)
            case .avx2: written = unsafe sluice_unix_lines_avx2(source, input.count, target, &isASCII)
            case .sse2: written = unsafe sluice_unix_lines_sse2(source, input.count, target, &isASCII)
        #elseif arch(arm64)
            case .neon: written = unsafe sluice_unix_lines_neon(source, input.count, target, &isASCII)
        #endif
        default: return unsafe Fallback.convertCRLFToLF(input, into: output)
        }
        return (written, isASCII != 0)
    }
}

extension Fallback {
    static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe bytes.withMemoryRebound(to: UInt8.self) { octets in
            unsafe (try? UTF8Span(validating: octets.span)) != nil
        }
    }

    static func convertCRLFToLF(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (count: Int, isASCII: Bool) {
        var written = 0
        var any: UInt8 = 0
        for index in 0..<input.count {
            let octet = unsafe input[index]
            any |= octet
            if unsafe octet == 0x0D && index + 1 < input.count && input[index + 1] == 0x0A { continue }
            unsafe output[written] = octet
            written += 1
        }
        return (written, any < 0x80)
    }
}
