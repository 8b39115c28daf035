/// A part that is not shown as text.
public struct Attachment: Sendable {
    public let part: MIMEPart
    /// How `checksum` is made (`MailOptions.checksumAlgorithm`).
    public let checksumAlgorithm: ChecksumAlgorithm

    init(part: MIMEPart, checksumAlgorithm: ChecksumAlgorithm = .sha256) {
        self.part = part
        self.checksumAlgorithm = checksumAlgorithm
    }

    /// The file's name as the sender gives it, decoded; an embedded message and a calendar get one by their type. It
    /// may hold anything, separators of paths too: never use it as a path as it is.
    public var filename: String? { Self.filename(part.filename, part.contentType) }

    /// The name that is given, or one by the type.
    static func filename(_ name: String?, _ type: ContentType) -> String? {
        if let name { return name }
        switch type.mediaType {
        case "message/rfc822", "message/global": return "message.eml"
        case "text/calendar": return "invite.ics"
        default: return nil
        }
    }

    /// `type/subtype`; for application/octet-stream what the name's extension says, where it says something.
    public var contentType: String { Self.contentType(part.contentType, filename) }

    /// See `contentType`.
    static func contentType(_ type: ContentType, _ name: String?) -> String {
        let declared = type.mediaType
        guard declared == "application/octet-stream", let name else { return declared }
        return FileTypes.type(ofName: name) ?? declared
    }

    /// `attachment`, `inline` or what else the part says; nil if it says nothing.
    public var contentDisposition: String? { part.contentDisposition?.kind }
    /// The Content-ID without its angle brackets.
    public var contentID: String? { part.contentID }
    /// Whether the part belongs to a multipart/related, such as an image of an HTML page.
    public var isRelated: Bool { part.enclosing(.related) != nil }
    public var partID: String { part.partID }
    public var headers: HeaderFields { part.headers }

    /// The content without its transfer encoding. O(n) where there was one.
    public var content: MessageBytes { part.decodedBody().bytes }
    /// The size of the content in octets.
    public var size: Int { content.count }
    /// The digest of the content by ``checksumAlgorithm``. O(n).
    ///
    /// - Throws: ``ChecksumError`` if OpenSSL does not provide the algorithm here.
    public var checksum: [UInt8] {
        get throws(ChecksumError) { try checksumAlgorithm.digest(content) }
    }
    /// The SHA-256 digest of the content. O(n).
    ///
    /// - Throws: ``ChecksumError`` if OpenSSL does not provide the algorithm here.
    public var sha256: [UInt8] {
        get throws(ChecksumError) { try ChecksumAlgorithm.sha256.digest(content) }
    }
}

/// What extensions of file names say about content.
enum FileTypes {
    private static let types = [
        "pdf": "application/pdf", "zip": "application/zip", "gz": "application/gzip", "json": "application/json",
        "xml": "application/xml", "doc": "application/msword", "xls": "application/vnd.ms-excel",
        "ppt": "application/vnd.ms-powerpoint",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt": "application/vnd.oasis.opendocument.text", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
        "gif": "image/gif", "webp": "image/webp", "svg": "image/svg+xml", "bmp": "image/bmp", "tif": "image/tiff",
        "tiff": "image/tiff", "mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg", "mp4": "video/mp4",
        "mov": "video/quicktime", "avi": "video/x-msvideo", "txt": "text/plain", "csv": "text/csv", "htm": "text/html",
        "html": "text/html", "css": "text/css", "ics": "text/calendar", "vcf": "text/vcard", "rtf": "application/rtf",
        "eml": "message/rfc822", "p7s": "application/pkcs7-signature", "asc": "application/pgp-signature",
    ]

    static func type(ofName name: String) -> String? {
        guard let dot = name.lastIndex(of: ".") else { return nil }
        return types[name[name.index(after: dot)...].lowercased()]
    }
}
