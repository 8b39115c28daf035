/// Which parts are text to be read and which are attachments.
struct ContentPlan: Sendable {
    /// A place in the text: one leaf, or the two forms of it that a multipart/alternative has.
    struct Block: Sendable {
        var plain: Int?
        var html: Int?
        /// The embedded message that begins with this block.
        var embeddedIn: Int?
        fileprivate var alternative: Int?
    }

    private(set) var blocks: [Block] = []
    private(set) var attachments: [Int] = []

    init(_ document: MIMEDocument, _ options: MailOptions) {
        var embedded: Int?
        var index = 0
        while index < document.partCount {
            let part = MIMEPart(document: document, index: index)
            let depth = part.record.depth
            switch part.kind {
            case .multipart: break
            case .message:
                // An encoded message is no text to be read in place.
                let isAttached = part.isMarkedAttachment || !part.transferEncoding.isIdentity
                if options.ignoresEmbeddedMessages || isAttached {
                    attachments.append(index)
                    // The embedded message's own parts belong to the attachment.
                    while index + 1 < document.partCount, document.record(index + 1).depth > depth { index += 1 }
                } else {
                    embedded = index + 1
                }
            case .leaf: add(part, options, &embedded)
            }
            index += 1
        }
    }

    /// Whether a leaf is text to be read, rather than an attachment.
    static func isText(_ type: MediaTypeName, isMarkedAttachment: Bool, _ options: MailOptions) -> Bool {
        guard !isMarkedAttachment else { return false }
        return type.isEqual("text", "plain") || type.isEqual("text", "html")
            // A multipart that could not be opened is shown as it came: nothing is lost.
            || type.isMultipart
            || (type.isEqual("message", "delivery-status") && !options.keepsDeliveryStatus)
    }

    private mutating func add(_ part: MIMEPart, _ options: MailOptions, _ embedded: inout Int?) {
        let type = part.mediaTypeName
        guard Self.isText(type, isMarkedAttachment: part.isMarkedAttachment, options) else {
            attachments.append(part.index)
            return
        }
        let isHTML = type.isEqual("text", "html")
        let alternative = part.enclosing(.alternative)?.index
        if alternative != nil, let last = blocks.lastIndex(where: { $0.alternative == alternative }) {
            if isHTML, blocks[last].html == nil {
                blocks[last].html = part.index
                return
            }
            if !isHTML, blocks[last].plain == nil {
                blocks[last].plain = part.index
                return
            }
        }
        blocks.append(
            Block(
                plain: isHTML ? nil : part.index, html: isHTML ? part.index : nil, embeddedIn: embedded,
                alternative: alternative))
        embedded = nil
    }
}

extension MIMEPart {
    /// The nearest multipart of that subtype around this part, within the same message.
    func enclosing(_ subtype: MultipartSubtype) -> MIMEPart? {
        var current = parent
        while let part = current, part.kind == .multipart {
            if part.record.subtype == subtype { return part }
            current = part.parent
        }
        return nil
    }
}
