/// What a reader did with a message: message/disposition-notification (RFC 8098).
public struct DispositionNotification: Sendable, Hashable {
    /// What happened to the message (RFC 8098 §3.2.6.2).
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case displayed, deleted, dispatched, processed, denied, failed
    }

    public let reportingUserAgent: String?
    public let originalRecipient: TypedReportValue?
    public let finalRecipient: TypedReportValue?
    /// Without angle brackets.
    public let originalMessageID: String?
    /// Nil where it is unknown.
    public let kind: Kind?
    /// Whether nobody chose the action: `automatic-action`.
    public let isAutomaticAction: Bool
    /// Whether nobody was asked before the notification was sent: `MDN-sent-automatically`.
    public let isSentAutomatically: Bool
    /// Such as `error`, in lower case.
    public let modifiers: [String]
    public let errors: [String]

    /// Nil where there is no field at all.
    init?(_ content: MessageBytes) {
        guard let fields = ReportFields(content).groups.first else { return nil }
        reportingUserAgent = fields.text("reporting-ua")
        originalRecipient = fields.typed("original-recipient")
        finalRecipient = fields.typed("final-recipient")
        originalMessageID = fields.first { $0.name == "original-message-id" }.flatMap { MessageID.list($0.value).first }
        errors = fields.texts("error")
        // `manual-action/MDN-sent-manually; displayed/error`
        let words = (fields.text("disposition") ?? "").lowercased().filter { !$0.isWhitespace }
        let halves = words.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        isAutomaticAction = halves[0].contains("automatic-action")
        isSentAutomatically = halves[0].contains("mdn-sent-automatically")
        let result = halves.count > 1 ? halves[1].split(separator: "/", maxSplits: 1) : []
        kind = result.first.flatMap { Kind(rawValue: String($0)) }
        modifiers = result.count > 1 ? result[1].split(separator: ",").map(String.init) : []
    }
}
