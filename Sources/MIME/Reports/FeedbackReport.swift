/// What a recipient's provider says of a message, that it was called spam above all: message/feedback-report (RFC 5965,
/// ARF).
public struct FeedbackReport: Sendable, Hashable {
    /// Such as `abuse`, `fraud`, `auth-failure` or `not-spam`, in lower case (RFC 5965 §7.3, RFC 6591).
    public let feedbackType: String?
    public let userAgent: String?
    public let version: String?
    public let originalEnvelopeID: String?
    /// Without angle brackets; empty for the null sender.
    public let originalMailFrom: String?
    public let originalRecipients: [String]
    public let reportedDomains: [String]
    public let reportedURIs: [String]
    /// The address that the message came from.
    public let sourceIP: String?
    public let reportingServer: TypedReportValue?
    public let arrival: MailDate?
    /// How many messages the report stands for; 1 where it does not say.
    public let incidents: Int
    public let authenticationResults: [AuthenticationResults]

    /// Nil where there is no field at all.
    init?(_ content: MessageBytes) {
        guard let fields = ReportFields(content).groups.first else { return nil }
        feedbackType = fields.text("feedback-type")?.lowercased()
        userAgent = fields.text("user-agent")
        version = fields.text("version")
        originalEnvelopeID = fields.text("original-envelope-id")
        originalMailFrom = fields.text("original-mail-from").map(Self.bare)
        originalRecipients = fields.texts("original-rcpt-to").map(Self.bare)
        reportedDomains = fields.texts("reported-domain")
        reportedURIs = fields.texts("reported-uri")
        sourceIP = fields.text("source-ip")
        reportingServer = fields.typed("reporting-mta")
        arrival = fields.date("arrival-date") ?? fields.date("received-date")
        incidents = fields.text("incidents").flatMap { Int($0) }.map { max(1, $0) } ?? 1
        authenticationResults = fields.filter { $0.name == "authentication-results" }
            .compactMap { AuthenticationResults($0.value) }
    }

    private static func bare(_ address: String) -> String {
        address.hasPrefix("<") && address.hasSuffix(">") ? String(address.dropFirst().dropLast()) : address
    }
}
