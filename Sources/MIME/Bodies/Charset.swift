import Glibc

/// A charset by the name that a message gives it, and the way from its octets to text.
///
/// ASCII, UTF-8 and Latin-1 are read here; everything else goes through the C library's iconv.
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

    /// The text of `octets`. What cannot be read becomes U+FFFD; with an unknown charset the octets are taken as UTF-8 if
    /// they are that, and as Latin-1 otherwise.
    func decode(_ octets: some Collection<UInt8>) -> Decoded {
        switch name {
        case "utf-8": return Self.utf8(octets)
        case "us-ascii":
            // Senders that declare ASCII and send more mean what a reader would guess.
            if octets.allSatisfy({ $0 < 0x80 }) { return Decoded(text: String(decoding: octets, as: UTF8.self)) }
            return Decoded(text: Self.guess(octets), defect: .damagedCharset)
        case "iso-8859-1": return Decoded(text: Self.latin1(octets))
        default:
            guard let converter = Converter(from: name) else {
                return Decoded(text: Self.guess(octets), defect: .unknownCharset)
            }
            let (utf8, isDamaged) = converter.convert(Array(octets))
            return Decoded(text: String(decoding: utf8, as: UTF8.self), defect: isDamaged ? .damagedCharset : nil)
        }
    }

    private static func utf8(_ octets: some Collection<UInt8>) -> Decoded {
        if let text = String(validating: octets, as: UTF8.self) { return Decoded(text: text) }
        return Decoded(text: String(decoding: octets, as: UTF8.self), defect: .damagedCharset)
    }

    /// UTF-8 if the octets are that, else Latin-1, which has a reading for every octet.
    static func guess(_ octets: some Collection<UInt8>) -> String {
        String(validating: octets, as: UTF8.self) ?? latin1(octets)
    }

    static func latin1(_ octets: some Collection<UInt8>) -> String {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(octets.count + octets.count / 4)
        for octet in octets {
            if octet < 0x80 {
                utf8.append(octet)
            } else {
                utf8.append(0xC0 | octet >> 6)
                utf8.append(0x80 | octet & 0x3F)
            }
        }
        return String(decoding: utf8, as: UTF8.self)
    }
}

/// One owner of an iconv descriptor, which keeps a shift state and is used by one conversion at a time.
@safe
private struct Converter: ~Copyable {
    private let descriptor: iconv_t

    init?(from name: String) {
        // The C library says "unknown" by the address −1.
        guard let handle = unsafe iconv_open("UTF-8", name), Int(bitPattern: handle) != -1 else { return nil }
        unsafe descriptor = unsafe handle
    }

    deinit {
        unsafe iconv_close(descriptor)
    }

    /// The octets as UTF-8, with U+FFFD for each octet that cannot be read. O(n).
    func convert(_ octets: [UInt8]) -> (utf8: [UInt8], isDamaged: Bool) {
        var input = octets
        var output: [UInt8] = []
        var isDamaged = false
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        unsafe input.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var source: UnsafeMutablePointer<CChar>? = unsafe base.assumingMemoryBound(to: CChar.self)
            var left = bytes.count
            while left > 0 {
                let (status, written) = unsafe step(&source, &left, into: &chunk)
                output += chunk[..<written]
                guard status == -1 else { continue }
                switch errno {
                case E2BIG: continue
                default:
                    // EILSEQ, or EINVAL for a sequence that the end cuts off: leave one octet out and go on.
                    isDamaged = true
                    output += [0xEF, 0xBF, 0xBD]
                    unsafe source = unsafe source.map { unsafe $0 + 1 }
                    left -= 1
                }
            }
        }
        return (output, isDamaged)
    }

    private func step(
        _ source: inout UnsafeMutablePointer<CChar>?, _ left: inout Int, into chunk: inout [UInt8]
    ) -> (status: Int, written: Int) {
        unsafe chunk.withUnsafeMutableBytes { buffer in
            var target: UnsafeMutablePointer<CChar>? = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            var room = buffer.count
            let status = unsafe iconv(descriptor, &source, &left, &target, &room)
            return (status, buffer.count - room)
        }
    }
}
