/// Octets read as text in the charset that fits them best, by the order of `CharsetSource`.
struct CharsetReading {
    var decoded: Charset.Decoded
    let charset: Charset
    let source: CharsetSource

    init(_ octets: [UInt8], declared: Charset?, isHTML: Bool) {
        var contradiction: MIMEDefect.Code?
        if let charset = declared {
            if let decoded = charset.read(octets) {
                self.init(decoded, charset, .declared)
                return
            }
            contradiction = charset == .ascii ? .damagedCharset : .unknownCharset
        }
        self = Self.undeclared(octets, isHTML)
        if let contradiction { decoded.defect = contradiction }
    }

    private init(_ decoded: Charset.Decoded, _ charset: Charset, _ source: CharsetSource) {
        self.decoded = decoded
        self.charset = charset
        self.source = source
    }

    /// By what the octets themselves say, the most certain first.
    private static func undeclared(_ octets: [UInt8], _ isHTML: Bool) -> Self {
        if let charset = byteOrderMark(octets), let decoded = charset.read(octets) {
            return Self(decoded, charset, .byteOrderMark)
        }
        if isHTML, let charset = HTMLMetaCharset.find(in: octets), let decoded = charset.read(octets) {
            return Self(decoded, charset, .htmlMeta)
        }
        let isUTF8 = octets.isUTF8
        // An escape may begin a stateful charset, all of whose octets look like ASCII.
        if isUTF8, !octets.contains(0x1B) { return Self(Charset.Decoded(utf8: octets), .utf8, .validUTF8) }
        // A guess that cannot read the text is wrong.
        if let charset = CharsetDetector.detect(octets), let decoded = charset.read(octets), decoded.defect == nil {
            return Self(decoded, charset, .detected)
        }
        return isUTF8
            ? Self(Charset.Decoded(utf8: octets), .utf8, .validUTF8)
            : Self(Charset.Decoded(utf8: Windows1252.utf8(octets)), .windows1252, .fallback)
    }

    private static let marks: [(octets: [UInt8], charset: Charset)] = [
        ([0xEF, 0xBB, 0xBF], .utf8), ([0xFF, 0xFE, 0, 0], Charset("utf-32")), ([0, 0, 0xFE, 0xFF], Charset("utf-32")),
        ([0xFF, 0xFE], Charset("utf-16")), ([0xFE, 0xFF], Charset("utf-16")),
    ]

    private static func byteOrderMark(_ octets: [UInt8]) -> Charset? {
        marks.first { octets.starts(with: $0.octets) }?.charset
    }
}
