internal import ByteCoding
internal import Digests

extension Mail {
    /// Appends the mail to `line` as one JSON object without a line end, by the schema in `Schema/mail.schema.json`.
    ///
    /// What a mail does not have is absent, as is a digest whose algorithm OpenSSL does not provide here. O(n) in the size of the message.
    ///
    /// - Parameters:
    ///   - source: where the message came from, such as a path or a UIDL id.
    ///   - fullSize: the size of the whole message, where this mail is only its header; a defect says so.
    ///   - line: what the object is appended to.
    public func writeJSON(source: String?, fullSize: Int? = nil, into line: inout [UInt8]) {
        var json = JSONWriter(reusing: &line)
        let hash = try? RunningDigest(.sha256)
        let contents = LeafContents(document, digests: hash)
        let assembly = TextAssembly(self, contents)
        let text = assembly.text()
        json.object { json in
            json.member("source", source)
            json.member("backend", document.backend)
            json.member("size", fullSize ?? document.message.count)
            writeHeaders(&json)
            json.member("text", utf8: text)
            json.member("html", utf8: assembly.html())
            if !options.skipsTextToHTML {
                json.member(
                    "textAsHtml", utf8: text.map { TextToHTML.paragraphs($0, linking: !options.skipsTextLinks) })
            }
            writeAttachments(contents, hash, &json)
            json.name("structure")
            writeStructure(contents, &json)
            json.name("defects")
            let omission = fullSize.map { _ in MIMEDefect(.bodyNotKept, range: nil, part: 0) }
            json.array([omission].compactMap { $0 } + defects(of: contents)) { $0.write($1, in: document) }
        }
        line = json.output
    }

    private func writeHeaders(_ json: inout JSONWriter) {
        json.name("headers")
        json.array(headers) { $0.write($1, limits: limits) }
        json.member("subject", subject)
        let lists: [(StaticString, String)] = [
            ("from", "from"), ("sender", "sender"), ("replyTo", "reply-to"), ("to", "to"), ("cc", "cc"),
            ("bcc", "bcc"), ("deliveredTo", "delivered-to"), ("returnPath", "return-path"),
            ("dispositionNotificationTo", "disposition-notification-to"),
        ]
        for (name, field) in lists where headers.first(field) != nil {
            json.name(name)
            json.write(addresses(field))
        }
        json.member("date", date?.iso8601)
        json.member("messageId", messageID)
        for (name, ids) in [("inReplyTo", inReplyTo), ("references", references)] as [(StaticString, [String])]
        where !ids.isEmpty {
            json.name(name)
            json.array(ids) { $0.value($1) }
        }
        json.member("priority", priority.rawValue)
        let list = list
        if !list.isEmpty {
            json.name("list")
            json.array(list) { $0.write($1) }
        }
    }

    private func writeAttachments(_ contents: LeafContents, _ hash: RunningDigest?, _ json: inout JSONWriter) {
        let algorithm = options.checksumAlgorithm
        let checksum = algorithm == .sha256 ? nil : try? algorithm.runningDigest()
        json.name("attachments")
        json.array(attachments) { json, attachment in
            json.object { json in
                json.member("partId", attachment.partID)
                json.member("filename", attachment.filename)
                json.member("contentType", attachment.contentType)
                json.member("contentDisposition", attachment.contentDisposition)
                json.member("contentId", attachment.contentID)
                json.name("related")
                json.value(attachment.isRelated)
                let content = contents[attachment.part] ?? LeafContents.Content(attachment.part, digest: hash)
                json.member("size", content.body.bytes.count)
                json.member("sha256", content.digest)
                if let checksum {
                    json.name("checksum")
                    json.object { json in
                        json.member("algorithm", algorithm.rawValue)
                        json.member("value", Hexadecimal.string(checksum.digest(of: content.body.bytes.span)))
                    }
                }
            }
        }
    }

    /// Writes the tree of parts by going through the table: what is deeper than the last part is within it.
    private func writeStructure(_ contents: LeafContents, _ json: inout JSONWriter) {
        var tree = StructureJSON(json, contents)
        for part in document.parts { tree.add(part) }
        json = tree.finish()
    }

    /// The parser's defects and those of decoding, in order of parts. O(n): every part is decoded.
    public var allDefects: [MIMEDefect] { defects(of: LeafContents(document, digests: nil)) }

    private func defects(of contents: LeafContents) -> [MIMEDefect] {
        var defects = document.defects + OctetDefects.find(in: document)
        for part in document.parts {
            defects += HeaderDefects.find(in: part, limits: limits)
            guard let body = contents[part]?.body else { continue }
            let isText = part.contentType.type == "text"
            let codes = [
                isText ? contents[part]?.text?.defect : body.defect,
                part.hasDataBehindPadding ? .base64BehindPadding : nil,
            ]
            for code in codes.compactMap({ $0 }) {
                defects.append(MIMEDefect(code, range: part.bodyRange, part: part.index))
            }
        }
        return defects
    }
}

/// Builds nested objects from the flat table without recursion.
private struct StructureJSON {
    private var json: JSONWriter
    private let contents: LeafContents
    private var openDepths: [Int] = []

    init(_ json: JSONWriter, _ contents: LeafContents) {
        self.json = json
        self.contents = contents
    }

