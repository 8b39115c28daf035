internal import COpenSSL

/// A hash function that SASL and APOP are built on, and what is made from it, by OpenSSL's EVP.
///
/// Each call hands OpenSSL pointers that are valid for the call and lengths taken from the same buffers.
enum HashFunction: Sendable {
    case md5, sha1, sha256

    var name: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        }
    }

    var digestLength: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// The digest of `message`. O(n).
    func digest(of message: [UInt8]) throws(AuthenticationError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: digestLength)
        let algorithm = unsafe evp
        let done = unsafe message.withUnsafeBytes { input in
            unsafe digest.withUnsafeMutableBufferPointer { output in
                unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, nil, algorithm, nil)
            }
        }
        guard done == 1 else { throw .algorithmUnavailable(name) }
        return digest
    }

    /// The HMAC (RFC 2104) of `message`. `key` is not empty. O(n).
    func authenticationCode(of message: [UInt8], key: Span<UInt8>) throws(AuthenticationError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: digestLength)
        var length = 0
        let done = unsafe key.withUnsafeBytes { key in
            unsafe message.withUnsafeBufferPointer { input in
                unsafe code.withUnsafeMutableBufferPointer { output in
                    unsafe EVP_Q_mac(
                        nil, "HMAC", nil, name, nil, key.baseAddress, key.count, input.baseAddress, input.count,
                        output.baseAddress, output.count, &length) != nil
                }
            }
        }
        guard done, length == digestLength else { throw .algorithmUnavailable("HMAC-" + name) }
        return code
    }

    /// PBKDF2 (RFC 8018 §5.2) with this function's HMAC, one digest long: SCRAM's `Hi`. O(iterations).
    func derivedKey(
        from secret: Secret, salt: [UInt8], iterations: Int
    ) throws(AuthenticationError) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: digestLength)
        let algorithm = unsafe evp
        let done = secret.withBytes { password in
            unsafe password.withUnsafeBytes { password in
                unsafe salt.withUnsafeBufferPointer { salt in
                    unsafe key.withUnsafeMutableBufferPointer { output in
                        unsafe PKCS5_PBKDF2_HMAC(
                            password.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(password.count),
                            salt.baseAddress, CInt(salt.count), CInt(iterations), algorithm, CInt(output.count),
                            output.baseAddress)
                    }
                }
            }
        }
        guard done == 1 else { throw .algorithmUnavailable("PBKDF2-" + name) }
        return key
    }

    private var evp: OpaquePointer? {
        switch self {
        case .md5: unsafe EVP_md5()
        case .sha1: unsafe EVP_sha1()
        case .sha256: unsafe EVP_sha256()
        }
    }
}

/// `count` bytes from OpenSSL's generator, fit for nonces and keys.
func randomBytes(_ count: Int) throws(AuthenticationError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let done = unsafe bytes.withUnsafeMutableBufferPointer { unsafe RAND_bytes($0.baseAddress, CInt($0.count)) }
    guard done == 1 else { throw .algorithmUnavailable("random bytes") }
    return bytes
}

/// Whether both hold the same bytes, in a time that depends on the lengths only.
func constantTimeEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe left.withUnsafeBytes { left in
        unsafe right.withUnsafeBytes { right in
            // Both buffers are valid for the call and equally long.
            unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
        }
    }
}

extension [UInt8] {
    /// Overwrites the bytes with zeros in a way that the compiler may not remove, and empties the array.
    package mutating func wipe() {
        // The array's memory is ours for the call; a shared buffer is copied first, and then only the copy is wiped.
        unsafe withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
        removeAll()
    }

    /// Adds the bytes of `secret`.
    mutating func append(_ secret: Secret) {
        secret.withBytes { bytes in
            for index in bytes.indices { append(bytes[index]) }
        }
    }
}
