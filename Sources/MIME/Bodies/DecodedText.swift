/// A text part's content as text, and how its octets were read.
public struct DecodedText: Sendable {
    /// Valid UTF-8 with LF line ends, and format=flowed unwrapped (RFC 3676).
    package let utf8: [UInt8]
    /// The charset that the octets were read in, in lower case.
    public let charset: String
    public let charsetSource: CharsetSource
    /// What was wrong with the transfer encoding, or else with the charset. What could be read was.
    public let defect: MIMEDefect.Code?

    /// With LF line ends, and format=flowed unwrapped (RFC 3676). O(n).
    public var text: String { String(decoding: utf8, as: UTF8.self) }

    /// Reads the content of a text part, whose transfer encoding is off already.
    init(_ type: TextType, _ body: DecodedBody) {
        let lines: [UInt8]
        if let charset = type.plainCharset(of: body.bytes) {
            lines = LineEnds.unix(body.bytes)
            self.charset = charset.name
            charsetSource = type.charset == nil ? .validUTF8 : .declared
            defect = body.defect
        } else {
            let reading = CharsetReading(Array(body.bytes), declared: type.charset, isHTML: type.isHTML)
            lines = LineEnds.unix(reading.decoded.utf8)
            charset = reading.charset.name
            charsetSource = reading.source
            defect = body.defect ?? reading.decoded.defect
        }
        utf8 = type.isFlowed ? FlowedText.unwrap(lines, deletesSpace: type.deletesSpace) : lines
    }
}

extension MIMEPart {
    /// The content of a text part as text. O(n).
    ///
    /// The charset is the declared one; octets that are invalid in it become U+FFFD, as in MimeKit and mailparser.
    /// Where it is absent or unknown, or is ASCII and the octets are not, it is told by a byte order mark, by HTML's
    /// meta element, by the octets being UTF-8, by a detector (trait CharsetDetection), in this order.
    public func decodedText() -> DecodedText { DecodedText(textType, decodedBody()) }
}
