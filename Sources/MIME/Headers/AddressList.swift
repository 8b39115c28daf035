import ByteKernels
import MessageBuffers

/// A mailbox, or a named group of them (RFC 5322 §3.4).
public struct MailAddress: Sendable, Hashable {
    /// The display name, decoded; nil if there is none.
    public let name: String?
    /// `local@domain` with an internationalised domain in Unicode; nil for a group, and for a name without an address.
    public let address: String?
    /// The members of a group; nil for a mailbox.
    public let group: [MailAddress]?
}

/// Addresses that a backend has found: names are decoded here, after the fact.
extension MailAddress {
    /// A mailbox of a display name as it is written, quoted or in encoded-words, and `local@domain`.
    package init(writtenName: UnsafeRawBufferPointer, address: UnsafeRawBufferPointer) {
        self.init(
            name: unsafe AddressListParser.name(writtenName), address: unsafe AddressListParser.text(address).nonEmpty,
            group: nil)
    }

    /// A group of a name as it is written.
    package init(writtenName: [UInt8], group: [MailAddress]) {
        let name = unsafe writtenName.withUnsafeBytes { unsafe AddressListParser.name($0) }
        self.init(name: name, address: nil, group: group)
    }
}

/// Reads address lists with obsolete syntax, comments and groups, in one pass.
///
/// Structure is found in the raw octets and only names are decoded afterwards, so an encoded-word can never make an
/// address (RFC 2047 §5).
struct AddressListParser {
    var cursor: HeaderCursor
    private let limit: Int
    private var count = 0
    private(set) var defects: [MIMEDefect.Code] = []

    init(_ value: MessageBytes, limit: Int) {
        cursor = HeaderCursor(value)
        self.limit = limit
    }

    /// One word of a phrase or an address.
    private enum Word {
        case atom([UInt8])
        case quoted([UInt8])
    }

    mutating func parse() -> [MailAddress] {
        var addresses: [MailAddress] = []
        var group: (name: String?, members: [MailAddress])?
        while true {
            if let mailbox = plainMailbox() {
                add(mailbox, &addresses, &group)
            } else {
                var words: [Word] = []
                var comment: [UInt8]?
                switch readWords(&words, &comment) {
                case UInt8(ascii: ":") where group == nil:
                    group = (Self.phrase(words), [])
                    continue
                case UInt8(ascii: "<"):
                    let address = readAngleAddress()
                    // A name behind the address is against the RFC, and met.
                    let behind = skipToSeparator(&comment)
                    add(Self.mailbox(Self.phrase(words) ?? Self.phrase(behind), address, comment), &addresses, &group)
                default:
                    if !words.isEmpty { add(bare(words, comment), &addresses, &group) }
                }
            }
            if count > limit {
                defects.append(.tooManyAddresses)
                if let open = group {
                    addresses.append(MailAddress(name: open.name, address: nil, group: open.members))
                }
                return addresses
            }
            switch cursor.peek {
            case UInt8(ascii: ","): cursor.advance()
            case UInt8(ascii: ";"):
                cursor.advance()
                if let closed = group {
                    addresses.append(MailAddress(name: closed.name, address: nil, group: closed.members))
                    group = nil
                }
            case nil:
                if let open = group {
                    addresses.append(MailAddress(name: open.name, address: nil, group: open.members))
                }
                return addresses
            default: cursor.advance()
            }
        }
    }

    private mutating func add(
        _ address: MailAddress, _ addresses: inout [MailAddress],
        _ group: inout (name: String?, members: [MailAddress])?
    ) {
        count += 1
        guard count <= limit else { return }
        if group != nil { group?.members.append(address) } else { addresses.append(address) }
    }

    /// Reads words up to `,`, `;`, `<`, `:` or the end, and returns what stopped it; `<` and `:` are consumed.
    private mutating func readWords(_ words: inout [Word], _ comment: inout [UInt8]?) -> UInt8? {
        while true {
            cursor.skipSpace()
            guard let octet = cursor.peek else { return nil }
            switch octet {
            case UInt8(ascii: "("):
                let text = cursor.comment()
                if comment == nil, !text.isEmpty { comment = text }
            case UInt8(ascii: "\"") where cursor.beginsQuotedString: words.append(.quoted(cursor.quotedString()))
            case UInt8(ascii: "\""): dropQuote()
            case UInt8(ascii: ","), UInt8(ascii: ";"): return octet
            case UInt8(ascii: "<"), UInt8(ascii: ":"):
                cursor.advance()
                return octet
            default:
                let atom = cursor.word { "(\",;<:".utf8.contains($0) }
                if atom.isEmpty { cursor.advance() } else { words.append(.atom(atom)) }
            }
        }
    }

    /// What is between `<` and `>`, without white space, comments and the obsolete route (RFC 5322 §4.4).
    private mutating func readAngleAddress() -> [UInt8] {
        var address: [UInt8] = []
        while let octet = cursor.peek {
            switch octet {
            case UInt8(ascii: ">"):
                cursor.advance()
                return Self.withoutRoute(address)
            case UInt8(ascii: "("): _ = cursor.comment()
            case UInt8(ascii: "\"") where cursor.beginsQuotedString:
                address += Self.quotedIfNeeded(cursor.quotedString())
            case UInt8(ascii: "\""): dropQuote()
            case UInt8(ascii: "<"): cursor.advance()
            default:
                if !HeaderCursor.isSpace(octet) { address.append(octet) }
                cursor.advance()
            }
        }
        defects.append(.damagedAddress)
        return Self.withoutRoute(address)
    }

    private static func withoutRoute(_ address: [UInt8]) -> [UInt8] {
        guard address.first == UInt8(ascii: "@"), let colon = address.firstIndex(of: UInt8(ascii: ":")) else {
            return address
        }
        return Array(address[(colon + 1)...])
    }

