import MIME

/// Reads the header and nothing else: any message is one leaf.
struct HeaderOnlyParser: MIMEParser {
    static let name = "header-only"
    static let capabilities: MIMECapabilities = [.byteOffsets, .exactHeaderValues]

    func parse(_ message: MessageBytes, limits: MIMELimits) throws(MIMEError) -> MIMEDocument {
        var builder = MIMEDocumentBuilder(message, backend: Self.name)
        var encoding = TransferEncoding.sevenBit
        var fields: [(name: Range<Int>, value: Range<Int>)] = []
        var position = 0
        while position < message.count {
            let newline = message[position...].firstIndex(of: 0x0A) ?? message.count
            let next = min(newline + 1, message.count)
            let end = newline > position && message[newline - 1] == 0x0D ? newline - 1 : newline
            let line = position..<end
            position = next
            if line.isEmpty { break }
            if let first = message[line].first, first == 0x20 || first == 0x09, let last = fields.last {
                // A folded line goes on with the field before.
                fields[fields.count - 1].value = last.value.lowerBound..<end
            } else if let colon = message[line].firstIndex(of: UInt8(ascii: ":")) {
                fields.append((line.lowerBound..<colon, colon + 1..<end))
            }
        }
        for field in fields
        where String(decoding: message.extracting(field.name)).lowercased() == "content-transfer-encoding" {
            encoding = TransferEncoding(message.extracting(field.value))
        }
        let root = builder.addPart(in: nil, .leaf, encoding)
        for field in fields.prefix(limits.headerFields) { builder.addField(name: field.name, value: field.value) }
        if fields.count > limits.headerFields { builder.note(.tooManyHeaderFields, at: nil, in: root) }
        builder.setRange(0..<message.count, body: position..<message.count, of: root)
        return MIMEDocument(builder)
    }
}
