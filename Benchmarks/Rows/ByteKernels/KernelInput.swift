/// What the kernels work on: each input has the same size, that of a part of a receive block that the second-level
/// cache holds.
enum KernelInput {
    /// Lines of 76 octets and CRLF, none of which begins with a dot.
    case lines
    /// The same without LF.
    case oneLine
    /// Base64 in lines of 76 letters and CRLF.
    case base64
    /// Text with two escapes and a soft line break in each 150 octets.
    case quotedPrintable
    /// UTF-8 with letters of two octets each.
    case cyrillic

    private static let size = 128 * 1024

    var octets: [UInt8] {
        switch self {
        case .lines: Self.repeated { Self.line(beginningAt: $0) { UInt8(ascii: "a") + UInt8($0 % 23) } }
        case .oneLine: Self.lines.octets.map { $0 == 0x0A ? 0x20 : $0 }
        case .base64: Self.repeated { Self.line(beginningAt: $0 * 7) { Self.letters[$0 * 13 % 64] } }
        case .quotedPrintable: Self.repeated { _ in Self.quotedPrintableLines }
        case .cyrillic: Self.repeated { _ in Array("жук ".utf8) }
        }
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let quotedPrintableLines = Array(
        ("Lines of text with now and then an encoded letter, caf=C3=A9, and a soft=\r\n"
            + "ly broken line that goes on to where a line ends by itself, as most do.\r\n").utf8)

    private static func line(beginningAt start: Int, _ letter: (Int) -> UInt8) -> [UInt8] {
        (start..<start + 76).map(letter) + [0x0D, 0x0A]
    }

    /// - Parameter piece: what comes behind so many octets.
    private static func repeated(_ piece: (Int) -> [UInt8]) -> [UInt8] {
        var octets: [UInt8] = []
        while octets.count < size { octets += piece(octets.count) }
        octets.removeLast(octets.count - size)
        // A letter of several octets that the cut went through is left out.
        while let last = octets.last, last >= 0x80 { octets.removeLast() }
        return octets + [UInt8](repeating: 0x20, count: size - octets.count)
    }
}
