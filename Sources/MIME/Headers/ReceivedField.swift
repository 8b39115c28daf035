/// What one server says of how a message came to it (RFC 5321 §4.4). What is written is the server's word, and what
/// stands below the first field of a server one trusts may be anybody's.
public struct ReceivedField: Sendable, Hashable {
    /// Who sent it: the name that the client gave, or an address in brackets.
    public let from: String?
    /// The client's IP address, where the field gives one.
    public let fromAddress: String?
    /// The name that the client gave in EHLO or HELO, where the field gives it beside `from`.
    public let helo: String?
    /// Who received it.
    public let by: String?
    /// The link, such as `TCP`.
    public let via: String?
    /// The protocol, such as `ESMTPS`, as it is written.
    public let with: String?
    /// The receiving server's own number for it, without angle brackets.
    public let id: String?
    /// For whom, without angle brackets.
    public let recipient: String?
    /// When.
    public let date: MailDate?

    /// Reads a field's value; clauses may come in any order, and text between them is left out. O(n).
    init(_ value: MessageBytes) {
        let octets = Array(value)
        let dateStart = Self.semicolon(in: octets)
        var clauses = Clauses(octets[..<dateStart])
        clauses.read()
        from = clauses.first("from")
        by = clauses.first("by")
        via = clauses.first("via")
        with = clauses.words["with"]?.joined(separator: " ")
        id = clauses.first("id").map(Self.withoutBrackets)?.nonEmpty
        recipient = clauses.first("for").map(Self.withoutBrackets)?.nonEmpty
        let details = ClientDetails(words: clauses.words["from"] ?? [], comments: clauses.comments["from"] ?? [])
        fromAddress = details.address
        helo = details.helo
        date = dateStart < octets.count ? MailDate(value.extracting((dateStart + 1)..<value.count)) : nil
    }

    /// The last semicolon that is in no comment: the date is behind it.
    private static func semicolon(in octets: [UInt8]) -> Int {
        var depth = 0
        var found = octets.count
        for (index, octet) in octets.enumerated() {
            switch octet {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth = max(0, depth - 1)
            case UInt8(ascii: ";") where depth == 0: found = index
            default: break
            }
        }
        return found
    }

    private static func trimmed(_ word: Substring) -> String {
        // By bytes: a string that loses a character at its end is looked through from its beginning for the next one.
        let bytes = word.utf8
        var end = bytes.endIndex
        while end != bytes.startIndex {
            let last = bytes.index(before: end)
            guard bytes[last] == UInt8(ascii: ",") || bytes[last] == UInt8(ascii: ";") else { break }
            end = last
        }
        return String(word[..<end])
    }

    private static func withoutBrackets(_ word: String) -> String {
        word.first == "<" ? String(word.dropFirst().prefix { $0 != ">" }) : word
    }

    /// The words and comments behind each keyword.
    private struct Clauses {
        private static let keywords: Set<String> = ["from", "by", "via", "with", "id", "for"]

        private var cursor: HeaderCursor
        var words: [String: [String]] = [:]
        var comments: [String: [String]] = [:]

        init(_ octets: ArraySlice<UInt8>) { cursor = HeaderCursor(octets) }

        mutating func read() {
            var keyword: String?
            while true {
                cursor.skipSpace()
                guard let octet = cursor.peek else { return }
                if octet == UInt8(ascii: "(") {
                    let comment = HeaderText.string(cursor.comment())
                    if let keyword { comments[keyword, default: []].append(comment) }
                    continue
                }
                let word = HeaderText.string(cursor.word { $0 == UInt8(ascii: "(") })
                let lower = word.lowercased()
                // A keyword that is met again is a word like any other.
                if Self.keywords.contains(lower), words[lower] == nil {
                    keyword = lower
                    words[lower] = []
                } else if let keyword {
                    words[keyword]?.append(word)
                }
            }
        }

        /// The first word behind a keyword, without a comma behind it or a port behind a bracket.
        func first(_ keyword: String) -> String? {
            guard let word = words[keyword]?.first else { return nil }
            if word.first == "[", let end = word.firstIndex(of: "]") { return String(word[...end]) }
            return ReceivedField.trimmed(word[...]).nonEmpty
        }
    }

    /// What servers write into the comment behind the client's name.
    private struct ClientDetails {
        var address: String?
        var helo: String?

        init(words said: [String], comments: [String]) {
            for comment in comments {
                var words = comment.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" || $0 == "," }[...]
                while let word = words.popFirst() {
                    let lower = word.lowercased()
                    if lower == "helo" || lower == "ehlo" {
                        helo = helo ?? words.popFirst().map { ReceivedField.trimmed($0) }
                    } else if lower.hasPrefix("helo=") || lower.hasPrefix("ehlo=") {
                        helo = helo ?? ReceivedField.trimmed(word.dropFirst(5)).nonEmpty
                    } else {
                        address = address ?? Self.address(in: String(word))
                    }
                }
            }
            // The comment is what the server saw, the words may be what the client said.
            for word in said.reversed() where address == nil { address = Self.address(in: word) }
        }

        /// The IPv4 or IPv6 address in a word such as `[192.0.2.1]`, `[IPv6:2001:db8::1]`, `192.0.2.1:25`.
        private static func address(in word: String) -> String? {
            var text = word[...]
            if let at = text.lastIndex(of: "@") { text = text[text.index(after: at)...] }
            if let open = text.firstIndex(of: "[") { text = text[open...].dropFirst().prefix { $0 != "]" } }
            if text.lowercased().hasPrefix("ipv6:") { text = text.dropFirst(5) }
            let groups = text.split(separator: ":", omittingEmptySubsequences: false)
            if groups.count <= 2, let first = groups.first { return isIPv4(first) ? String(first) : nil }
            let isIPv6 =
                (3...8).contains(groups.count)
                && groups.allSatisfy { $0.count <= 4 && $0.allSatisfy(\.isHexDigit) || isIPv4($0) }
            return isIPv6 ? String(text) : nil
        }

        private static func isIPv4(_ text: Substring) -> Bool {
            let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
            return numbers.count == 4 && numbers.allSatisfy { $0.count <= 3 && UInt8($0) != nil }
        }
    }
}
