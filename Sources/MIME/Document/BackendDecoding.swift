import MessageBuffers

/// What a backend decodes by itself, in place of this module. A type and no value, of which documents would keep copies.
package protocol BackendDecoding {
    /// The addresses of a field's value, as the backend finds them; at most `limit`, members of groups counted.
    static func addresses(_ value: UnsafeRawBufferPointer, limit: Int) -> [MailAddress]

    /// The date that a field's value says to the backend; nil if it says none.
    static func date(_ value: UnsafeRawBufferPointer) -> MailDate?

    /// The content of a body in `encoding`, which is base64 or quoted-printable.
    static func content(_ body: MessageBytes, _ encoding: TransferEncoding) -> MessageBytes
}

extension MIMEDocument {
    /// The addresses of all fields of that name in a stretch of the table, in order.
    func addresses(_ name: String, in stretch: Range<Int>, limit: Int) -> [MailAddress] {
        var name = name
        return name.withUTF8 { unsafe addresses(UnsafeRawBufferPointer($0), stretch, limit) }
    }

    /// The same for a name that is known beforehand.
    func addresses(literal name: StaticString, in stretch: Range<Int>, limit: Int) -> [MailAddress] {
        unsafe addresses(
            UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), stretch, limit)
    }

    private func addresses(_ name: UnsafeRawBufferPointer, _ stretch: Range<Int>, _ limit: Int) -> [MailAddress] {
        guard var index = unsafe firstField(name, in: stretch) else { return [] }
        // Mostly there is one field, whose list is the whole.
        var list = addresses(ofField: index, limit: limit)
        while let next = unsafe firstField(name, in: index + 1..<stretch.upperBound) {
            index = next
            list += addresses(ofField: index, limit: limit)
        }
        return list
    }

    /// The value of field `index` as a list of addresses. The document keeps the value's memory meanwhile.
    func addresses(ofField index: Int, limit: Int) -> [MailAddress] {
        let value = field(index).value
        if let decoding { return unsafe decoding.addresses(value.memory, limit: limit) }
        if let plain = unsafe PlainMailbox.list(value.memory, limit: limit) { return plain }
        var parser = AddressListParser(bytes(of: value), limit: limit)
        return parser.parse()
    }

    /// The value of field `index` as a date. The document keeps the value's memory meanwhile.
    func date(ofField index: Int) -> MailDate? {
        let value = field(index).value
        if let decoding { return unsafe decoding.date(value.memory) }
        return MailDate(bytes(of: value))
    }
}
