/// Puts the text leaves of a mail together, as text and as HTML, in UTF-8.
struct TextAssembly {
    private let mail: Mail
    private let content: ContentPlan
    /// Leaves that are decoded already.
    private let contents: LeafContents?

    init(_ mail: Mail, _ contents: LeafContents? = nil) {
        self.mail = mail
        content = mail.content
        self.contents = contents
    }

    /// See `Mail.text`.
    func text() -> [UInt8]? {
        let pieces = content.blocks.compactMap { block -> [UInt8]? in
            if let plain = block.plain { return introduction(block) + leaf(plain) }
            guard let html = block.html, !mail.options.skipsHTMLToText else { return nil }
            return introduction(block) + HTMLToText.convert(leaf(html), limit: mail.options.htmlLengthToConvert)
        }
        return pieces.isEmpty ? nil : Array(pieces.joined(separator: [0x0A]))
    }

    /// See `Mail.html`.
    func html() -> [UInt8]? {
        guard content.blocks.contains(where: { $0.html != nil }) else { return nil }
        let pieces = content.blocks.compactMap { block -> [UInt8]? in
            if let html = block.html { return markup(introduction(block)) + leaf(html) }
            guard let plain = block.plain, !mail.options.skipsTextToHTML else { return nil }
            return markup(introduction(block) + leaf(plain))
        }
        let joined = pieces.count == 1 ? pieces[0] : Array(pieces.joined(separator: Array("<br/>\n".utf8)))
        guard !mail.options.keepsCIDLinks else { return joined }
        return InlineImages.embed(in: joined, from: mail.attachments, limit: mail.options.inlinedImageBytes)
    }

    private func markup(_ text: [UInt8]) -> [UInt8] {
        TextToHTML.paragraphs(text, linking: !mail.options.skipsTextLinks)
    }

    private func part(_ index: Int) -> MIMEPart { MIMEPart(document: mail.document, index: index) }

    private func leaf(_ index: Int) -> [UInt8] {
        (contents?[part(index)]?.text ?? part(index).decodedText()).utf8
    }

    /// The lines that introduce an embedded message.
    private func introduction(_ block: ContentPlan.Block) -> [UInt8] {
        guard let message = block.embeddedIn else { return [] }
        let headers = part(message).headers
        let lines = ["From", "Subject", "Date", "To", "Cc", "Bcc"].compactMap { name -> String? in
            guard let field = headers.first(name) else { return nil }
            if name == "Date", let format = mail.options.formatDate, let date = field.date {
                return "Date: \(format(date))\n"
            }
            return "\(name): \(field.text)\n"
        }
        return lines.isEmpty ? [] : Array("\n\(lines.joined())\n".utf8)
    }
}
