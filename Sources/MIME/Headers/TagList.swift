/// Tags and their values, as in DKIM-Signature, ARC-Seal and ARC-Message-Signature (RFC 6376 §3.2, RFC 8617 §4).
public struct TagList: Sendable, Hashable {
    public struct Tag: Sendable, Hashable {
        /// As it is written: tags are told apart by case.
        public let name: String
        /// Without the white space around it; that within stays.
        public let value: String
    }

    /// In their order, repeats kept; a list with a repeated tag is invalid.
    public let tags: [Tag]

    /// The first value of the tag `name`.
    public subscript(name: String) -> String? {
        tags.first { $0.name == name }?.value
    }

    /// The value of a tag whose white space means nothing, such as `b` and `bh`.
    public func compact(_ name: String) -> String? {
        self[name]?.filter { !$0.isWhitespace }
    }

    /// Reads a field's value. What has no equals sign is left out. O(n).
    init(_ value: MessageBytes, limit: Int = MIMELimits().parametersPerField) {
        let text = HeaderText.unfold(value)
        tags = text.split(separator: UInt8(ascii: ";")).prefix(limit).compactMap { item in
            guard let equals = item.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = HeaderText.string(HeaderText.trimmed(item[..<equals]))
            return name.isEmpty
                ? nil : Tag(name: name, value: HeaderText.string(HeaderText.trimmed(item[(equals + 1)...])))
        }
    }
}
