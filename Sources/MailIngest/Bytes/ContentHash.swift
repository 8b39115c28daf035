internal import COpenSSL

/// SHA-256 over bytes that come in pieces. One object serves any number of messages, one after the other.
@safe
final class ContentHash {
    static let length = 32

    // Owned: made in `init`, freed in `deinit`, used by one thread at a time since the class is not Sendable.
    private let context: OpaquePointer
    private let algorithm: OpaquePointer

    /// Nil where OpenSSL has no SHA-256 or no memory.
    init?() {
        // Fetched once: looking an algorithm up costs more than hashing a small message.
        guard let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil) else { return nil }
        guard let context = unsafe EVP_MD_CTX_new() else {
            unsafe EVP_MD_free(algorithm)
            return nil
        }
        unsafe self.algorithm = algorithm
        unsafe self.context = context
        reset()
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
        unsafe EVP_MD_free(algorithm)
    }

    /// Begins anew.
    func reset() {
        unsafe EVP_DigestInit_ex2(context, algorithm, nil)
    }

    func update(_ bytes: RawSpan) {
        // OpenSSL reads the span's memory during the call only.
        _ = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    func update(_ bytes: [UInt8]) {
        update(bytes.rawSpan)
    }

    /// The 32 bytes of the digest; afterwards the object has to be ``reset()``.
    func finish() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Self.length) { buffer, count in
            // SHA-256 writes exactly 32 bytes, for which there is room.
            unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            count = Self.length
        }
    }
}
