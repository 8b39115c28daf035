/// What a mailing list says of itself in one kind of its fields (RFC 2369, RFC 2919).
public struct MailingListField: Sendable, Hashable {
    /// The field's name without `List-`, in lower case, such as `unsubscribe`.
    public let kind: String
    /// Links other than mailto, in order of preference.
    public let urls: [String]
    /// What mailto links name, with what follows the address.
    public let mails: [String]
    /// The list's name, from List-ID.
    public let name: String?
    /// The list's id, from List-ID.
    public let id: String?

    /// Reads a field's value. O(n).
    init(kind: String, _ value: MessageBytes) {
        self.kind = kind
        let text = HeaderText.unfold(value)
        var targets: [String] = []
        var phrase: [UInt8] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
            if targets.isEmpty { phrase += rest[..<open] }
            let close = rest[open...].firstIndex(of: UInt8(ascii: ">")) ?? rest.endIndex
            // White space within a link is left by folding.
            let target = HeaderText.string(rest[(open + 1)..<close].filter { !HeaderCursor.isSpace($0) })
            if !target.isEmpty { targets.append(target) }
            rest = rest[min(close + 1, rest.endIndex)...]
        }
        guard kind == "id" else {
            urls = targets.filter { !Self.isMail($0) }
            mails = targets.filter(Self.isMail).map { String($0.dropFirst(Self.scheme.count)) }
            (name, id) = (nil, nil)
            return
        }
        urls = []
        mails = []
        id = targets.first ?? HeaderText.string(text).nonEmpty
        var cursor = HeaderCursor(phrase)
        let words = cursor.beginsQuotedString ? cursor.quotedString() : phrase
        name = targets.isEmpty ? nil : HeaderText.decode(HeaderText.trimmed(words[...])).nonEmpty
    }

    private static let scheme = "mailto:"

    private static func isMail(_ target: String) -> Bool {
        target.prefix(scheme.count).lowercased() == scheme
    }
}
