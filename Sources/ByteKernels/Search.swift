import CByteKernels

// Sound, all of them: a kernel reads no more than `count` bytes from where the buffer starts.
extension ByteKernels {
    /// The index of the first `byte`, or `bytes.count`.
    package static func index(
        of byte: UInt8, in bytes: UnsafeRawBufferPointer, using implementation: Implementation = .best
    ) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        return unsafe implementation.kernels.pointee.index_of_byte(start, bytes.count, byte)
    }

    /// The index of the first LF, or `bytes.count`.
    package static func indexOfNewline(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation
    ) -> Int {
        unsafe index(of: 0x0A, in: bytes, using: implementation)
    }

    /// As the other, by the best implementation, which is not a default argument: the caller's module would have to ask
    /// this one for it.
    package static func indexOfNewline(_ bytes: UnsafeRawBufferPointer) -> Int {
        unsafe index(of: 0x0A, in: bytes)
    }

    /// The index of the first LF that is directly followed by `.`, or `bytes.count`.
    ///
    /// An LF that is the last byte does not match: what follows it is not known.
    package static func indexOfNewlineDot(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation = .best
    ) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        return unsafe implementation.kernels.pointee.index_of_lf_dot(start, bytes.count)
    }

    /// The index of the first LF that is directly followed by `--`, or `bytes.count`: where a boundary delimiter may
    /// begin (RFC 2046 §5.1.1). The caller looks at the first line by itself, as no LF comes before it.
    package static func indexOfNewlineDashDash(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation = .best
    ) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        return unsafe implementation.kernels.pointee.index_of_lf_dash_dash(start, bytes.count)
    }

    /// The index of the first byte over 0x7F, or `bytes.count`.
    package static func indexOfNonASCII(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation = .best
    ) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        return unsafe implementation.kernels.pointee.index_of_non_ascii(start, bytes.count)
    }

    /// Whether every byte is at most 0x7F.
    package static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe indexOfNonASCII(bytes) == bytes.count
    }

    /// Where the name of a header field that begins `bytes` ends, and where its line does: the first byte that is a
    /// control, white space, `:` or DEL, and the first LF; each `bytes.count` where there is none.
    package static func headerLine(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation
    ) -> (nameEnd: Int, lineEnd: Int) {
        guard let start = bytes.baseAddress else { return (0, 0) }
        let line = unsafe implementation.kernels.pointee.header_line(start, bytes.count)
        return (line.name_end, line.line_end)
    }

    /// As the other, by the best implementation, for the same reason: a header has many lines, and most are short.
    package static func headerLine(_ bytes: UnsafeRawBufferPointer) -> (nameEnd: Int, lineEnd: Int) {
        guard let start = bytes.baseAddress else { return (0, 0) }
        let line = unsafe sluice_best_kernels().pointee.header_line(start, bytes.count)
        return (line.name_end, line.line_end)
    }
}
