/// Message ids as in Message-ID, In-Reply-To and References (RFC 5322 §3.6.4).
enum MessageID {
    /// The ids in angle brackets, without these; text between them is obsolete syntax and left out. A field with no
    /// brackets at all gives its words.
    static func list(_ value: MessageBytes) -> [String] {
        let text = HeaderText.unfold(value)
        var ids: [String] = []
        var start: Int?
        for (index, octet) in text.enumerated() {
            if octet == UInt8(ascii: "<") {
                start = index + 1
            } else if octet == UInt8(ascii: ">"), let begin = start {
                let id = text[begin..<index].filter { !HeaderCursor.isSpace($0) }
                if !id.isEmpty { ids.append(HeaderText.string(id)) }
                start = nil
            }
        }
        if ids.isEmpty {
            ids = text.split(separator: 0x20).map { HeaderText.string($0.filter { $0 != 0x3C && $0 != 0x3E }) }
                .filter { !$0.isEmpty }
        }
        return ids
    }
}
