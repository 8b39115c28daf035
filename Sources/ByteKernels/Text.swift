import CByteKernels

extension ByteKernels {
    /// Whether the bytes are UTF-8 (RFC 3629).
    package static func isUTF8(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation = .best
    ) -> Bool {
        guard let start = bytes.baseAddress else { return true }
        // Sound: the kernel reads `count` bytes at most.
        return unsafe implementation.kernels.pointee.is_utf8(start, bytes.count) != 0
    }

    /// How many bytes of output `convertCRLFToLF` must be given: what it can write, and room after it into which it
    /// stores bytes that do not count.
    package static func crlfToLFCapacity(for count: Int) -> Int { count + Int(SLUICE_CRLF_TO_LF_SLACK) }

    /// Copies the bytes with LF for each CRLF; a CR alone stays.
    ///
    /// - Parameter output: at least `crlfToLFCapacity(for: input.count)` bytes that do not overlap the input.
    /// - Returns: the number of bytes copied to the start of `output`, those after them being undefined, and whether
    ///   all are ASCII.
    package static func convertCRLFToLF(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
        using implementation: Implementation = .best
    ) -> (count: Int, isASCII: Bool) {
        precondition(output.count >= crlfToLFCapacity(for: input.count), "the output has room")
        guard let source = input.baseAddress, let target = output.baseAddress else { return (0, true) }
        var isASCII: Int32 = 1
        // Sound: the kernel reads within `input`, and writes at most its count and the slack.
        let written = unsafe implementation.kernels.pointee.crlf_to_lf(source, input.count, target, &isASCII)
        return (written, isASCII != 0)
    }
}
