/// A text part's content as text.
struct TextLeaf {
    /// With LF line ends, and format=flowed unwrapped (RFC 3676).
    let text: String
    /// The charset the octets were read in.
    let charset: String
    let defect: MIMEDefect.Code?

    init(_ part: MIMEPart) {
        self.init(part, part.decodedBody())
    }

    /// Reads a part whose body is decoded already.
    init(_ part: MIMEPart, _ body: DecodedBody) {
        let type = part.contentType
        let octets = Array(body.bytes)
        let name = type[parameter: "charset"]
        let decoded: Charset.Decoded
        if let name, !name.isEmpty {
            charset = Charset(name).name
            decoded = Charset(name).decode(octets)
        } else {
            charset = octets.allSatisfy { $0 < 0x80 } ? "us-ascii" : "utf-8"
            decoded = Charset.Decoded(text: Charset.guess(octets))
        }
        defect = body.defect ?? decoded.defect
        let lines = Self.withUnixLineEnds(decoded.text)
        let isFlowed = type.mediaType == "text/plain" && type[parameter: "format"]?.lowercased() == "flowed"
        text =
            isFlowed ? FlowedText.unwrap(lines, deletesSpace: type[parameter: "delsp"]?.lowercased() == "yes") : lines
    }

    private static func withUnixLineEnds(_ text: String) -> String {
        guard text.utf8.contains(0x0D) else { return text }
        var utf8: [UInt8] = []
        utf8.reserveCapacity(text.utf8.count)
        var isBehindReturn = false
        for octet in text.utf8 {
            if octet == 0x0A, isBehindReturn { utf8[utf8.count - 1] = 0x0A } else { utf8.append(octet) }
            isBehindReturn = octet == 0x0D
        }
        return String(decoding: utf8, as: UTF8.self)
    }
}

/// Text whose paragraphs were cut into lines for transport (RFC 3676).
enum FlowedText {
    private struct Line {
        var depth: Int
        var text: Substring
    }

    /// Joins the lines of each paragraph; `deletesSpace` is the parameter DelSp.
    static func unwrap(_ text: String, deletesSpace: Bool) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        var isContinuing = false
        var depth = 0
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = parse(raw)
            let isSignature = line.text == "-- "
            let joins = isContinuing && line.depth == depth && !isSignature
            if !joins {
                if index > 0 { result += "\n" }
                result += String(repeating: ">", count: line.depth)
                if line.depth > 0 { result += " " }
            }
            depth = line.depth
            isContinuing = line.text.last == " " && !isSignature
            result += isContinuing && deletesSpace ? line.text.dropLast() : line.text
        }
        return result
    }

    /// Takes quote marks and space-stuffing off (RFC 3676 §4.4, §4.5).
    private static func parse(_ line: Substring) -> Line {
        let depth = line.prefix { $0 == ">" }.count
        var text = line.dropFirst(depth)
        if text.first == " " { text = text.dropFirst() }
        return Line(depth: depth, text: text)
    }
}
