import ByteKernels

/// The form that nearly all media types have, read where it stands: two names, and parameters of a name and a value
/// each, which is one word or a quoted string without backslashes; white space behind semicolons and at both ends, and
/// no comments (RFC 2045 §5.1).
///
/// What it reads is what `MediaTypeName` and `ParameterReader` read there; of every other form it says that it is
/// another, and they are to be asked. All calls are given the octets of the same field's value.
struct PlainMediaType {
    struct Parameter {
        let name: Range<Int>
        /// Without quotation marks.
        let value: Range<Int>
    }

    let type: Range<Int>
    let subtype: Range<Int>
    /// False once something of another form was met.
    private(set) var isPlain = true
    private var position: Int

    /// Nil for another form. Of the parameters nothing is known yet.
    init?(_ octets: UnsafeRawBufferPointer) {
        let start = unsafe Self.behindSpace(octets, 0)
        let slash = unsafe Self.behindName(octets, start)
        guard unsafe slash > start && slash < octets.count && octets[slash] == UInt8(ascii: "/") else { return nil }
        let end = unsafe Self.behindName(octets, slash + 1)
        guard end > slash + 1 else { return nil }
        position = unsafe Self.behindSpace(octets, end)
        guard unsafe position == octets.count || octets[position] == UInt8(ascii: ";") else { return nil }
        type = start..<slash
        subtype = (slash + 1)..<end
    }

    /// Whether the type is `text`.
    func isText(_ octets: UnsafeRawBufferPointer) -> Bool {
        unsafe UnsafeRawBufferPointer(rebasing: octets[type]).isEqualWithoutCase(to: "text")
    }

    /// The next parameter; nil at the end, and where the form is another.
    mutating func next(_ octets: UnsafeRawBufferPointer) -> Parameter? {
        guard isPlain, position < octets.count else { return nil }
        // Here is a semicolon; one may be the last octet.
        let start = unsafe Self.behindSpace(octets, position + 1)
        if start == octets.count { return nil }
        let equals = unsafe Self.behindName(octets, start)
        guard unsafe equals > start && equals + 1 < octets.count && octets[equals] == UInt8(ascii: "="),
            let value = unsafe readValue(octets, equals + 1)
        else {
            isPlain = false
            return nil
        }
        return Parameter(name: start..<equals, value: value)
    }

    /// Reads a value that begins at `start`, and goes to the next semicolon.
    private mutating func readValue(_ octets: UnsafeRawBufferPointer, _ start: Int) -> Range<Int>? {
        var end = start
        let isQuoted = unsafe octets[start] == UInt8(ascii: "\"")
        if isQuoted {
            end += 1
            while unsafe end < octets.count && Self.isPlainInQuotes(octets[end]) { end += 1 }
            guard unsafe end < octets.count && octets[end] == UInt8(ascii: "\"") else { return nil }
        } else {
            while unsafe end < octets.count && Self.isPlainInValue(octets[end]) { end += 1 }
        }
        position = unsafe Self.behindSpace(octets, isQuoted ? end + 1 : end)
        guard unsafe position == octets.count || octets[position] == UInt8(ascii: ";") else { return nil }
        return isQuoted ? (start + 1)..<end : start..<end
    }

    private static func behindSpace(_ octets: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var position = start
        while unsafe position < octets.count && HeaderCursor.isSpace(octets[position]) { position += 1 }
        return position
    }

    private static func behindName(_ octets: UnsafeRawBufferPointer, _ start: Int) -> Int {
        unsafe ByteKernels.endOfSpan(of: .name, in: octets, from: start)
    }

    private static func isPlainInValue(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: ";"), 0x00...0x20, 0x7F: false
        default: true
        }
    }

    private static func isPlainInQuotes(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x0D, 0x0A: false
        default: true
        }
    }
}
