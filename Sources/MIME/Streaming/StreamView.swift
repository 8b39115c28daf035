import ByteKernels

/// A window's octets in memory, by their offsets in the message.
@unsafe
struct StreamView {
    let bytes: UnsafeRawBufferPointer
    let start: Int

    var end: Int { unsafe start + bytes.count }

    subscript(offset: Int) -> UInt8 { unsafe bytes[offset - start] }

    /// The octets at offsets that are in the window.
    subscript(range: Range<Int>) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: bytes[(range.lowerBound - start)..<(range.upperBound - start)])
    }

    /// Where the first LF from `offset` on is, or the end.
    func newline(from offset: Int) -> Int {
        unsafe offset + ByteKernels.indexOfNewline(self[offset..<end])
    }
}
