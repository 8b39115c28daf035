/// A text part's content as text, and how its octets were read.
public struct DecodedText: Sendable {
    /// With LF line ends, and format=flowed unwrapped (RFC 3676).
    public let text: String
    /// The charset that the octets were read in, in lower case.
    public let charset: String
    public let charsetSource: CharsetSource
    /// What was wrong with the transfer encoding, or else with the charset. What could be read was.
    public let defect: MIMEDefect.Code?

    /// Reads the content of a text part, whose transfer encoding is off already.
    init(_ part: MIMEPart, _ body: DecodedBody) {
        let type = part.contentType
        let reading = Reading(
            Array(body.bytes), declared: type[parameter: "charset"], isHTML: type.subtype == "html")
        charset = reading.charset.name
        charsetSource = reading.source
        defect = body.defect ?? reading.defect
        let isFlowed = type.mediaType == "text/plain" && type[parameter: "format"]?.lowercased() == "flowed"
        text =
            isFlowed
            ? FlowedText.unwrap(reading.text, deletesSpace: type[parameter: "delsp"]?.lowercased() == "yes")
            : reading.text
    }
}

extension MIMEPart {
    /// The content of a text part as text. O(n).
    ///
    /// The charset is the declared one. Where that is absent or unknown it is told by a byte order mark, by HTML's meta
    /// element, by the octets being UTF-8, by a detector (trait CharsetDetection), in this order.
    public func decodedText() -> DecodedText { DecodedText(self, decodedBody()) }
}

/// Octets read as text in the charset that fits them best.
private struct Reading {
    var text: String
    var charset: Charset
    var source: CharsetSource
    var defect: MIMEDefect.Code?

    init(_ octets: [UInt8], declared: String?, isHTML: Bool) {
        var defect: MIMEDefect.Code?
        if let declared = declared?.nonEmpty {
            let charset = Charset(declared)
            let isFalseASCII = charset.name == "us-ascii" && !octets.allSatisfy { $0 < 0x80 }
            if !isFalseASCII, let reading = Self.read(octets, charset) {
                self.init(reading, charset, .declared)
                return
            }
            defect = isFalseASCII ? .damagedCharset : .unknownCharset
        }
        for (charset, source) in Self.candidates(octets, isHTML) {
            if let reading = Self.read(octets, charset) {
                self.init(reading, charset, source)
                self.defect = defect ?? self.defect
                return
            }
        }
        self.init(Charset.Decoded(text: Charset.guess(octets)), .windows1252, .fallback)
        self.defect = defect
    }

    private init(_ decoded: Charset.Decoded, _ charset: Charset, _ source: CharsetSource) {
        text = decoded.text
        self.charset = charset
        self.source = source
        defect = decoded.defect
    }

    /// What the octets themselves say of their charset, the most certain first.
    private static func candidates(_ octets: [UInt8], _ isHTML: Bool) -> [(Charset, CharsetSource)] {
        if let charset = ByteOrderMark.charset(of: octets) { return [(charset, .byteOrderMark)] }
        var candidates: [(Charset, CharsetSource)] = []
        if isHTML, let name = HTMLMeta.charset(of: octets) { candidates.append((Charset(name), .htmlMeta)) }
        // An escape may begin a stateful charset, all of whose octets look like ASCII.
        let mayBeStateful = octets.contains(0x1B)
        if !mayBeStateful, String(validating: octets, as: UTF8.self) != nil {
            return candidates + [(.utf8, .validUTF8)]
        }
        if let charset = CharsetDetector.detect(octets) { candidates.append((charset, .detected)) }
        if String(validating: octets, as: UTF8.self) != nil { candidates.append((.utf8, .validUTF8)) }
        return candidates + [(.windows1252, .fallback)]
    }

    private static func read(_ octets: [UInt8], _ charset: Charset) -> Charset.Decoded? {
        let content = octets[ByteOrderMark.length(in: octets, of: charset)...]
        guard charset.isASCIISuperset else {
            guard var decoded = charset.decodeIfKnown(content) else { return nil }
            if decoded.text.utf8.contains(0x0D) {
                decoded.text = String(decoding: LineEnds.unix(Array(decoded.text.utf8)[...]), as: UTF8.self)
            }
            return decoded
        }
        return charset.decodeIfKnown(LineEnds.unix(content))
    }
}

/// The octets by which a text may say that it is Unicode.
private enum ByteOrderMark {
    private static let marks: [(mark: [UInt8], charset: Charset)] = [
        ([0xEF, 0xBB, 0xBF], .utf8), ([0xFF, 0xFE, 0, 0], Charset("utf-32")), ([0, 0, 0xFE, 0xFF], Charset("utf-32")),
        ([0xFF, 0xFE], Charset("utf-16")), ([0xFE, 0xFF], Charset("utf-16")),
    ]

    static func charset(of octets: [UInt8]) -> Charset? {
        marks.first { octets.starts(with: $0.mark) }?.charset
    }

    /// The length of the mark that is no part of the text; iconv takes those of UTF-16 and UTF-32 off itself.
    static func length(in octets: [UInt8], of charset: Charset) -> Int {
        charset.name == "utf-8" && octets.starts(with: marks[0].mark) ? marks[0].mark.count : 0
    }
}

/// The charset that HTML names in itself.
private enum HTMLMeta {
    /// Where browsers stop to look (HTML standard §13.2.3.2).
    private static let window = 1024

    /// By `<meta charset=…>` or `<meta http-equiv=Content-Type content="…; charset=…">`.
    static func charset(of octets: [UInt8]) -> String? {
        let head = octets.prefix(window).map(\.asciiLowercased)
        var rest = head[...]
        while let meta = rest.range(of: Array("<meta".utf8)) {
            let end = head[meta.upperBound...].firstIndex(of: UInt8(ascii: ">")) ?? head.endIndex
            if let name = value(in: head[meta.upperBound..<end]) { return name }
            rest = head[end...]
        }
        return nil
    }

    private static func value(in tag: ArraySlice<UInt8>) -> String? {
        guard let key = tag.range(of: Array("charset".utf8)) else { return nil }
        let behind = tag[key.upperBound...].drop { $0 == 0x20 }
        guard behind.first == UInt8(ascii: "=") else { return nil }
        let value = behind.dropFirst().drop { $0 == 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
        let name = value.prefix { $0 > 0x20 && !"\"';/>".utf8.contains($0) }
        // A meta element that was read as ASCII cannot be in UTF-16 (HTML standard §13.2.3.2).
        let text = String(decoding: name, as: UTF8.self)
        return text.hasPrefix("utf-16") || text.hasPrefix("utf-32") ? "utf-8" : text.nonEmpty
    }
}

extension ArraySlice<UInt8> {
    /// Where `pattern` is first. O(n · pattern).
    func range(of pattern: [UInt8]) -> Range<Int>? {
        guard let first = pattern.first, count >= pattern.count else { return nil }
        for start in startIndex...(endIndex - pattern.count)
        where self[start] == first && self[start..<(start + pattern.count)].elementsEqual(pattern) {
            return start..<(start + pattern.count)
        }
        return nil
    }
}
