/// Where the content of a message/external-body is to be had (RFC 2046 §5.2.3, RFC 2017). Nothing is fetched.
public struct ExternalBody: Sendable, Hashable {
    /// Such as `url`, `anon-ftp` or `mail-server`, in lower case.
    public let accessType: String
    /// Without the white space that long URLs are folded with (RFC 2017 §3).
    public let url: String?
    /// The file's name where it is; it may hold anything.
    public let name: String?
    public let site: String?
    public let directory: String?
    /// The server to write to, for `mail-server`.
    public let server: String?
    public let expiration: MailDate?
    /// In octets.
    public let size: Int?
    /// The type of the content, told by the header within.
    public let contentType: String?
    /// The Content-ID of the content, without angle brackets.
    public let contentID: String?
}

extension MIMEPart {
    /// Where the content of a message/external-body is; nil for other types, and without an access type.
    public var externalBody: ExternalBody? {
        let type = contentType
        guard type.mediaType == "message/external-body", let access = type[parameter: "access-type"]?.nonEmpty else {
            return nil
        }
        let fields = ReportFields(decodedBody().bytes).groups.first ?? []
        let inner = fields.first { $0.name == "content-type" }.flatMap { ContentType($0.value)?.mediaType }
        let id = fields.first { $0.name == "content-id" }.flatMap { MessageID.list($0.value).first }
        return ExternalBody(
            accessType: access.lowercased(), url: type[parameter: "url"]?.filter { !$0.isWhitespace },
            name: type[parameter: "name"], site: type[parameter: "site"], directory: type[parameter: "directory"],
            server: type[parameter: "server"],
            expiration: type[parameter: "expiration"].flatMap { MailDate(MessageBytes($0)) },
            size: type[parameter: "size"].flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }, contentType: inner,
            contentID: id)
    }
}
