import MailStorage

/// What a backend decodes by itself, in place of this module.
package protocol BackendDecoding: Sendable {
    /// The addresses of a field's value, as the backend finds them; at most `limit`, members of groups counted.
    func addresses(_ value: MessageBytes, limit: Int) -> [MailAddress]

    /// The date that a field's value says to the backend; nil if it says none.
    func date(_ value: MessageBytes) -> MailDate?

    /// The content of a body in `encoding`, which is base64 or quoted-printable.
    func content(_ body: MessageBytes, _ encoding: TransferEncoding) -> MessageBytes
}

extension HeaderField {
    /// The value as a list of addresses.
    func addresses(limit: Int) -> [MailAddress] {
        if let decoding = document.decoding { return decoding.addresses(rawValue, limit: limit) }
        var parser = AddressListParser(rawValue, limit: limit)
        return parser.parse()
    }

    /// The value as a date.
    var date: MailDate? { document.decoding.map { $0.date(rawValue) } ?? MailDate(rawValue) }
}
