internal import ByteCoding

/// The transfer encodings of RFC 2045 §6.
enum TransferEncoding {
    /// Base64 in lines of 76, each ended with CRLF.
    static func base64Lines(_ bytes: [UInt8]) -> [UInt8] {
        let text = Base64.encode(bytes)
        var output: [UInt8] = []
        output.reserveCapacity(text.count + text.count / 38 + 2)
        for start in stride(from: 0, to: text.count, by: 76) {
            output += text[start..<min(start + 76, text.count)]
            output += [0x0D, 0x0A]
        }
        return output
    }

    /// Quoted-printable with soft line breaks; CRLF stays a line end.
    static func quotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var column = 0
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { continue }
            if byte == 0x0A, index > 0, bytes[index - 1] == 0x0D {
                output += [0x0D, 0x0A]
                column = 0
                continue
            }
            let endsLine = index + 1 < bytes.count && bytes[index + 1] == 0x0D
            let isLiteral =
                (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") || (byte == 0x20 && !endsLine && column > 0)
            let width = isLiteral ? 1 : 3
            if column + width > 75 {
                output += Array("=\r\n".utf8)
                column = 0
            }
            output += isLiteral ? [byte] : escape(byte)
            column += width
        }
        return output
    }

    /// An encoded-word in the Q encoding (RFC 2047 §4.2).
    static func qWord(_ bytes: [UInt8], charset: String) -> [UInt8] {
        var output = Array("=?\(charset)?Q?".utf8)
        for byte in bytes { output += isLetterOrDigit(byte) ? [byte] : escape(byte) }
        return output + Array("?=".utf8)
    }

    /// An encoded-word in the B encoding (RFC 2047 §4.1).
    static func bWord(_ bytes: [UInt8], charset: String) -> [UInt8] {
        Array("=?\(charset)?B?".utf8) + Base64.encode(bytes) + Array("?=".utf8)
    }

    /// An extended parameter value (RFC 2231 §4), without its charset and language.
    static func percent(_ bytes: [UInt8]) -> [UInt8] {
        PercentEncoding.encode(bytes) { isLetterOrDigit($0) }
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "=")] + Hexadecimal.encode(CollectionOfOne(byte), .upper)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
