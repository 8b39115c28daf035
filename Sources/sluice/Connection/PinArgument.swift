import ArgumentParser
import POP3

/// A pin as other programs write it: `sha256//BASE64` for a public key (curl), 64 hexadecimal digits, with or
/// without colons, for a certificate (openssl, mpop).
struct PinArgument: ExpressibleByArgument {
    let pin: TLSConfiguration.Pin

    init?(argument: String) {
        if argument.hasPrefix("sha256//") {
            guard let digest = Base64Text.decode(argument.dropFirst(8)), digest.count == 32 else { return nil }
            pin = .publicKey(sha256: digest)
            return
        }
        let digits = Array(argument.filter { $0 != ":" })
        guard digits.count == 64 else { return nil }
        var digest: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(digits[index...index + 1]), radix: 16) else { return nil }
            digest.append(byte)
        }
        pin = .certificate(sha256: digest)
    }
}

/// Base64 of a short text on a command line.
enum Base64Text {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    /// Nil unless the text is whole base64 with its padding.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        let body = text.prefix { $0 != "=" }
        guard text.count - body.count <= 2, text.dropFirst(body.count).allSatisfy({ $0 == "=" }) else { return nil }
        for character in body {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
