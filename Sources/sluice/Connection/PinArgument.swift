import ArgumentParser
internal import ByteCoding
import POP3

/// A pin as other programs write it: `sha256//BASE64` for a public key (curl), 64 hexadecimal digits, with or
/// without colons, for a certificate (openssl, mpop).
struct PinArgument: ExpressibleByArgument {
    let pin: TLSConfiguration.Pin

    init?(argument: String) {
        if argument.hasPrefix("sha256//") {
            guard let digest = Base64.decode(argument.utf8.dropFirst(8)), digest.count == 32 else { return nil }
            pin = .publicKey(sha256: digest)
            return
        }
        guard let digest = Hexadecimal.decode(argument.utf8.filter { $0 != UInt8(ascii: ":") }), digest.count == 32
        else { return nil }
        pin = .certificate(sha256: digest)
    }
}
