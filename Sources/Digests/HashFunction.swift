internal import COpenSSL

/// A hash function of libcrypto, and what is made with it: digests, HMAC and PBKDF2.
///
/// Each call passes libcrypto pointers that are valid for the call and lengths of the same buffers.
package enum HashFunction: Sendable {
    case md5, sha1, sha256

    /// The name by which libcrypto finds the algorithm.
    package var name: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        }
    }

    /// The digest's length in bytes.
    package var digestLength: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// The digest of `message`. O(n).
    package func digest(of message: [UInt8]) throws(DigestError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: digestLength)
        let algorithm = unsafe evp
        let done = unsafe message.withUnsafeBytes { input in
            unsafe digest.withUnsafeMutableBufferPointer { output in
                unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, nil, algorithm, nil)
            }
        }
        guard done == 1 else { throw DigestError(algorithm: name) }
        return digest
    }

    /// The HMAC (RFC 2104) of `message`. `key` is not empty. O(n).
    package func authenticationCode(of message: [UInt8], key: Span<UInt8>) throws(DigestError) -> [UInt8] {
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
        guard done, length == digestLength else { throw DigestError(algorithm: "HMAC-" + name) }
        return code
    }

    /// PBKDF2 (RFC 8018 §5.2) with this function's HMAC, one digest long: SCRAM's `Hi`. O(iterations).
    package func derivedKey(
        from password: Span<UInt8>, salt: [UInt8], iterations: Int
    ) throws(DigestError) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: digestLength)
        let algorithm = unsafe evp
        let done = unsafe password.withUnsafeBytes { password in
            unsafe salt.withUnsafeBufferPointer { salt in
                unsafe key.withUnsafeMutableBufferPointer { output in
                    unsafe PKCS5_PBKDF2_HMAC(
                        password.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(password.count),
                        salt.baseAddress, CInt(salt.count), CInt(iterations), algorithm, CInt(output.count),
                        output.baseAddress)
                }
            }
        }
        guard done == 1 else { throw DigestError(algorithm: "PBKDF2-" + name) }
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

/// libcrypto does not provide an algorithm here, such as MD5 in FIPS mode.
package struct DigestError: Error, Equatable {
    package let algorithm: String
}
