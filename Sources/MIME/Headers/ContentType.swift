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
        var cursor = HeaderCursor(value.bytes)
        cursor.skipComments()
        let type = cursor.lowercasedToken()
        cursor.skipComments()
        guard !type.isEmpty, cursor.take(UInt8(ascii: "/")) else { return nil }
        cursor.skipComments()
        let subtype = cursor.lowercasedToken()
        guard !subtype.isEmpty else { return nil }
        let raw = HeaderParameters(value, limit: limits.parametersPerField)
        self.init(type: type, subtype: subtype, parameters: raw.decoded)
    }
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
        var cursor = HeaderCursor(value.bytes)
        cursor.skipComments()
        let kind = cursor.lowercasedToken()
        guard !kind.isEmpty else { return nil }
        self.kind = kind
        parameters = HeaderParameters(value, limit: limits.parametersPerField).decoded
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
        if let field = headers.first("content-type"), let type = ContentType(field.rawValue) { return type }
        if let parent, parent.kind == .multipart, parent.contentType.subtype == "digest" { return .message }
        return .plainText
    }

    public var contentDisposition: ContentDisposition? {
        headers.first("content-disposition").flatMap { ContentDisposition($0.rawValue) }
    }

    /// The Content-ID without its angle brackets (RFC 2392).
    public var contentID: String? {
        headers.first("content-id").flatMap { MessageID.list($0.rawValue).first ?? $0.unfolded.nonEmpty }
    }

    /// The name of the file that the part was: the disposition's `filename`, or the type's `name`.
    public var filename: String? {
        (contentDisposition?[parameter: "filename"] ?? contentType[parameter: "name"])?.nonEmpty
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
