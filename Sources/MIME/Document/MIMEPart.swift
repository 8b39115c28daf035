/// A part of a document: the message itself, a part of a multipart, or an embedded message.
public struct MIMEPart: Sendable {
    public enum Kind: UInt8, Sendable, Hashable {
        case leaf
        case multipart
        /// An embedded message (message/rfc822, message/global), whose one child is that message.
        case message
    }

    public let document: MIMEDocument
    /// The part's place in document order; 0 is the message itself.
    public let index: Int

    var record: MIMEDocument.PartRecord { document.record(index) }

    public var kind: Kind { record.kind }
    public var transferEncoding: TransferEncoding { record.transferEncoding }
    /// How many parts enclose this one.
    public var depth: Int { Int(record.depth) }

    /// The enclosing part; nil for the message itself.
    public var parent: MIMEPart? {
        record.parent < 0 ? nil : MIMEPart(document: document, index: Int(record.parent))
    }

    /// The parts directly in this one. O(parts behind this one).
    public var children: [MIMEPart] {
        guard kind != .leaf else { return [] }
        var children: [MIMEPart] = []
        for other in (index + 1)..<document.partCount {
            if document.record(other).depth <= record.depth { break }
            if document.record(other).parent == Int32(index) {
                children.append(MIMEPart(document: document, index: other))
            }
        }
        return children
    }

    /// The part's number as IMAP counts (RFC 3501 §6.4.5): `1.2`; empty for the message itself.
    public var partID: String {
        var path: [Int32] = []
        var record = record
        while record.parent >= 0 {
            let parent = document.record(Int(record.parent))
            // The message within a message/rfc822 part has no number of its own, unless it is a single part.
            if parent.kind == .multipart { path.append(record.ordinal) }
            record = parent
        }
        if let parent, parent.kind == .message, kind == .leaf { path.insert(1, at: 0) }
        if index == 0, kind == .leaf { return "1" }
        return path.reversed().map(String.init).joined(separator: ".")
    }

    /// The header fields in their order, repeats kept.
    public var headers: HeaderFields { HeaderFields(part: self) }

    /// The fields' places in the document's table.
    var fieldPlaces: Range<Int> {
        let record = record
        return Int(record.firstField)..<Int(record.firstField + record.fieldCount)
    }

    /// Calls `body` with the value of the first field of that name where it lies; nil where there is none.
    func withFirstField<Result>(_ name: StaticString, _ body: (UnsafeRawBufferPointer) -> Result?) -> Result? {
        guard let index = document.firstField(literal: name, in: fieldPlaces) else { return nil }
        // The document keeps the memory.
        return withExtendedLifetime(document) { unsafe body(document.field(index).value.memory) }
    }

    /// Header and body in the message; nil if the backend cannot tell.
    public var range: Range<Int>? { document.range(of: record.whole) }

    /// The body in the message; nil if the backend cannot tell.
    public var bodyRange: Range<Int>? { document.range(of: record.body) }

    /// The body as it was sent, still encoded, without a copy.
    public var body: MessageBytes { document.bytes(of: record.body) }
}

/// The header fields of a part, looked up without regard to case.
public struct HeaderFields: RandomAccessCollection, Sendable {
    let part: MIMEPart

    public var startIndex: Int { 0 }
    public var endIndex: Int { Int(part.record.fieldCount) }

    public subscript(position: Int) -> HeaderField {
        precondition(position >= 0 && position < endIndex, "the header has a field at this place")
        return HeaderField(document: part.document, index: Int(part.record.firstField) + position)
    }

    /// The first field of that name.
    public func first(_ name: String) -> HeaderField? {
        part.document.firstField(name, in: places).map { HeaderField(document: part.document, index: $0) }
    }

    /// The first field of a name that is known beforehand.
    func first(literal name: StaticString) -> HeaderField? {
        part.document.firstField(literal: name, in: places).map { HeaderField(document: part.document, index: $0) }
    }

    /// All fields of that name, in order.
    public func all(_ name: String) -> [HeaderField] {
        var fields: [HeaderField] = []
        var rest = places
        while let index = part.document.firstField(name, in: rest) {
            fields.append(HeaderField(document: part.document, index: index))
            rest = (index + 1)..<rest.upperBound
        }
        return fields
    }

    /// The addresses of all fields of that name, in order.
    func addresses(_ name: String, limit: Int) -> [MailAddress] {
        part.document.addresses(name, in: places, limit: limit)
    }

    /// The same for a name that is known beforehand.
    func addresses(literal name: StaticString, limit: Int) -> [MailAddress] {
        part.document.addresses(literal: name, in: places, limit: limit)
    }

    /// The first field of that name as text.
    func text(literal name: StaticString) -> String? {
        unsafe part.withFirstField(name) { unsafe HeaderText.decode($0) }
    }

    /// The first field of that name as a date; nil also where it is none.
    func date(literal name: StaticString) -> MailDate? {
        part.document.firstField(literal: name, in: places).flatMap { part.document.date(ofField: $0) }
    }

    private var places: Range<Int> { part.fieldPlaces }
}

/// One header field as it came.
public struct HeaderField: Sendable {
    let document: MIMEDocument
    let index: Int

    private var record: MIMEDocument.FieldRecord { document.field(index) }

    /// The name in the case it came in.
    public var name: String { String(decoding: document.bytes(of: record.name)) }

    /// What is behind the colon, folded as it came, without the last line end.
    public var rawValue: MessageBytes { document.bytes(of: record.value) }

    /// Where name and value lie in the message; nil if the backend cannot tell.
    public var range: Range<Int>? {
        guard let name = document.range(of: record.name), let value = document.range(of: record.value) else {
            return nil
        }
        return name.lowerBound..<value.upperBound
    }

    /// The whole field as it came, folded, without the last line end. No copy where name and value lie together.
    public var rawLine: MessageBytes {
        if let range { return document.message.extracting(range) }
        return MessageBytes(Array(document.bytes(of: record.name)) + [UInt8(ascii: ":")] + Array(rawValue))
    }

    /// The value on one line, without leading and trailing white space, and not decoded otherwise (RFC 5322 §2.2.3).
    public var unfolded: String { HeaderText.string(HeaderText.unfold(rawValue)) }

    /// The value as a date; nil if it is none.
    var date: MailDate? { document.date(ofField: index) }

    /// The value as text: unfolded, encoded-words decoded (RFC 2047), raw 8-bit read as UTF-8 or Latin-1 (RFC 6532).
    public var text: String { HeaderText.decode(rawValue) }
}

extension UInt8 {
    /// The octet with an ASCII upper-case letter made lower-case.
    var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
