/// Text from the other side made safe for a terminal and a log: valid UTF-8 stays, without what a terminal would obey.
///
/// Control and format characters (the turns of the direction of writing among them), line separators, and code points
/// without an assigned character become `\u{…}`, or `\xNN` in ASCII; so does each byte that is no valid UTF-8.
package struct EscapedText: CustomStringConvertible {
    /// Text with more bytes is cut here, between two characters, and marked with `…`.
    package static let maximumLength = 512

    package let description: String

    package init(_ bytes: some Collection<UInt8>, upTo limit: Int = maximumLength) {
        var rest = Array(bytes.prefix(limit))
        let isCut = bytes.count > rest.count
        if isCut { Self.dropUnfinishedCharacter(from: &rest) }
        var text = ""
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = rest.makeIterator()
        var position = 0
        loop: while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                Self.append(Unicode.UTF8.decode(encoded), to: &text)
                position += encoded.count
            case .error(let length):
                for byte in rest[position..<position + length] { Self.append(byte, to: &text) }
                position += length
            case .emptyInput: break loop
            }
        }
        description = isCut ? text + "…" : text
    }

    package init(_ string: String) {
        self.init(Array(string.utf8))
    }

    /// Takes away the start of a character whose rest was cut off.
    private static func dropUnfinishedCharacter(from bytes: inout [UInt8]) {
        // A character has four bytes at most, all but its first of the form 10xxxxxx.
        guard let start = bytes.indices.suffix(3).last(where: { bytes[$0] & 0xC0 != 0x80 }) else { return }
        let length = bytes[start] >= 0xF0 ? 4 : bytes[start] >= 0xE0 ? 3 : bytes[start] >= 0xC0 ? 2 : 1
        if bytes.count - start < length { bytes.removeSubrange(start...) }
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
        if scalar == "\\" {
            text += "\\\\"
        } else if scalar.isASCII {
            append(UInt8(truncatingIfNeeded: scalar.value), to: &text)
        } else if scalar.isSafeOnTerminal {
            text.unicodeScalars.append(scalar)
        } else {
            text += "\\u{\(String(scalar.value, radix: 16))}"
        }
    }

    private static func append(_ byte: UInt8, to text: inout String) {
        if (0x20...0x7E).contains(byte) {
            text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            text += "\\x" + Hexadecimal.string(CollectionOfOne(byte))
        }
    }
}

extension Unicode.Scalar {
    /// Whether a terminal shows the character and does nothing else for it.
    package var isSafeOnTerminal: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
