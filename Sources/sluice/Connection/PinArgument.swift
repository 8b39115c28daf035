import ArgumentParser
internal import ByteCoding
import POP3

/// A pin as other programs write it: `sha256//BASE64` for a public key (curl), 64 hexadecimal digits, with or
/// without colons, for a certificate (openssl, mpop).
struct PinArgument: ExpressibleByArgument {
    let pin: TLSConfiguration.Pin

    init?(argument: String) {
        if argument.hasPrefix("sha256//") {
            guard let digest = StrictBase64.decode(argument.utf8.dropFirst(8)), digest.count == 32 else { return nil }
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
