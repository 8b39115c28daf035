/// A message as a reader sees it: who, when, about what, the text, the attachments.
///
/// The structure is found once, at the start; names, text and contents are decoded each time they are asked for.
public struct Mail: MessageHeader {
    /// The structure underneath.
    public let document: MIMEDocument
    public let options: MailOptions
    public let limits: MIMELimits

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
    }

    /// The message's own header fields.
    public var headers: HeaderFields { document.root.headers }

    // MARK: Content

    /// Which parts are text and which are attachments. O(parts).
    var content: ContentPlan { ContentPlan(document, options) }

    /// The plain text: the text leaves in order; where a place has only HTML, text is made of it. Nil where there is
    /// none. O(n).
    public var text: String? { TextAssembly(self).text().map { String(decoding: $0, as: UTF8.self) } }

    /// The HTML: the HTML leaves in order; where a place has only text, HTML is made of it. Nil where no place has
    /// HTML. O(n).
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
