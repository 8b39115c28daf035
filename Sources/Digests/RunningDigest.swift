internal import COpenSSL

/// A digest over bytes that come in pieces. One object serves any number of messages, one after the other.
@safe
package final class RunningDigest {
    package let function: HashFunction
    // Owned: made in `init`, freed in `deinit`, used by one thread at a time since the class is not Sendable.
    private let context: OpaquePointer
    private let algorithm: OpaquePointer

    /// Ready for the first piece.
    package init(_ function: HashFunction) throws(DigestError) {
        // Fetched once: looking an algorithm up costs more than hashing a small message.
        guard let algorithm = unsafe EVP_MD_fetch(nil, function.name, nil) else {
            throw DigestError(algorithm: function.name)
        }
        guard let context = unsafe EVP_MD_CTX_new() else {
            unsafe EVP_MD_free(algorithm)
            throw DigestError(algorithm: function.name)
        }
        self.function = function
        unsafe self.algorithm = algorithm
        unsafe self.context = context
        reset()
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
        unsafe EVP_MD_free(algorithm)
    }

    /// Forgets the pieces so far.
    package func reset() {
        let done = unsafe EVP_DigestInit_ex2(context, algorithm, nil)
        // The algorithm is there: only memory can be missing, which ends a Swift program anyway. Going on would give
        // a wrong digest.
        precondition(done == 1, "libcrypto can begin a digest")
    }

    /// The digest of `bytes` alone. O(n).
    package func digest(of bytes: RawSpan) -> [UInt8] {
        reset()
        update(bytes)
        return finish()
    }

    /// Adds `bytes`. O(n).
    package func update(_ bytes: RawSpan) {
        // libcrypto reads the span's memory during the call only.
        let done = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(done == 1, "the digest was not finished before")
    }

    /// Adds `bytes`. O(n).
    package func update(_ bytes: [UInt8]) {
        // Bytes hold no padding and no references, so that any part of them may be read.
        update(unsafe bytes.span.bytes)
    }

    /// The digest; afterwards the object has to be ``reset()``.
    package func finish() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: function.digestLength) { buffer, count in
            // The function writes exactly this many bytes, for which there is room.
            let done = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            precondition(done == 1, "the digest was not finished before")
            count = function.digestLength
        }
    }
}
