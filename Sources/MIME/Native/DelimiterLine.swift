import ByteKernels

/// Lines that may be delimiters of a multipart: those that begin with two hyphens (RFC 2046 §5.1.1).
enum DelimiterLine {
    /// The longest one worth a comparison: 70 octets by the RFC; some senders use more.
    static let limit = 64 * 1024

    /// The start of the next line behind `start` that begins with two hyphens, or the end.
    static func next(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        let offset = unsafe ByteKernels.indexOfNewlineDashDash(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        return min(start + offset + 1, bytes.count)
    }

    /// The end of a line's text without trailing white space, nil for a line over the limit; and the next line's start.
    static func end(_ bytes: UnsafeRawBufferPointer, from start: Int) -> (text: Int?, next: Int) {
        let window = min(bytes.count, start + limit)
        let offset = unsafe ByteKernels.indexOfNewline(UnsafeRawBufferPointer(rebasing: bytes[start..<window]))
        let newline = start + offset
        guard newline < window || window == bytes.count else { return (nil, window) }
        var end = newline
        while end > start + 2, unsafe bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 || bytes[end - 1] == 0x0D {
            end -= 1
        }
        return (end, min(newline + 1, bytes.count))
    }

    /// Where what is before a line ends: a line end before a delimiter belongs to it. No earlier than `start`.
    static func bodyEnd(_ bytes: UnsafeRawBufferPointer, _ line: Int, from start: Int) -> Int {
        var end = line
        if unsafe end > start && bytes[end - 1] == 0x0A { end -= 1 }
        if unsafe end > start && end < line && bytes[end - 1] == 0x0D { end -= 1 }
        return end
    }
}
