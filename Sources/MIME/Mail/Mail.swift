/// A message as a reader sees it: who, when, about what, the text, the attachments.
///
/// The structure is found once, at the start; names, text and contents are decoded each time they are asked for.
public struct Mail: Sendable {
    /// The structure underneath.
    public let document: MIMEDocument
    public let options: MailOptions
    let limits: MIMELimits
    let content: ContentPlan

    /// Parses a message.
    ///
    /// - Throws: only where the backend breaks down; damage gives defects.
    public init(
        _ bytes: MessageBytes, parser: some MIMEParser = .native, options: MailOptions = MailOptions(),
        limits: MIMELimits = MIMELimits()
    ) throws(MIMEError) {
        self.init(try parser.parse(bytes, limits: limits), options: options, limits: limits)
    }

    /// Reads a document that is there already.
    public init(_ document: MIMEDocument, options: MailOptions = MailOptions(), limits: MIMELimits = MIMELimits()) {
        self.document = document
        self.options = options
        self.limits = limits
        content = ContentPlan(document, options)
    }

    // MARK: Headers

    /// The message's own header fields.
    public var headers: HeaderFields { document.root.headers }

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
        headers.all(name).flatMap { field in
            var parser = AddressListParser(field.rawValue, limit: limits.addressesPerField)
            return parser.parse()
        }
    }

    /// When the message was written, by its Date field; nil where there is none that can be read.
    public var date: MailDate? { headers.first("date").flatMap { MailDate($0.rawValue) } }

    /// The Message-ID without its angle brackets.
    public var messageID: String? { headers.first("message-id").flatMap { MessageID.list($0.rawValue).first } }
    public var inReplyTo: [String] { headers.first("in-reply-to").map { MessageID.list($0.rawValue) } ?? [] }
    public var references: [String] { headers.first("references").map { MessageID.list($0.rawValue) } ?? [] }

    /// How urgent the sender finds the message.
    public enum Priority: String, Sendable, Hashable {
        case high, normal, low
    }

    /// From Priority, X-Priority, X-MSMail-Priority or Importance, the first that says something.
    public var priority: Priority {
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

    // MARK: Content

    /// The plain text: the text leaves in order; where a place has only HTML, text is made of it. Nil where there is none. O(n).
    public var text: String? { TextAssembly(self).text().map { String(decoding: $0, as: UTF8.self) } }

    /// The HTML: the HTML leaves in order; where a place has only text, HTML is made of it. Nil where no place has HTML. O(n).
    public var html: String? { TextAssembly(self).html().map { String(decoding: $0, as: UTF8.self) } }

    /// `text` as HTML, with everything escaped and links made; nil where there is no text. O(n).
    public var textAsHTML: String? {
        guard !options.skipsTextToHTML, let text = TextAssembly(self).text() else { return nil }
        return String(decoding: TextToHTML.paragraphs(text, linking: !options.skipsTextLinks), as: UTF8.self)
    }

    /// The beginning of the text on one line, for a list of messages: white space collapsed; quoted lines with what
    /// introduces them, and signatures, left out.
    ///
    /// - Parameter length: the most characters; none is cut.
    /// - Complexity: O(`length`), however large the mail: only the first octets of each text are decoded.
    public func preview(_ length: Int) -> String { TextPreview.make(of: self, length: length) }

    /// Everything that is neither text to be read nor structure.
    public var attachments: [Attachment] {
        content.attachments.map {
            Attachment(
                part: MIMEPart(document: document, index: $0), checksumAlgorithm: options.checksumAlgorithm)
        }
    }
}
