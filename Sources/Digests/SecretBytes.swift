internal import COpenSSL

/// `count` bytes of libcrypto's generator, fit for nonces and keys.
package func randomBytes(_ count: Int) throws(DigestError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let done = unsafe bytes.withUnsafeMutableBufferPointer { unsafe RAND_bytes($0.baseAddress, CInt($0.count)) }
    guard done == 1 else { throw DigestError(algorithm: "random bytes") }
    return bytes
}

/// Whether both hold the same bytes, in a time that depends on the lengths only.
package func constantTimeEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe left.withUnsafeBytes { left in
        unsafe right.withUnsafeBytes { right in
            // Both buffers are valid for the call and equally long.
            unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
        }
    }
}

/// Overwrites `memory` with zeros in a way that the compiler may not remove.
@unsafe
package func wipe(_ memory: UnsafeMutableRawBufferPointer) {
    unsafe OPENSSL_cleanse(memory.baseAddress, memory.count)
}

extension [UInt8] {
    /// Overwrites the bytes with zeros in a way that the compiler may not remove, and empties the array.
    package mutating func wipe() {
        // The array's memory is ours for the call; a shared buffer is copied first, and then only the copy is wiped.
        unsafe withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
        removeAll()
    }
}
