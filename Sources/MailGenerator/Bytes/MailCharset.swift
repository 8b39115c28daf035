/// A charset with a sentence that it can write; what the sentence lacks a byte for is not in it.
enum MailCharset: String, CaseIterable {
    case utf8 = "UTF-8"
    case latin1 = "ISO-8859-1"
    case latin2 = "ISO-8859-2"
    case cyrillic = "ISO-8859-5"
    case greek = "ISO-8859-7"
    case latin9 = "ISO-8859-15"
    case windows1251 = "windows-1251"
    case windows1252 = "windows-1252"
    case koi8r = "KOI8-R"
    case iso2022jp = "ISO-2022-JP"

    private static let russian = "съешь же ещё этих мягких французских булок да выпей чаю"
    private static let koi8Letters = Array("юабцдефгхийклмнопярстужвьызшэщчъ".unicodeScalars)

    var sentence: String {
        switch self {
        case .utf8: "Zażółć gęślą jaźń — Ελληνικά, русский, 日本語, 🎉"
        case .latin1: "Größe, café, naïve, Ærøskøbing: ½ £ §"
        case .latin2: "Příliš žluťoučký kůň"
        case .cyrillic, .windows1251, .koi8r: Self.russian
        case .greek: "ξεσκεπαζω την ψυχοφθορα βδελυγμια"
        case .latin9: "Le cœur déçu mais l'âme plutôt naïve: 10 €"
        case .windows1252: "“Curly quotes” – and 20 € … naïve™"
        case .iso2022jp: "いろはにほへとちりぬるを"
        }
    }

    /// The bytes of `text` in this charset, with `?` for what it lacks.
    func encode(_ text: String) -> [UInt8] {
        switch self {
        case .utf8: Array(text.utf8)
        case .iso2022jp: Self.encodeJapanese(text)
        default: text.unicodeScalars.map { $0.isASCII ? UInt8($0.value) : byte(of: $0) ?? UInt8(ascii: "?") }
        }
    }

    private func byte(of scalar: Unicode.Scalar) -> UInt8? {
        let value = scalar.value
        switch self {
        case .latin1: return UInt8(exactly: value)
        case .latin2: return Self.latin2Bytes[scalar]
        case .cyrillic:
            if scalar == "ё" { return 0xF1 }
            return (0x0410...0x044F).contains(value) ? UInt8(value - 0x0410 + 0xB0) : nil
        case .greek: return (0x0391...0x03C9).contains(value) ? UInt8(value - 0x2D0) : nil
        case .latin9: return scalar == "€" ? 0xA4 : scalar == "œ" ? 0xBD : UInt8(exactly: value)
        case .windows1251:
            if scalar == "ё" { return 0xB8 }
            return (0x0410...0x044F).contains(value) ? UInt8(value - 0x0410 + 0xC0) : nil
        case .windows1252: return Self.windows1252Bytes[scalar] ?? UInt8(exactly: value)
        case .koi8r:
            if scalar == "ё" { return 0xA3 }
            return Self.koi8Letters.firstIndex(of: scalar).map { UInt8(0xC0 + $0) }
        case .utf8, .iso2022jp: return nil
        }
    }

    private static let latin2Bytes: [Unicode.Scalar: UInt8] = [
        "ř": 0xF8, "í": 0xED, "š": 0xB9, "ž": 0xBE, "ť": 0xBB, "u": 0x75, "č": 0xE8, "ý": 0xFD, "ů": 0xF9, "ň": 0xF2,
    ]
    private static let windows1252Bytes: [Unicode.Scalar: UInt8] = [
        "“": 0x93, "”": 0x94, "–": 0x96, "€": 0x80, "…": 0x85, "™": 0x99,
    ]

    /// Hiragana in JIS X 0208, where it stands in the order of Unicode; ASCII again at the end of each line (RFC 1468).
    private static func encodeJapanese(_ text: String) -> [UInt8] {
        let (toJapanese, toASCII): ([UInt8], [UInt8]) = ([0x1B, 0x24, 0x42], [0x1B, 0x28, 0x42])
        var output: [UInt8] = []
        var isJapanese = false
        for scalar in text.unicodeScalars {
            let isHiragana = (0x3041...0x3093).contains(scalar.value)
            if isHiragana != isJapanese { output += isHiragana ? toJapanese : toASCII }
            isJapanese = isHiragana
            if isHiragana {
                output += [0x24, UInt8(scalar.value - 0x3041 + 0x21)]
            } else {
                output.append(scalar.isASCII ? UInt8(scalar.value) : UInt8(ascii: "?"))
            }
        }
        return isJapanese ? output + toASCII : output
    }
}
