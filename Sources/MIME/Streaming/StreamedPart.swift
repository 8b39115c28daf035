import MessageBuffers

/// A part of a message that is read in pieces: all that is known of it when its header has come.
public struct StreamedPart: Sendable {
    /// The part's place in document order; 0 is the message itself.
    public let index: Int
    /// The part's number as IMAP counts (RFC 3501 §6.4.5), as `MIMEPart.partID`.
    public let partID: String
    /// How many parts enclose this one.
    public let depth: Int
    public let kind: MIMEPart.Kind
    public let transferEncoding: TransferEncoding
    /// What the header says, or the default of where the part stands (RFC 2045 §5.2, RFC 2046 §5.1.5).
    public let contentType: ContentType
    /// Whether the part belongs to a multipart/related, such as an image of an HTML page.
    public let isRelated: Bool
    /// The part's header as a document without a body.
    let header: MIMEPart

    /// The header fields in their order, repeats kept. Their ranges are those in the header, not in the message.
    public var headers: HeaderFields { header.headers }
    public var contentDisposition: ContentDisposition? { header.contentDisposition }
    /// The Content-ID without its angle brackets (RFC 2392).
    public var contentID: String? { header.contentID }
    /// The name of the file that the part was, as `Attachment.filename`.
    public var filename: String? { Attachment.filename(header.filename, contentType) }
    /// `type/subtype` of the file that the part is, as `Attachment.contentType`.
    public var fileType: String { Attachment.contentType(contentType, filename) }
}

/// The header fields of one part, gathered while they arrive.
struct StreamedHeader {
    private var octets: [UInt8] = []
    private var fields: [(name: Range<Int>, value: Range<Int>)] = []

    /// Adds a field as it came: `name` and `value` are places in `line`.
    mutating func add(_ line: MessageBytes, name: Range<Int>, value: Range<Int>) {
        let start = octets.count
        octets += line
        octets += [0x0D, 0x0A]
        fields.append(
            (
                start + name.lowerBound..<start + name.upperBound,
                start + value.lowerBound..<start + value.upperBound
            ))
    }

    /// The header as a part without a body.
    func part(_ kind: MIMEPart.Kind, _ encoding: TransferEncoding) -> MIMEPart {
        var builder = MIMEDocumentBuilder(MessageBytes(octets), backend: NativeMIMEParser.name)
        let part = builder.addPart(in: nil, kind, encoding)
        for field in fields { builder.addField(name: field.name, value: field.value) }
        builder.setRange(0..<octets.count, body: octets.count..<octets.count, of: part)
        return MIMEDocument(builder).root
    }
}
