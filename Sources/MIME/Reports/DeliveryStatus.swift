/// What became of a message that was sent: message/delivery-status and message/global-delivery-status (RFC 3464, RFC
/// 6533).
public struct DeliveryStatus: Sendable, Hashable {
    /// What happened to a recipient's copy (RFC 3464 §2.3.3).
    public enum Action: String, Sendable, Hashable, CaseIterable {
        case failed, delayed, delivered, relayed, expanded
    }

    /// An enhanced status code, `class.subject.detail` (RFC 3463).
    public struct Code: Sendable, Hashable {
        /// 2 success, 4 a failure that may pass, 5 one that stays.
        public let statusClass: Int
        public let subject: Int
        public let detail: Int

        init?(_ text: String) {
            let numbers = text.prefix { !$0.isWhitespace && $0 != "(" }.split(
                separator: ".", omittingEmptySubsequences: false
            )
            .map { $0.utf8.count <= 3 ? Int($0) : nil }
            guard numbers.count == 3, let first = numbers[0], let second = numbers[1], let third = numbers[2],
                [2, 4, 5].contains(first), second >= 0, third >= 0
            else { return nil }
            (statusClass, subject, detail) = (first, second, third)
        }

        /// Whether trying again is of no use.
        public var isPermanentFailure: Bool { statusClass == 5 }
    }

    /// The fields about one recipient.
    public struct Recipient: Sendable, Hashable {
        public let original: TypedReportValue?
        public let final: TypedReportValue?
        /// Nil where the report has none, or one that is unknown.
        public let action: Action?
        public let status: Code?
        /// The server that had the last word.
        public let remoteServer: TypedReportValue?
        /// What that server said.
        public let diagnostic: TypedReportValue?
        public let lastAttempt: MailDate?
        public let willRetryUntil: MailDate?

        init(_ fields: [ReportFields.Field]) {
            original = fields.typed("original-recipient")
            final = fields.typed("final-recipient")
            let word = fields.text("action")?.lowercased().prefix { !$0.isWhitespace && $0 != "(" }
            action = word.flatMap { Action(rawValue: String($0)) }
            status = fields.text("status").flatMap { Code($0) }
            remoteServer = fields.typed("remote-mta")
            diagnostic = fields.typed("diagnostic-code")
            lastAttempt = fields.date("last-attempt-date")
            willRetryUntil = fields.date("will-retry-until")
        }
    }

    /// The server that reports.
    public let reportingServer: TypedReportValue?
    public let receivedFromServer: TypedReportValue?
    /// The sender's name for what was sent (`ENVID`, RFC 3461 §5.4).
    public let originalEnvelopeID: String?
    public let arrival: MailDate?
    public let recipients: [Recipient]

    /// Nil where there is no field at all. The first group of fields is about the message, unless it names a recipient:
    /// some programs leave it out, or the empty line behind it.
    init?(_ content: MessageBytes) {
        let groups = ReportFields(content).groups
        guard let first = groups.first else { return nil }
        reportingServer = first.typed("reporting-mta")
        receivedFromServer = first.typed("received-from-mta")
        originalEnvelopeID = first.text("original-envelope-id")
        arrival = first.date("arrival-date")
        recipients = groups.filter { group in group.contains { $0.name == "final-recipient" || $0.name == "action" } }
            .map { Recipient($0) }
    }
}