    mutating func add(_ part: MIMEPart) {
        close(toDepth: part.depth)
        json.beginObject()
        json.member("partId", part.partID)
        json.member("contentType", part.contentType.mediaType)
        json.member("charset", part.contentType[parameter: "charset"])
        json.member("filename", part.filename)
        json.member("transferEncoding", part.transferEncoding.rawValue)
        json.member("range", part.range)
        json.member("bodyRange", part.bodyRange)
        if let content = contents[part] {
            json.member("decodedSize", content.body.bytes.count)
            json.member("decodedSha256", content.digest)
            json.member("decodedCharset", content.text?.charset)
            json.member("charsetSource", content.text?.charsetSource.rawValue)
        }
        json.name("children")
        json.beginArray()
        openDepths.append(part.depth)
    }

    private mutating func close(toDepth depth: Int) {
        while let last = openDepths.last, last >= depth {
            openDepths.removeLast()
            json.endArray()
            json.endObject()
        }
    }

    consuming func finish() -> JSONWriter {
        var tree = self
        tree.close(toDepth: 0)
        return tree.json
    }
}

extension JSONWriter {
    mutating func member(_ name: StaticString, _ range: Range<Int>?) {
        guard let range else { return }
        self.name(name)
        array([range.lowerBound, range.upperBound]) { $0.value($1) }
    }

    /// A field with its text, its parameters where it has such, and the line as it came where that says more.
    mutating func write(_ field: HeaderField, limits: MIMELimits) {
        let name = field.name
        let text = field.text
        object { json in
            json.member("name", name)
            json.member("value", text)
            if let parameters = field.parameters(limits: limits), !parameters.isEmpty {
                json.name("parameters")
                json.array(parameters) { json, parameter in
                    json.object { json in
                        json.member("name", parameter.name)
                        json.member("value", parameter.value)
                    }
                }
            }
            let line = HeaderText.string(field.rawLine)
            if line != "\(name): \(text)" { json.member("line", line) }
        }
    }

    mutating func write(_ field: MailingListField) {
        object { json in
            json.member("kind", field.kind)
            for (name, texts) in [("url", field.urls), ("mail", field.mails)] as [(StaticString, [String])]
            where !texts.isEmpty {
                json.name(name)
                json.array(texts) { $0.value($1) }
            }
            json.member("name", field.name)
            json.member("id", field.id)
        }
    }

    /// An address list with its text and HTML forms.
    mutating func write(_ addresses: [MailAddress]) {
        object { json in
            json.name("value")
            json.array(addresses) { $0.write($1) }
            json.member("text", addresses.text)
            json.member("html", addresses.html)
        }
    }

    private mutating func write(_ address: MailAddress) {
        object { json in
            json.member("name", address.name)
            json.member("address", address.address)
            if let group = address.group {
                json.name("group")
                // A group holds no groups (RFC 5322 §3.4).
                json.array(group) { json, member in
                    json.object { json in
                        json.member("name", member.name)
                        json.member("address", member.address)
                    }
                }
            }
        }
    }

    mutating func write(_ defect: MIMEDefect, in document: MIMEDocument) {
        object { json in
            json.member("code", defect.code.rawValue)
            json.member("severity", defect.code.severity.rawValue)
            json.member("range", defect.range)
            json.member("partId", MIMEPart(document: document, index: defect.part).partID)
            json.member("clause", defect.code.clause)
            json.member("action", defect.code.action)
        }
    }
}

extension [MailAddress] {
    /// The addresses as a reader writes them: `Ada Lovelace <ada@example.com>, …`.
    public var text: String {
        map { item in
            if let group = item.group { return "\(item.name ?? ""): \(group.map(Self.text).joined(separator: ", "));" }
            return Self.text(item)
        }.joined(separator: ", ")
    }

    private static func text(_ item: MailAddress) -> String {
        guard let address = item.address else { return item.name ?? "" }
        guard let name = item.name else { return address }
        let isPlain = name.utf8.allSatisfy { $0 >= 0x80 || !"()<>[]:;@\\,.\"".utf8.contains($0) }
        let shown = isPlain ? name : "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        return "\(shown) <\(address)>"
    }

    /// The addresses as HTML, with mailto links; everything escaped.
    public var html: String {
        map { item in
            if let group = item.group {
                return "\(TextToHTML.escaped(item.name ?? "")): \(group.map(Self.html).joined(separator: ", "));"
            }
            return Self.html(item)
        }.joined(separator: ", ")
    }

    private static func html(_ item: MailAddress) -> String {
        let name = TextToHTML.escaped(item.name ?? "")
        guard let address = item.address.map({ TextToHTML.escaped($0) }) else { return name }
        let link = "<a href=\"mailto:\(address)\">\(address)</a>"
        return name.isEmpty ? link : "\(name) &lt;\(link)&gt;"
    }
}

extension HeaderField {
    /// The parameters of a field whose value has them; nil for others.
    fileprivate func parameters(limits: MIMELimits) -> [ContentType.Parameter]? {
        switch name.lowercased() {
        case "content-type": ContentType(rawValue, limits: limits)?.parameters
        case "content-disposition": ContentDisposition(rawValue, limits: limits)?.parameters
        case "dkim-signature": tagList.tags.map { ContentType.Parameter(name: $0.name, value: $0.value) }
        default: nil
        }
    }
}
