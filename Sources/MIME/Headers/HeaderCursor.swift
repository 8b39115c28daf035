/// A place in a structured header value (RFC 5322 §3.2): tokens, quoted strings, comments, folding.
///
/// Iterative: nested comments are counted, not entered.
struct HeaderCursor {
    private let octets: [UInt8]
    /// Where the last quotation mark is; a quoted string that begins there has no end.
    private let lastQuote: Int?
    private(set) var position = 0

    init(_ octets: some Collection<UInt8>) {
        self.octets = Array(octets)
        lastQuote = self.octets.lastIndex(of: UInt8(ascii: "\""))
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
                _ = comment()
            } else {
                return
            }
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
        peek == UInt8(ascii: "\"") && lastQuote.map { position < $0 } ?? false
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

    /// Octets up to one of `ends`, white space or the end.
    mutating func word(endingAt ends: (UInt8) -> Bool) -> [UInt8] {
        let start = position
        while let octet = peek, !Self.isSpace(octet), !ends(octet) { position += 1 }
        return Array(octets[start..<position])
    }

    /// A token of a type or parameter name (RFC 2045 §5.1), in lower case.
    mutating func lowercasedToken() -> String {
        let token = word { octet in
            switch octet {
            case UInt8(ascii: "/"), UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: ","): true
            default: false
            }
        }
        return String(decoding: token.map(\.asciiLowercased), as: UTF8.self)
    }
}
