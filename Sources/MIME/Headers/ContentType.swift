/// A media type with its parameters (RFC 2045 §5).
public struct ContentType: Sendable, Hashable {
    /// Lower case, such as `text`.
    public let type: String
    /// Lower case, such as `html`.
    public let subtype: String
    public let parameters: [Parameter]

    /// A name in lower case and its text, decoded by RFC 2231 and RFC 2047.
    public struct Parameter: Sendable, Hashable {
        public let name: String
        public let value: String
    }

    /// `type/subtype`.
    public var mediaType: String { "\(type)/\(subtype)" }

    /// The text of a parameter, by its name in lower case.
    public subscript(parameter name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// What a part without a Content-Type is (RFC 2045 §5.2).
    static let plainText = ContentType(type: "text", subtype: "plain", parameters: [])
    /// What a part of a digest without a Content-Type is (RFC 2046 §5.1.5).
    static let message = ContentType(type: "message", subtype: "rfc822", parameters: [])

    private init(type: String, subtype: String, parameters: [Parameter]) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
    }

    /// Reads a field's value; nil where it has no type and subtype.
    init?(_ value: MessageBytes, limits: MIMELimits = MIMELimits()) {
        guard let name = MediaTypeName(value) else { return nil }
        self.init(
            type: name.type.asciiLowercased, subtype: name.subtype.asciiLowercased,
            parameters: HeaderParameters(value, limit: limits.parametersPerField).decoded)
    }
}

/// A media type's two names where they stand in a field.
struct MediaTypeName {
    let type: MessageBytes
    let subtype: MessageBytes

    /// Nil where there are not both.
    init?(_ value: MessageBytes) {
        var cursor = HeaderCursor(value)
        cursor.skipComments()
        let type = cursor.token()
        cursor.skipComments()
        guard !type.isEmpty, cursor.take(UInt8(ascii: "/")) else { return nil }
        cursor.skipComments()
        let subtype = cursor.token()
        guard !subtype.isEmpty else { return nil }
        self.type = value.extracting(type)
        self.subtype = value.extracting(subtype)
    }

    /// The names of a type that was read already.
    init(_ type: ContentType) {
        self.type = MessageBytes(type.type)
        subtype = MessageBytes(type.subtype)
    }

    /// What a part without a Content-Type is (RFC 2045 §5.2).
    static let plainText = MediaTypeName(ContentType.plainText)
    /// What a part of a digest without a Content-Type is (RFC 2046 §5.1.5).
    static let message = MediaTypeName(ContentType.message)

    /// Whether it is that type; names are given in lower case.
    func isEqual(_ type: StaticString, _ subtype: StaticString) -> Bool {
        self.subtype.isEqualWithoutCase(to: subtype) && self.type.isEqualWithoutCase(to: type)
    }

    var isText: Bool { type.isEqualWithoutCase(to: "text") }
    var isMultipart: Bool { type.isEqualWithoutCase(to: "multipart") }
}

/// How a part wants to be shown, with its parameters (RFC 2183).
public struct ContentDisposition: Sendable, Hashable {
    /// Lower case: `inline`, `attachment` or another.
    public let kind: String
    public let parameters: [ContentType.Parameter]

    public subscript(parameter name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    init?(_ value: MessageBytes, limits: MIMELimits = MIMELimits()) {
        let kind = Self.kind(value)
        guard !kind.isEmpty else { return nil }
        self.kind = kind.asciiLowercased
        parameters = HeaderParameters(value, limit: limits.parametersPerField).decoded
    }

    /// The kind where it stands in a field.
    static func kind(_ value: MessageBytes) -> MessageBytes {
        var cursor = HeaderCursor(value)
        cursor.skipComments()
        return value.extracting(cursor.token())
    }
}

extension HeaderParameters {
    /// Every parameter with its text.
    var decoded: [ContentType.Parameter] {
        names.compactMap { name in text(of: name).map { ContentType.Parameter(name: name, value: $0) } }
    }
}

extension MIMEPart {
    /// The part's type: what its header says, or the default of where it stands (RFC 2045 §5.2, RFC 2046 §5.1.5).
    public var contentType: ContentType {
        if let field = headers.first(literal: "content-type"), let type = ContentType(field.rawValue) { return type }
        return isTypedByDigest ? .message : .plainText
    }

    /// The part's type by its names alone.
    var mediaTypeName: MediaTypeName {
        if let field = headers.first(literal: "content-type"), let name = MediaTypeName(field.rawValue) { return name }
        return isTypedByDigest ? .message : .plainText
    }

    /// Whether the part's type is of the kind text, as that of a part that says nothing is. No memory is taken for it.
    public var isText: Bool {
        unsafe withFirstField("content-type") { octets in
            unsafe PlainMediaType(octets).map { plain in unsafe plain.isText(octets) }
        } ?? mediaTypeName.isText
    }

    private var isTypedByDigest: Bool {
        guard let parent, parent.kind == .multipart else { return false }
        return parent.record.subtype == .digest
    }

    /// Whether the part says of itself that it is an attachment.
    var isMarkedAttachment: Bool {
        guard let field = headers.first(literal: "content-disposition") else { return false }
        return ContentDisposition.kind(field.rawValue).isEqualWithoutCase(to: "attachment")
    }

    public var contentDisposition: ContentDisposition? {
        headers.first(literal: "content-disposition").flatMap { ContentDisposition($0.rawValue) }
    }

    /// The Content-ID without its angle brackets (RFC 2392).
    public var contentID: String? {
        headers.first(literal: "content-id").flatMap { MessageID.list($0.rawValue).first ?? $0.unfolded.nonEmpty }
    }

    /// The name of the file that the part was: the disposition's `filename`, or the type's `name`.
    public var filename: String? {
        (contentDisposition?[parameter: "filename"] ?? contentType[parameter: "name"])?.nonEmpty
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
