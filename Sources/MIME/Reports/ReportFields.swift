/// Groups of fields in the form of headers, with empty lines between the groups: the body of a report (RFC 3464 §2.1).
struct ReportFields {
    struct Field {
        /// In lower case.
        let name: String
        let value: MessageBytes
    }

    private(set) var groups: [[Field]] = []

    /// Reads the content of a part. Lines that are no fields are left out, and so are fields beyond `limit`. O(n).
    init(_ content: MessageBytes, limit: Int = MIMELimits().headerFields) {
        var group: [Field] = []
        var count = 0
        /// The field that is being read, from its name to its end so far.
        var open: (name: Range<Int>, valueStart: Int, end: Int)?
        func close() {
            guard let field = open, count < limit else {
                open = nil
                return
            }
            let name = String(decoding: content[field.name].map(\.asciiLowercased), as: UTF8.self)
            group.append(Field(name: name, value: content.extracting(field.valueStart..<field.end)))
            count += 1
            open = nil
        }
        var position = 0
        let octets = content
        while position < content.count {
            let next = (octets[position...].firstIndex(of: 0x0A) ?? content.count - 1) + 1
            let end = Self.textEnd(octets, position, next)
            defer { position = next }
            guard end > position else {
                close()
                if !group.isEmpty { groups.append(group) }
                group = []
                continue
            }
            if octets[position] == 0x20 || octets[position] == 0x09 {
                open?.end = end
            } else {
                close()
                if let colon = octets[position..<end].firstIndex(of: UInt8(ascii: ":")), colon > position {
                    open = (position..<colon, colon + 1, end)
                }
            }
        }
        close()
        if !group.isEmpty { groups.append(group) }
    }

    /// The end of a line's text, before CRLF or LF.
    private static func textEnd(_ octets: MessageBytes, _ start: Int, _ next: Int) -> Int {
        var end = next
        if end > start, octets[end - 1] == 0x0A { end -= 1 }
        if end > start, octets[end - 1] == 0x0D { end -= 1 }
        return end
    }
}

extension [ReportFields.Field] {
    private func value(_ name: String) -> MessageBytes? { first { $0.name == name }?.value }

    /// The text of the first field of that name, in lower case; nil where it is absent or empty.
    func text(_ name: String) -> String? { value(name).flatMap { HeaderText.decode($0).nonEmpty } }

    func texts(_ name: String) -> [String] {
        filter { $0.name == name }.compactMap { HeaderText.decode($0.value).nonEmpty }
    }

    func date(_ name: String) -> MailDate? { value(name).flatMap { MailDate($0) } }

    /// A value with its type before a semicolon: `rfc822; ada@example.org`.
    func typed(_ name: String) -> TypedReportValue? { text(name).map { TypedReportValue($0) } }
}

/// A value of a report that says what kind of value it is (RFC 3464 §2.1.2): an address, a host's name, a server's
/// words.
public struct TypedReportValue: Sendable, Hashable {
    /// In lower case, such as `rfc822`, `utf-8`, `dns` or `smtp`; nil where the report leaves it out.
    public let type: String?
    public let value: String

    init(_ text: String) {
        if let semicolon = text.firstIndex(of: ";") {
            type = String(text[..<semicolon]).trimmedOfSpace.lowercased().nonEmpty
            value = String(text[text.index(after: semicolon)...]).trimmedOfSpace
        } else {
            type = nil
            value = text
        }
    }
}

extension String {
    fileprivate var trimmedOfSpace: String {
        String(decoding: HeaderText.trimmed(Array(utf8)[...]), as: UTF8.self)
    }
}
