/// A charset by the name that a message gives it, and the way from its octets to text.
///
/// ASCII, UTF-8, Latin-1 and Windows-1252 are read here; everything else goes through the C library's iconv.
struct Charset {
    /// Text and whether all octets could be read.
    struct Decoded {
        var text: String
        var defect: MIMEDefect.Code?
    }

    /// The name in lower case, aliases resolved.
    let name: String

    init(_ name: String) {
        let trimmed = String(decoding: name.utf8.filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self).lowercased()
        self.name = Self.aliases[trimmed] ?? trimmed
    }

    static let utf8 = Charset("utf-8")
    static let windows1252 = Charset("windows-1252")

    /// Names that iconv does not know, or knows as something narrower than what senders mean by them.
    private static let aliases: [String: String] = [
        "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "us-ascii": "us-ascii", "ascii": "us-ascii",
        "ansi_x3.4-1968": "us-ascii", "iso646-us": "us-ascii", "latin1": "iso-8859-1", "iso8859-1": "iso-8859-1",
        "iso_8859-1": "iso-8859-1", "l1": "iso-8859-1", "cp1252": "windows-1252", "x-cp1252": "windows-1252",
        "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "unicode-1-1-utf-7": "utf-7",
        "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "x-windows-949": "cp949",
        "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "hz-gb-2312": "gb18030",
        "x-sjis": "cp932", "shift_jis": "cp932", "sjis": "cp932", "ms_kanji": "cp932", "x-mac-roman": "macintosh",
        "cp-850": "cp850", "x-user-defined": "iso-8859-1", "unicode": "utf-16", "ucs-2": "utf-16",
    ]

    /// Whether octets below 0x80 are ASCII wherever they stand, so that line ends can be found before decoding.
    var isASCIISuperset: Bool {
        switch name {
        case "utf-8", "us-ascii", "iso-8859-1", "windows-1252": true
        default: false
        }
    }

    /// The text of `octets`, with U+FFFD for what cannot be read; nil for an unknown charset. O(n).
    ///
    /// ISO-8859-1 is read as Windows-1252, as browsers do: the octets in which they differ are control characters in the
    /// one, and quotation marks of mail programs in the other. ASCII with 8-bit octets is read as a reader would guess.
    func decodeIfKnown(_ octets: some Collection<UInt8>) -> Decoded? {
        switch name {
        case "utf-8":
            if let text = String(validating: octets, as: UTF8.self) { return Decoded(text: text) }
            return Decoded(text: String(decoding: octets, as: UTF8.self), defect: .damagedCharset)
        case "us-ascii":
            if octets.allSatisfy({ $0 < 0x80 }) { return Decoded(text: String(decoding: octets, as: UTF8.self)) }
            return Decoded(text: Self.guess(octets), defect: .damagedCharset)
        case "iso-8859-1", "windows-1252": return Decoded(text: Self.windows1252Text(octets))
        default:
            guard let converter = IconvConverter(from: name) else { return nil }
            let (utf8, isDamaged) = converter.convert(Array(octets))
            return Decoded(text: String(decoding: utf8, as: UTF8.self), defect: isDamaged ? .damagedCharset : nil)
        }
    }

    /// The text of `octets`; those of an unknown charset are taken as UTF-8 if they are that, else as Windows-1252.
    func decode(_ octets: some Collection<UInt8>) -> Decoded {
        decodeIfKnown(octets) ?? Decoded(text: Self.guess(octets), defect: .unknownCharset)
    }

    /// UTF-8 if the octets are that, else Windows-1252, which has a reading for every octet.
    static func guess(_ octets: some Collection<UInt8>) -> String {
        String(validating: octets, as: UTF8.self) ?? windows1252Text(octets)
    }

    private static func windows1252Text(_ octets: some Collection<UInt8>) -> String {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(octets.count + octets.count / 4)
        for octet in octets {
            switch octet {
            case 0x00..<0x80: utf8.append(octet)
            case 0x80..<0xA0: utf8 += windows1252Specials[Int(octet) - 0x80]
            default:
                utf8.append(0xC0 | octet >> 6)
                utf8.append(0x80 | octet & 0x3F)
            }
        }
        return String(decoding: utf8, as: UTF8.self)
    }

    /// What 0x80 to 0x9F are in Windows-1252; five of them are nothing there, and stay the control characters of Latin-1.
    private static let windows1252Specials: [[UInt8]] =
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars.map { Array(String($0).utf8) }
}
