/// Base64 within SASL lines (RFC 4648 §4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let first = UInt32(bytes[start])
            let second = start + 1 < bytes.count ? UInt32(bytes[start + 1]) : nil
            let third = start + 2 < bytes.count ? UInt32(bytes[start + 2]) : nil
            let bits = first << 16 | (second ?? 0) << 8 | (third ?? 0)
            output.append(alphabet[Int(bits >> 18)])
            output.append(alphabet[Int(bits >> 12 & 63)])
            output.append(second == nil ? UInt8(ascii: "=") : alphabet[Int(bits >> 6 & 63)])
            output.append(third == nil ? UInt8(ascii: "=") : alphabet[Int(bits & 63)])
        }
        return output
    }

    /// Nil where the text is not padded base64.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let digits = text.prefix { $0 != UInt8(ascii: "=") }
        guard text.count - digits.count <= 2, text[digits.endIndex...].allSatisfy({ $0 == UInt8(ascii: "=") }) else {
            return nil
        }
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = (bits << 6 | UInt32(value)) & 0xFFFF
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return output
    }
}
