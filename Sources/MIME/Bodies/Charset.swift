import ByteKernels

/// A charset by the name that a message gives it, and the way from its octets to UTF-8.
///
/// ASCII, UTF-8, UTF-16 without a mark, Latin-1, Windows-1252 and the envelope of HZ are read here; everything else
/// goes through the C library's iconv.
struct Charset: Hashable {
    /// Text and whether all octets could be read.
    struct Decoded {
        /// Valid UTF-8, always.
        var utf8: [UInt8]
        var defect: MIMEDefect.Code?

        var text: String { String(decoding: utf8, as: UTF8.self) }
    }

    /// The name in lower case, aliases resolved.
    let name: String

    static let ascii = Charset("us-ascii")
    static let utf8 = Charset("utf-8")
    static let latin1 = Charset("iso-8859-1")
    static let windows1252 = Charset("windows-1252")

    /// Longer names name nothing.
    private static let nameLimit = 64

    init(_ name: String) {
        let trimmed = String(
            decoding: name.utf8.lazy.filter { $0 > 0x20 && $0 < 0x7F }.prefix(Self.nameLimit), as: UTF8.self
        ).lowercased()
        self.name = Self.aliases[trimmed] ?? trimmed
    }

    /// A charset by its name as a header has it. The common ones are told without a table.
    init(written name: UnsafeRawBufferPointer) {
        switch name.count {
        case 5 where unsafe name.isEqualWithoutCase(to: "utf-8"): self = .utf8
        case 8 where unsafe name.isEqualWithoutCase(to: "us-ascii"): self = .ascii
        case 10 where unsafe name.isEqualWithoutCase(to: "iso-8859-1"): self = .latin1
        case 12 where unsafe name.isEqualWithoutCase(to: "windows-1252"): self = .windows1252
        default: self.init(unsafe HeaderText.decode(unfolded: name))
        }
    }

    /// Names that iconv does not know, or knows as something narrower than what senders mean by them. GB2312 is read as
    /// GB18030, KS C 5601 as Windows-949 and Shift_JIS as Windows-932, as the Encoding Standard, MimeKit and mailparser
    /// do.
    private static let aliases: [String: String] = [
        "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "us-ascii": "us-ascii", "ascii": "us-ascii",
        "ansi_x3.4-1968": "us-ascii", "iso646-us": "us-ascii", "latin1": "iso-8859-1", "iso8859-1": "iso-8859-1",
        "iso_8859-1": "iso-8859-1", "l1": "iso-8859-1", "cp1252": "windows-1252", "x-cp1252": "windows-1252",
        "x-ansi": "windows-1252", "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8",
        "iso-8859-6-i": "iso-8859-6", "iso-8859-6-e": "iso-8859-6", "iso-8859-11": "cp874", "tis-620": "cp874",
        "unicode-1-1-utf-7": "utf-7", "x-unicode-1-1-utf-7": "utf-7", "x-mac-cyrillic": "mac-cyrillic",
        "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "x-windows-949": "cp949",
        "windows-949": "cp949",
        "euc-kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
        "euc-cn": "gb18030", "hz": "hz-gb-2312", "x-sjis": "cp932", "shift_jis": "cp932", "shift-jis": "cp932",
        "sjis": "cp932", "ms_kanji": "cp932", "windows-31j": "cp932", "x-euc-jp": "euc-jp",
        "x-mac-roman": "macintosh", "cp-850": "cp850", "x-user-defined": "iso-8859-1", "unicode": "utf-16",
        "ucs-2": "utf-16", "iso-10646-ucs-2": "utf-16", "csunicode": "utf-16",
    ]

    /// The text of `octets`, with U+FFFD for what cannot be read; nil for an unknown charset, and for ASCII with 8-bit
    /// octets. O(n).
    ///
    /// ISO-8859-1 is read as Windows-1252, as browsers do: the octets in which they differ are control characters in
    /// the one, and quotation marks of mail programs in the other.
    func read(_ octets: [UInt8]) -> Decoded? {
        switch name {
        case "utf-8": return Self.readUTF8(octets)
        case "us-ascii": return octets.isASCII ? Decoded(utf8: octets) : nil
        case "iso-8859-1", "windows-1252": return Decoded(utf8: Windows1252.utf8(octets))
        case "utf-16":
            // A mark says the order of the octets; without one it is found from where the zeros of ASCII stand.
            let isLittleEndian = octets.starts(with: [0xFF, 0xFE]) || Self.looksLittleEndian(octets)
            return Charset(isLittleEndian ? "utf-16le" : "utf-16be").converted(octets)
        case "hz-gb-2312": return Charset("gb18030").converted(HZ.gb18030(octets))
        default: return converted(octets)
        }
    }

    /// The text of `octets`; those of an unknown charset, and ASCII with 8-bit octets, are taken as UTF-8 if they are
    /// that, else as Windows-1252.
    func decode(_ octets: some Collection<UInt8>) -> Decoded {
        let octets = Array(octets)
        if let decoded = read(octets) { return decoded }
        return Decoded(
            utf8: Self.guessedUTF8(octets), defect: name == "us-ascii" ? .damagedCharset : .unknownCharset)
    }

    /// UTF-8 if the octets are that, else Windows-1252, which has a reading for every octet.
    static func guess(_ octets: some Collection<UInt8>) -> String {
        String(decoding: guessedUTF8(Array(octets)), as: UTF8.self)
    }

    private static func guessedUTF8(_ octets: [UInt8]) -> [UInt8] {
        octets.isUTF8 ? octets : Windows1252.utf8(octets)
    }

    private func converted(_ octets: [UInt8]) -> Decoded? {
        guard let converter = IconvConverter(from: name) else { return nil }
        let (utf8, isDamaged) = converter.convert(octets)
        // What iconv writes is checked like what anybody else does.
        var decoded = Self.readUTF8(utf8)
        if isDamaged { decoded.defect = .damagedCharset }
        return decoded
    }

    /// Without the byte order mark, which is no part of the text.
    private static func readUTF8(_ octets: [UInt8]) -> Decoded {
        var octets = octets
        if octets.starts(with: [0xEF, 0xBB, 0xBF]) { octets.removeFirst(3) }
        if octets.isUTF8 { return Decoded(utf8: octets) }
        return Decoded(utf8: Array(String(decoding: octets, as: UTF8.self).utf8), defect: .damagedCharset)
    }

    private static func looksLittleEndian(_ octets: [UInt8]) -> Bool {
        guard !octets.starts(with: [0xFE, 0xFF]) else { return false }
        var zeros = (even: 0, odd: 0)
        for index in octets.indices where octets[index] == 0 {
            if index & 1 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
        }
        return zeros.odd > zeros.even
    }
}

extension [UInt8] {
    var isASCII: Bool { unsafe withUnsafeBytes { unsafe ByteKernels.isASCII($0) } }

    /// Whether the octets are valid UTF-8.
    var isUTF8: Bool { unsafe withUnsafeBytes { unsafe ByteKernels.isUTF8($0) } }

    /// Appends the character that an octet is in Latin-1, as UTF-8.
    mutating func append(latin1 octet: UInt8) {
        guard octet >= 0x80 else { return append(octet) }
        append(0xC0 | octet >> 6)
        append(0x80 | octet & 0x3F)
    }
}
