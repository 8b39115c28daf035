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
    public var subject: String? { headers.text(literal: "subject") }
    public var from: [MailAddress] { addresses(literal: "from") }
    public var sender: [MailAddress] { addresses(literal: "sender") }
    public var replyTo: [MailAddress] { addresses(literal: "reply-to") }
    public var to: [MailAddress] { addresses(literal: "to") }
    public var cc: [MailAddress] { addresses(literal: "cc") }
    public var bcc: [MailAddress] { addresses(literal: "bcc") }
    public var deliveredTo: [MailAddress] { addresses(literal: "delivered-to") }
    public var returnPath: [MailAddress] { addresses(literal: "return-path") }
    public var dispositionNotificationTo: [MailAddress] { addresses(literal: "disposition-notification-to") }

    /// The addresses of all fields of that name, in order.
    public func addresses(_ name: String) -> [MailAddress] {
        headers.addresses(name, limit: limits.addressesPerField)
    }

    private func addresses(literal name: StaticString) -> [MailAddress] {
        headers.addresses(literal: name, limit: limits.addressesPerField)
    }

    /// When the message was written, by its Date field; nil where there is none that can be read.
    public var date: MailDate? { headers.date(literal: "date") }

    /// The Message-ID without its angle brackets.
    public var messageID: String? { headers.first(literal: "message-id").flatMap { MessageID.list($0.rawValue).first } }
    public var inReplyTo: [String] { headers.first(literal: "in-reply-to").map { MessageID.list($0.rawValue) } ?? [] }
    public var references: [String] { headers.first(literal: "references").map { MessageID.list($0.rawValue) } ?? [] }

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
