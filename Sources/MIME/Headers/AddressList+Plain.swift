/// The form that nearly all addresses have, read where it stands.
extension AddressListParser {
    /// A name of words or of one quoted string and an address in angle brackets, or an address alone, all in plain
    /// ASCII: what the general reading makes of it. For every other form nil, with the cursor where it was.
    mutating func plainMailbox() -> MailAddress? {
        let start = cursor.position
        if let mailbox = readPlainMailbox() { return mailbox }
        cursor.position = start
        return nil
    }

    private mutating func readPlainMailbox() -> MailAddress? {
        cursor.skipSpace()
        let start = cursor.position
        var name = start..<start
        if cursor.take(UInt8(ascii: "\"")) {
            guard skipQuotedText() else { return nil }
            name = (start + 1)..<(cursor.position - 1)
            cursor.skipSpace()
        } else {
            guard skipWords() else { return nil }
            if cursor.peek == UInt8(ascii: "@") { return plainAddress(from: start, named: nil) }
            name = start..<cursor.position
            if let last = name.last, cursor.octets[last] == 0x20 { name.removeLast() }
        }
        guard cursor.take(UInt8(ascii: "<")) else { return nil }
        let address = cursor.position
        guard skipWord() else { return nil }
        return plainAddress(from: address, named: name)
    }

    /// The address that begins at `start`, whose local part has been read; one with a name, be it empty, is in
    /// brackets.
    private mutating func plainAddress(from start: Int, named name: Range<Int>?) -> MailAddress? {
        guard cursor.take(UInt8(ascii: "@")), skipWord() else { return nil }
        let end = cursor.position
        if name != nil, !cursor.take(UInt8(ascii: ">")) { return nil }
        cursor.skipSpace()
        if let next = cursor.peek, next != UInt8(ascii: ","), next != UInt8(ascii: ";") { return nil }
        return MailAddress(
            name: name.flatMap { HeaderText.decode(unfolded: cursor.octets[$0]).nonEmpty },
            address: String(decoding: cursor.octets[start..<end]), group: nil)
    }

    /// Octets that stand for themselves in names and addresses.
    private static func isPlain(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "@"), UInt8(ascii: "\\"),
            UInt8(ascii: ","), UInt8(ascii: "\""):
            false
        default: octet > 0x20 && octet < 0x7F
        }
    }

    /// Goes behind a word of one plain octet at least. One with two hyphens in a row may be a domain in Punycode, and
    /// is not plain.
    private mutating func skipWord() -> Bool {
        let start = cursor.position
        var last: UInt8 = 0
        while let octet = cursor.peek, Self.isPlain(octet) {
            if octet == UInt8(ascii: "-"), last == octet { return false }
            last = octet
            cursor.position += 1
        }
        return cursor.position > start
    }

    /// Goes behind plain words with single spaces between them, and one behind them.
    private mutating func skipWords() -> Bool {
        var hasSpace = false
        while let octet = cursor.peek {
            if octet == 0x20 {
                hasSpace = true
                let next = cursor.position + 1
                guard next < cursor.octets.count, cursor.octets[next] != 0x20 else { return false }
            } else if !Self.isPlain(octet) {
                // An at-sign behind a space would make the words before it a name.
                return octet == UInt8(ascii: "<") || octet == UInt8(ascii: "@") && !hasSpace
            }
            cursor.position += 1
        }
        return false
    }

    /// Goes behind the quotation mark that ends a quoted string without backslashes and folding.
    private mutating func skipQuotedText() -> Bool {
        while let octet = cursor.peek {
            cursor.position += 1
            switch octet {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"), 0x0D, 0x0A: return false
            default: break
            }
        }
        return false
    }
}
