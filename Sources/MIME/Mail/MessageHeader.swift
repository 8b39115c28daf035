/// A message's own header, read as values: all of `Mail` that needs no body.
///
/// Each value is read when it is asked for.
public protocol MessageHeader: Sendable {
    /// The fields in their order.
    var headers: HeaderFields { get }
    /// Bounds on what is read from a field.
    var limits: MIMELimits { get }
}

/// How urgent the sender finds the message.
public enum MailPriority: String, Sendable, Hashable {
    case high, normal, low
}

extension MessageHeader {
    public var subject: String? { headers.first("subject")?.text }
    public var from: [MailAddress] { addresses("from") }
    public var sender: [MailAddress] { addresses("sender") }
    public var replyTo: [MailAddress] { addresses("reply-to") }
    public var to: [MailAddress] { addresses("to") }
    public var cc: [MailAddress] { addresses("cc") }
    public var bcc: [MailAddress] { addresses("bcc") }
    public var deliveredTo: [MailAddress] { addresses("delivered-to") }
    public var returnPath: [MailAddress] { addresses("return-path") }
    public var dispositionNotificationTo: [MailAddress] { addresses("disposition-notification-to") }

    /// The addresses of all fields of that name, in order.
    public func addresses(_ name: String) -> [MailAddress] {
        headers.reduce(over: name, []) { list, field in
            let more = field.addresses(limit: limits.addressesPerField)
            // Mostly there is one field, whose list is the whole.
            if list.isEmpty { list = more } else { list += more }
        }
    }

    /// When the message was written, by its Date field; nil where there is none that can be read.
    public var date: MailDate? { headers.first("date")?.date }

    /// The Message-ID without its angle brackets.
    public var messageID: String? { headers.first("message-id").flatMap { MessageID.list($0.rawValue).first } }
    public var inReplyTo: [String] { headers.first("in-reply-to").map { MessageID.list($0.rawValue) } ?? [] }
    public var references: [String] { headers.first("references").map { MessageID.list($0.rawValue) } ?? [] }

    /// From Priority, X-Priority, X-MSMail-Priority or Importance, the first that says something.
    public var priority: MailPriority {
        for name in ["priority", "x-priority", "x-msmail-priority", "importance"] {
            guard let value = headers.first(name)?.unfolded.lowercased() else { continue }
            if value.hasPrefix("1") || value.hasPrefix("2") || value.contains("high") || value == "urgent" {
                return .high
            }
            if value.hasPrefix("4") || value.hasPrefix("5") || value.contains("low") || value == "non-urgent" {
                return .low
            }
            if value.hasPrefix("3") || value == "normal" { return .normal }
        }
        return .normal
    }
}
