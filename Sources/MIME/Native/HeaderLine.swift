import ByteKernels

/// What a line of a header is (RFC 5322 §2.2).
enum HeaderLine {
    /// Where a field's name ends and its colon is; nil for a line that begins no field. Octets beyond ASCII are let
    /// through: one that is damaged need not end the header.
    static func colon(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int
    ) -> (nameEnd: Int, at: Int)? {
        let line = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        return unsafe colon(bytes, start, nameEnd: start + ByteKernels.headerLine(line).nameEnd, end)
    }

    /// The same where it is known how long what may be a name is.
    static func colon(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, nameEnd: Int, _ end: Int
    ) -> (nameEnd: Int, at: Int)? {
        var cursor = nameEnd
        while cursor < end, unsafe bytes[cursor] == 0x20 || bytes[cursor] == 0x09 { cursor += 1 }
        guard unsafe nameEnd > start && cursor < end && bytes[cursor] == 0x3A else { return nil }
        return (nameEnd, cursor)
    }

    /// Whether a field begins at a line's start.
    static func beginsField(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        guard start < bytes.count else { return false }
        let length = unsafe ByteKernels.indexOfNewline(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        return unsafe colon(bytes, start, start + length) != nil
    }

    /// `From ` or `>From `, left in by programs that split mbox files.
    static func isMbox(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
        let line = unsafe bytes[start..<end]
        return unsafe line.starts(with: "From ".utf8) || line.starts(with: ">From ".utf8)
    }
}
