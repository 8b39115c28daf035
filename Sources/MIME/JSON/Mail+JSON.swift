extension Mail {
    /// Appends the mail to `line` as one JSON object without a line end, by the schema in `Schema/mail.schema.json`.
    ///
    /// What a mail does not have is absent. O(n) in the size of the message.
    ///
    /// - Parameters:
    ///   - source: where the message came from, such as a path or a UIDL id.
    ///   - fullSize: the size of the whole message, where this mail is only its header; a defect says so.
    ///   - line: what the object is appended to.
    public func writeJSON(source: String?, fullSize: Int? = nil, into line: inout [UInt8]) {
        var json = JSONWriter(reusing: &line)
        json.object { json in
            json.member("source", source)
            json.member("backend", document.backend)
            json.member("size", fullSize ?? document.message.count)
            writeHeaders(&json)
            json.member("text", text)
            json.member("html", html)
            json.member("textAsHtml", textAsHTML)
            writeAttachments(&json)
            json.name("structure")
            writeStructure(&json)
            json.name("defects")
            let omission = fullSize.map { _ in MIMEDefect(.bodyNotKept, range: nil, part: 0) }
            json.array([omission].compactMap { $0 } + allDefects) { $0.write($1, in: document) }
        }
        line = json.output
    }

    private func writeHeaders(_ json: inout JSONWriter) {
        json.name("headers")
        json.array(headers) { json, field in
            json.object { json in
                json.member("name", field.name)
                json.member("value", field.text)
            }
        }
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
    }

    private func writeAttachments(_ json: inout JSONWriter) {
        json.name("attachments")
        json.array(attachments) { json, attachment in
            let content = attachment.content
            json.object { json in
                json.member("partId", attachment.partID)
                json.member("filename", attachment.filename)
                json.member("contentType", attachment.contentType)
                json.member("contentDisposition", attachment.contentDisposition)
                json.member("contentId", attachment.contentID)
                json.name("related")
                json.value(attachment.isRelated)
                json.member("size", content.count)
                json.member("sha256", SHA256.hexadecimal(content))
            }
        }
    }

    /// Writes the tree of parts by going through the table: what is deeper than the last part is within it.
    private func writeStructure(_ json: inout JSONWriter) {
        var tree = StructureJSON(json)
        for part in document.parts { tree.add(part) }
        json = tree.finish()
    }

    /// The parser's defects and those of decoding, in order of parts.
    public var allDefects: [MIMEDefect] {
        var defects = document.defects
        for part in document.parts where part.kind == .leaf {
            if let code = part.contentType.type == "text" ? TextLeaf(part).defect : part.decodedBody().defect {
                defects.append(MIMEDefect(code, range: part.bodyRange, part: part.index))
            }
        }
        if let field = headers.first("date"), date == nil {
            defects.append(MIMEDefect(.unreadableDate, range: field.range, part: 0))
        }
        return defects
    }
}

/// Builds nested objects from the flat table without recursion.
private struct StructureJSON {
    private var json: JSONWriter
    private var openDepths: [Int] = []

    init(_ json: JSONWriter) {
        self.json = json
    }

    mutating func add(_ part: MIMEPart) {
        close(toDepth: part.depth)
        json.beginObject()
        json.member("partId", part.partID)
        json.member("contentType", part.contentType.mediaType)
        json.member("charset", part.contentType[parameter: "charset"])
        json.member("transferEncoding", part.transferEncoding.rawValue)
        json.member("range", part.range)
        json.member("bodyRange", part.bodyRange)
        if part.kind == .leaf {
            let content = part.decodedBody().bytes
            json.member("decodedSize", content.count)
            json.member("decodedSha256", SHA256.hexadecimal(content))
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

extension SHA256 {
    /// The digest in 64 hexadecimal digits.
    static func hexadecimal(_ message: MessageBytes) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest(message).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension JSONWriter {
    mutating func member(_ name: StaticString, _ range: Range<Int>?) {
        guard let range else { return }
        self.name(name)
        array([range.lowerBound, range.upperBound]) { $0.value($1) }
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
