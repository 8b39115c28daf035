import ByteKernels

/// A place in a structured header value (RFC 5322 §3.2): tokens, quoted strings, comments, folding.
///
/// Iterative: nested comments are counted, not entered.
struct HeaderCursor {
    let octets: MessageBytes
    var position = 0
    /// Where the last quotation mark is, −1 for none; a quoted string that begins there has no end. Looked for when
    /// the first quotation mark is met.
    private var lastQuote: Int?

    init(_ value: MessageBytes) {
        octets = value
    }

    init(_ octets: some Collection<UInt8>) {
        self.init(MessageBytes(octets))
    }

    var isAtEnd: Bool { position >= octets.count }
    var peek: UInt8? { isAtEnd ? nil : octets[position] }

    mutating func advance() { position += 1 }

    mutating func take(_ octet: UInt8) -> Bool {
        guard peek == octet else { return false }
        position += 1
        return true
    }

    static func isSpace(_ octet: UInt8) -> Bool {
        octet == 0x20 || octet == 0x09 || octet == 0x0D || octet == 0x0A
    }

    mutating func skipSpace() {
        while let octet = peek, Self.isSpace(octet) { position += 1 }
    }

    /// Skips white space, line ends and comments (CFWS, RFC 5322 §3.2.2); a comment without an end goes to the end.
    mutating func skipComments() {
        while let octet = peek {
            if Self.isSpace(octet) {
                position += 1
            } else if octet == UInt8(ascii: "(") {
                skipComment()
            } else {
                return
            }
        }
    }

    /// Goes behind the comment that begins here.
    mutating func skipComment() {
        var depth = 0
        while let octet = peek {
            position += 1
            switch octet {
            case UInt8(ascii: "\\"): position = min(position + 1, octets.count)
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            default: break
            }
            if depth == 0 { return }
        }
    }

    /// The text of the comment that begins here, without its parentheses; inner ones are kept.
    mutating func comment() -> [UInt8] {
        var depth = 0
        var text: [UInt8] = []
        while let octet = peek {
            position += 1
            switch octet {
            case UInt8(ascii: "\\"):
                if let quoted = peek {
                    text.append(quoted)
                    position += 1
                }
                continue
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            default: break
            }
            if depth == 0 { return text }
            if depth > 1 || octet != UInt8(ascii: "(") { text.append(octet) }
        }
        return text
    }

    /// Whether the quotation mark here begins a quoted string: one with no other behind it was left over by damage.
    var beginsQuotedString: Bool {
        mutating get {
            guard peek == UInt8(ascii: "\"") else { return false }
            let last = lastQuote ?? (octets.lastIndex(of: UInt8(ascii: "\"")) ?? -1)
            lastQuote = last
            return position < last
        }
    }

    /// A quoted string that begins here, without quotes and backslashes; one without an end goes to the end.
    mutating func quotedString() -> [UInt8] {
        var text: [UInt8] = []
        position += 1
        while let octet = peek {
            position += 1
            switch octet {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"):
                if let quoted = peek {
                    text.append(quoted)
                    position += 1
                }
            // A line end within is folding; the white space behind it stays (RFC 5322 §3.2.4).
            case 0x0D, 0x0A: break
            default: text.append(octet)
            }
        }
        return text
    }

    /// As `quotedString`, without a copy where there is nothing to take out.
    mutating func quotedStringBytes() -> MessageBytes {
        let start = position
        position += 1
        while let octet = peek {
            switch octet {
            case UInt8(ascii: "\""):
                position += 1
                return octets.extracting((start + 1)..<(position - 1))
            case UInt8(ascii: "\\"), 0x0D, 0x0A:
                position = start
                return MessageBytes(quotedString())
            default: position += 1
            }
        }
        return octets.extracting((start + 1)..<position)
    }

    /// Octets up to one of `ends`, white space or the end.
    mutating func word(endingAt ends: (UInt8) -> Bool) -> [UInt8] {
        let word = wordRange(endingAt: ends)
        return Array(octets.extracting(word))
    }

    /// Where the octets up to one of `ends`, white space or the end are.
    mutating func wordRange(endingAt ends: (UInt8) -> Bool) -> Range<Int> {
        let start = position
        while let octet = peek, !Self.isSpace(octet), !ends(octet) { position += 1 }
        return start..<position
    }

    /// Where a token of a type or parameter name is (RFC 2045 §5.1).
    mutating func token() -> Range<Int> {
        wordRange { octet in
            switch octet {
            case UInt8(ascii: "/"), UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: ","): true
            default: false
            }
        }
    }

    /// A token of a type or parameter name, in lower case.
    mutating func lowercasedToken() -> String {
        let token = token()
        return octets.extracting(token).asciiLowercased
    }

    /// Whether the octets there are those of `name`, which is ASCII in lower case, but for the case of their letters.
    func isEqual(_ range: Range<Int>, _ name: StaticString) -> Bool {
        octets.extracting(range).isEqualWithoutCase(to: name)
    }
}

extension MessageBytes {
    /// The octets as text, ASCII letters in lower case.
    var asciiLowercased: String {
        unsafe withUnsafeBytes { octets in
            // Fifteen octets need no memory of their own, so names of types and parameters mostly need none.
            unsafe String(unsafeUninitializedCapacity: octets.count) { target in
                for index in 0..<octets.count { unsafe target[index] = octets[index].asciiLowercased }
                return octets.count
            }
        }
    }

    /// Whether the octets are those of `name`, which is ASCII in lower case, but for the case of their letters.
    func isEqualWithoutCase(to name: StaticString) -> Bool {
        unsafe withUnsafeBytes { unsafe $0.isEqualWithoutCase(to: name) }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the octets are those of `name`, which is ASCII, but for the case of their letters.
    func isEqualWithoutCase(to name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        return unsafe ByteKernels.isEqualWithoutCase(
            self, UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
}
