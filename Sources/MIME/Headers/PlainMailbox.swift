import ByteKernels

/// The form that nearly all mailboxes have, read where it stands: a name of words or of one quoted string and an address
/// in angle brackets, or an address alone, all in plain ASCII (RFC 5322 §3.4). What it reads is what the general reading
/// makes of it.
struct PlainMailbox {
    /// Nil for an address without brackets; may be empty in front of one with them.
    private(set) var name: Range<Int>?
    private(set) var address: Range<Int>
    /// Behind the mailbox: the end, or where a comma or semicolon is.
    private(set) var end: Int

    /// Reads the mailbox that begins at `start`; nil for every other form.
    init?(_ octets: UnsafeRawBufferPointer, at start: Int) {
        var position = unsafe Self.behindSpace(octets, start)
        guard position < octets.count else { return nil }
        let first = position
        var addressStart = first
        if unsafe octets[position] == UInt8(ascii: "\"") {
            guard let quote = unsafe Self.closingQuote(octets, position + 1) else { return nil }
            name = (first + 1)..<quote
            position = unsafe Self.behindSpace(octets, quote + 1)
        } else {
            guard let wordsEnd = unsafe Self.wordsEnd(octets, position) else { return nil }
            position = wordsEnd
            if unsafe octets[position] == UInt8(ascii: "<") {
                let hasSpace = unsafe position > first && octets[position - 1] == 0x20
                name = first..<(hasSpace ? position - 1 : position)
            }
        }
        if name != nil {
            guard unsafe position < octets.count && octets[position] == UInt8(ascii: "<") else { return nil }
            addressStart = position + 1
            guard let localEnd = unsafe Self.wordEnd(octets, addressStart) else { return nil }
            position = localEnd
        }
        guard unsafe position < octets.count && octets[position] == UInt8(ascii: "@"),
            let domainEnd = unsafe Self.wordEnd(octets, position + 1)
        else { return nil }
        address = addressStart..<domainEnd
        position = domainEnd
        if name != nil {
            guard unsafe position < octets.count && octets[position] == UInt8(ascii: ">") else { return nil }
            position += 1
        }
        end = unsafe Self.behindSpace(octets, position)
        if unsafe end < octets.count && octets[end] != UInt8(ascii: ",") && octets[end] != UInt8(ascii: ";") {
            return nil
        }
    }

    /// The mailboxes that all the octets are, with commas between them; nil where one has another form, and where there
    /// are more than `limit`.
    static func list(_ octets: UnsafeRawBufferPointer, limit: Int) -> [MailAddress]? {
        var list: [MailAddress] = []
        var position = 0
        while list.count < limit, let plain = unsafe PlainMailbox(octets, at: position) {
            unsafe list.append(plain.mailbox(octets))
            if plain.end == octets.count { return list }
            guard unsafe octets[plain.end] == UInt8(ascii: ",") else { return nil }
            position = plain.end + 1
        }
        return nil
    }

    /// Where a name is that all the octets are: words, or one quoted string. Nil for every other form.
    static func name(_ octets: UnsafeRawBufferPointer) -> Range<Int>? {
        if unsafe octets.first == UInt8(ascii: "\"") {
            guard let quote = unsafe closingQuote(octets, 1), quote == octets.count - 1 else { return nil }
            return 1..<quote
        }
        var position = 0
        while true {
            position = unsafe ByteKernels.endOfSpan(of: .atom, in: octets, from: position)
            guard position < octets.count else { return 0..<position }
            let octet = unsafe octets[position]
            let before = unsafe position > 0 ? octets[position - 1] : 0x20
            guard octet == UInt8(ascii: "-") || octet == 0x20 && before != 0x20 && position + 1 < octets.count else {
                return nil
            }
            position += 1
        }
    }

    /// The mailbox, of the octets that it was read in.
    func mailbox(_ octets: UnsafeRawBufferPointer) -> MailAddress {
        let name: String? = name.flatMap { range in
            guard !range.isEmpty else { return nil }
            return unsafe HeaderText.decode(unfolded: UnsafeRawBufferPointer(rebasing: octets[range])).nonEmpty
        }
        // Words are ASCII.
        let address = unsafe String(knownASCII: UnsafeRawBufferPointer(rebasing: octets[address]))
        return MailAddress(name: name, address: address, group: nil)
    }

    private static func behindSpace(_ octets: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var position = start
        while unsafe position < octets.count && HeaderCursor.isSpace(octets[position]) { position += 1 }
        return position
    }

    /// Behind a word of one plain octet at least. One with two hyphens in a row may be a domain in Punycode, and is not
    /// plain.
    private static func wordEnd(_ octets: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var position = start
        while true {
            let end = unsafe ByteKernels.endOfSpan(of: .atom, in: octets, from: position)
            guard unsafe end < octets.count && octets[end] == UInt8(ascii: "-") else {
                return end > start ? end : nil
            }
            if end == position, position > start { return nil }
            position = end + 1
        }
    }

    /// Behind plain words with single spaces between them, and one behind them: where `<` is, or `@` behind one word.
    private static func wordsEnd(_ octets: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var position = start
        var hasSpace = false
        var hasHyphens = false
        while true {
            let end = unsafe ByteKernels.endOfSpan(of: .atom, in: octets, from: position)
            guard end < octets.count else { return nil }
            let isRepeated = end == position && position > start
            switch unsafe octets[end] {
            case UInt8(ascii: "<"): return end
            // An at-sign behind a space would make the words before it a name.
            case UInt8(ascii: "@"): return !hasSpace && !hasHyphens && end > start ? end : nil
            case 0x20:
                if unsafe isRepeated && octets[end - 1] == 0x20 { return nil }
                hasSpace = true
            case UInt8(ascii: "-"): if unsafe isRepeated && octets[end - 1] == UInt8(ascii: "-") { hasHyphens = true }
            default: return nil
            }
            position = end + 1
        }
    }

    /// Where a quoted string without backslashes and folding ends.
    private static func closingQuote(_ octets: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var position = start
        while position < octets.count {
            switch unsafe octets[position] {
            case UInt8(ascii: "\""): return position
            case UInt8(ascii: "\\"), 0x0D, 0x0A: return nil
            default: position += 1
            }
        }
        return nil
    }
}

extension AddressListParser {
    /// A mailbox in its common form; nil for every other form, with the cursor where it was.
    mutating func plainMailbox() -> MailAddress? {
        let start = cursor.position
        let found: (mailbox: MailAddress, end: Int)? = unsafe cursor.octets.withUnsafeBytes { octets in
            guard let plain = unsafe PlainMailbox(octets, at: start) else { return nil }
            return unsafe (plain.mailbox(octets), plain.end)
        }
        guard let found else { return nil }
        cursor.position = found.end
        return found.mailbox
    }
}
