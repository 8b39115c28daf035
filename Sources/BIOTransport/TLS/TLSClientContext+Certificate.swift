import COpenSSL
import Digests

extension TLSClientContext {
    /// Has the context show `certificate`.
    func use(_ certificate: TLSConfiguration.ClientCertificate) throws(TransportError) {
        switch certificate.source {
        case .pemFiles(let file, let key):
            try check(unsafe SSL_CTX_use_certificate_chain_file(pointer, file) == 1, "client certificate \(file)")
            let bio = unsafe try open(key, "client key \(key)")
            defer { unsafe BIO_free(bio) }
            try unsafe useKey(in: bio, certificate.passphrase, "client key \(key)")
        case .pem(let certificates, let key):
            try useChain(PEMCertificates(certificates))
            try key.withBytes { bytes throws(TransportError) in
                unsafe try bytes.withUnsafeBytes { (buffer) throws(TransportError) in
                    // Valid for the call, within which the key is read.
                    let bio = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count))
                    defer { unsafe BIO_free(bio) }
                    try unsafe useKey(in: bio, certificate.passphrase, "client key")
                }
            }
        case .pkcs12File(let path):
            let bio = unsafe try open(path, "PKCS#12 file \(path)")
            defer { unsafe BIO_free(bio) }
            try unsafe usePKCS12(in: bio, certificate.passphrase, "PKCS#12 file \(path)")
        case .pkcs12(let bytes):
            unsafe try bytes.span.withUnsafeBytes { (buffer) throws(TransportError) in
                // Valid for the call, within which the certificate is read.
                let bio = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count))
                defer { unsafe BIO_free(bio) }
                try unsafe usePKCS12(in: bio, certificate.passphrase, "PKCS#12 contents")
            }
        }
        try check(unsafe SSL_CTX_check_private_key(pointer) == 1, "the client key does not fit the client certificate")
    }

    /// A BIO for the file, which the caller frees.
    private func open(_ path: String, _ what: String) throws(TransportError) -> OpaquePointer {
        guard let bio = unsafe BIO_new_file(path, "rb") else {
            try check(false, what)
            throw .badConfiguration(reason: what)
        }
        return unsafe bio
    }

    private func useChain(_ certificates: borrowing PEMCertificates) throws(TransportError) {
        try check(!certificates.isEmpty, "no certificate in the PEM text of the client certificate")
        for index in certificates.indices {
            let isUsed =
                index == 0
                ? unsafe SSL_CTX_use_certificate(pointer, certificates[index]) == 1
                : unsafe sluice_SSL_CTX_add1_chain_cert(pointer, certificates[index]) == 1
            try check(isUsed, "client certificate")
        }
    }

    private func useKey(in bio: OpaquePointer?, _ passphrase: Secret?, _ what: String) throws(TransportError) {
        let key = unsafe Self.withCString(passphrase) { text in
            // Without a callback OpenSSL takes the last argument as the passphrase; it would ask on the terminal if that
            // were NULL, too.
            unsafe PEM_read_bio_PrivateKey(bio, nil, nil, text)
        }
        defer { unsafe EVP_PKEY_free(key) }
        let hint = passphrase == nil ? "cannot be read; an encrypted one needs its passphrase" : "or its passphrase"
        try check(unsafe key != nil, "\(what) \(hint)")
        try check(unsafe SSL_CTX_use_PrivateKey(pointer, key) == 1, what)
    }

    private func usePKCS12(in bio: OpaquePointer?, _ passphrase: Secret?, _ what: String) throws(TransportError) {
        guard let contents = unsafe d2i_PKCS12_bio(bio, nil) else { return try check(false, what) }
        defer { unsafe PKCS12_free(contents) }
        var key: OpaquePointer?
        var certificate: OpaquePointer?
        var chain: OpaquePointer?
        let isRead = unsafe Self.withCString(passphrase) { text in
            unsafe PKCS12_parse(contents, text, &key, &certificate, &chain) == 1
        }
        defer {
            unsafe EVP_PKEY_free(key)
            unsafe X509_free(certificate)
            unsafe sluice_X509_stack_free(chain)
        }
        try check(isRead, "\(what) or its passphrase")
        try check(unsafe key != nil && certificate != nil, "\(what) holds no certificate with its key")
        // The stack and its certificates stay ours.
        try check(
            unsafe SSL_CTX_use_cert_and_key(pointer, certificate, key, chain, 1) == 1, what)
    }

    /// Calls `body` with the secret as a C string, which is valid until it returns and wiped afterwards; with the empty
    /// string for nil.
    private static func withCString<Result>(
        _ secret: Secret?, _ body: (UnsafeMutablePointer<CChar>?) -> Result
    ) -> Result {
        var text: [UInt8] = []
        text.reserveCapacity((secret?.count ?? 0) + 1)
        if let secret { text.append(secret) }
        text.append(0)
        defer { text.wipe() }
        return unsafe text.withUnsafeMutableBytes { unsafe body($0.baseAddress?.assumingMemoryBound(to: CChar.self)) }
    }
}