    /// A quotation mark that nothing closes is left out: what is behind it is read as if it were not there.
    private mutating func dropQuote() {
        defects.append(.damagedAddress)
        cursor.advance()
    }

    /// Goes to the end of the item, and returns the words met on the way.
    private mutating func skipToSeparator(_ comment: inout [UInt8]?) -> [Word] {
        var words: [Word] = []
        while let end = readWords(&words, &comment), end != UInt8(ascii: ","), end != UInt8(ascii: ";") {
            // A second address without a comma before it; its name would be a lie about the first.
            defects.append(.damagedAddress)
            words = []
        }
        return words
    }

    /// An address without angle brackets, whose name may stand behind it in a comment (RFC 5322 §3.4, old form).
    private mutating func bare(_ words: [Word], _ comment: [UInt8]?) -> MailAddress {
        var address: [UInt8] = []
        var hasAt = false
        for word in words {
            switch word {
            case .atom(let text):
                if text.contains(UInt8(ascii: "@")) { hasAt = true }
                address += text
            case .quoted(let text): address += Self.quotedIfNeeded(text)
            }
        }
        let isOneWord = words.count == 1 || Self.joinsWithoutSpaces(words)
        if hasAt, isOneWord { return Self.mailbox(nil, address, comment) }
        if hasAt, let index = words.lastIndex(where: { if case .atom(let t) = $0 { t.contains(0x40) } else { false } }),
            case .atom(let text) = words[index]
        {
            // `Ada Lovelace ada@example.com`: a name and an address without brackets.
            defects.append(.damagedAddress)
            return Self.mailbox(Self.phrase(Array(words[..<index])), text, comment)
        }
        if !hasAt { defects.append(.damagedAddress) }
        return MailAddress(name: Self.phrase(words), address: nil, group: nil)
    }

    /// Whether the words are one address with white space around its dots and at-sign (RFC 5322 §4.4).
    private static func joinsWithoutSpaces(_ words: [Word]) -> Bool {
        for (left, right) in zip(words, words.dropFirst()) {
            let joins = "@.".utf8
            if case .atom(let text) = left, let last = text.last, joins.contains(last) { continue }
            if case .atom(let text) = right, let first = text.first, joins.contains(first) { continue }
            return false
        }
        return true
    }

    /// A display name without its quotation marks, decoded.
    static func name(_ written: UnsafeRawBufferPointer) -> String? {
        if let name = unsafe PlainMailbox.name(written) {
            return unsafe HeaderText.decode(unfolded: UnsafeRawBufferPointer(rebasing: written[name])).nonEmpty
        }
        var parser = unsafe AddressListParser(MessageBytes(written), limit: 0)
        var words: [Word] = []
        var comment: [UInt8]?
        while let end = parser.readWords(&words, &comment) {
            if ",;".utf8.contains(end) { parser.cursor.advance() }
        }
        return phrase(words) ?? comment.map { HeaderText.decode($0) }?.nonEmpty
    }

    private static func mailbox(_ name: String?, _ address: [UInt8], _ comment: [UInt8]?) -> MailAddress {
        MailAddress(
            name: name ?? comment.map { HeaderText.decode($0) }?.nonEmpty, address: text(address).nonEmpty, group: nil)
    }

    static func text(_ address: [UInt8]) -> String {
        unsafe address.withUnsafeBytes { unsafe text($0) }
    }

    static func text(_ address: UnsafeRawBufferPointer) -> String {
        // Two hyphens in a row may be a domain in Punycode.
        let hyphen = unsafe ByteKernels.index(of: UInt8(ascii: "-"), in: address)
        let isPlain = unsafe ByteKernels.isASCII(address) && !hasTwoHyphens(address, from: hyphen)
        if isPlain { return unsafe String(knownASCII: address) }
        let whole = unsafe HeaderText.string(address)
        guard let at = whole.utf8.lastIndex(of: UInt8(ascii: "@")) else { return whole }
        let domain = whole[whole.utf8.index(after: at)...]
        return whole[...at] + InternationalDomain.unicode(String(domain))
    }

    private static func hasTwoHyphens(_ octets: UnsafeRawBufferPointer, from start: Int) -> Bool {
        var last: UInt8 = 0
        for index in start..<octets.count {
            let octet = unsafe octets[index]
            if octet == UInt8(ascii: "-"), last == octet { return true }
            last = octet
        }
        return false
    }

    private static func phrase(_ words: [Word]) -> String? {
        // Encoded-words next to each other are one text, so atoms are joined before they are decoded.
        var result = ""
        var atoms: [UInt8] = []
        func flush() {
            guard !atoms.isEmpty else { return }
            if !result.isEmpty { result += " " }
            result += HeaderText.decode(atoms)
            atoms = []
        }
        for word in words {
            switch word {
            case .atom(let text):
                if !atoms.isEmpty { atoms.append(0x20) }
                atoms += text
            case .quoted(let text):
                flush()
                if !result.isEmpty { result += " " }
                // Encoded-words within quotes are forbidden (RFC 2047 §5) and common.
                result += HeaderText.decode(text)
            }
        }
        flush()
        return result.nonEmpty
    }

    /// A local part as it was quoted, unless it needs no quotes.
    private static func quotedIfNeeded(_ text: [UInt8]) -> [UInt8] {
        let isDotAtom = !text.isEmpty && text.allSatisfy { $0 > 0x20 && !"()<>[]:;@\\,\"".utf8.contains($0) }
        if isDotAtom { return text }
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        for octet in text {
            if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") { quoted.append(UInt8(ascii: "\\")) }
            quoted.append(octet)
        }
        return quoted + [UInt8(ascii: "\"")]
    }
}
