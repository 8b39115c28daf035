import COpenSSL

/// The hash functions of APOP and SASL, from the server's side.
///
/// Each call hands OpenSSL pointers that are valid for the call, and lengths from the same arrays.
enum Digest: Sendable {
    case md5, sha1, sha256

    private var name: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        }
    }

    private var length: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        }
    }

    func hash(_ message: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: length)
        var count = 0
        unsafe EVP_Q_digest(nil, name, nil, message, message.count, &output, &count)
        return output
    }

    /// HMAC (RFC 2104).
    func authenticationCode(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: length)
        var count = 0
        unsafe EVP_Q_mac(
            nil, "HMAC", nil, name, nil, key, key.count, message, message.count, &output, output.count, &count)
        return output
    }

    /// PBKDF2 (RFC 8018 §5.2), one digest long: SCRAM's `Hi`.
    func derivedKey(from password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: length)
        let signed = password.map { CChar(bitPattern: $0) }
        unsafe PKCS5_PBKDF2_HMAC(
            signed, Int32(signed.count), salt, Int32(salt.count), Int32(iterations), EVP_get_digestbyname(name),
            Int32(output.count), &output)
        return output
    }

    static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}

/// `count` bytes nobody can guess.
func unpredictableBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}
