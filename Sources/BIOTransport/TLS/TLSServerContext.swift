import COpenSSL

/// OpenSSL's context for the server's side of TLS: one certificate and its key.
@safe
package final class TLSServerContext: Sendable {
    // Safe to share: an SSL_CTX is not changed after `init`, and OpenSSL locks what it counts in it.
    nonisolated(unsafe) let pointer: OpaquePointer
    private let applicationProtocols: [[UInt8]]

    /// - Parameters:
    ///   - certificatePEM: the server's certificate, followed by its chain.
    ///   - privateKeyPEM: its key, not encrypted.
    ///   - clientRootsPEM: the roots of client certificates, which are asked for if this is given.
    ///   - demandsClientCertificate: whether a client without a certificate is refused, by an alert.
    ///   - applicationProtocols: the ALPN names that are agreed to (RFC 7301).
    ///   - versions: the TLS versions that are spoken, for tests of clients.
    /// - Throws: ``TransportError/badConfiguration(reason:)``.
    package init(
        certificatePEM: String, privateKeyPEM: String, clientRootsPEM: String? = nil,
        demandsClientCertificate: Bool = false, applicationProtocols: [String] = [],
        versions: Set<TLSConfiguration.Version> = [.tls12, .tls13]
    ) throws(TransportError) {
        OpenSSLErrors.clear()
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else {
            throw .badConfiguration(reason: OpenSSLErrors.take())
        }
        unsafe pointer = unsafe context
        self.applicationProtocols = applicationProtocols.map { Array($0.utf8) }
        unsafe sluice_SSL_CTX_set_modes(context)
        unsafe sluice_SSL_CTX_set_min_proto_version(
            context, versions.contains(.tls12) ? TLS1_2_VERSION : TLS1_3_VERSION)
        unsafe sluice_SSL_CTX_set_max_proto_version(
            context, versions.contains(.tls13) ? TLS1_3_VERSION : TLS1_2_VERSION)
        let name: [UInt8] = Array("sluice".utf8)
        unsafe SSL_CTX_set_session_id_context(context, name, UInt32(name.count))
        try use(PEMCertificates(certificatePEM), key: privateKeyPEM)
        if let clientRootsPEM {
            try ask(for: PEMCertificates(clientRootsPEM), demanding: demandsClientCertificate)
        }
        if !applicationProtocols.isEmpty { selectApplicationProtocol() }
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    private func use(_ certificates: borrowing PEMCertificates, key: String) throws(TransportError) {
        for index in certificates.indices {
            let certificate = unsafe certificates[index]
            if index == 0 {
                try check(unsafe SSL_CTX_use_certificate(pointer, certificate) == 1)
            } else {
                try check(unsafe sluice_SSL_CTX_add1_chain_cert(pointer, certificate) == 1)
            }
        }
        let bytes = Array(key.utf8)
        let bio = unsafe BIO_new_mem_buf(bytes, Int32(clamping: bytes.count))
        defer { unsafe BIO_free(bio) }
        let privateKey = unsafe PEM_read_bio_PrivateKey(bio, nil, nil, nil)
        defer { unsafe EVP_PKEY_free(privateKey) }
        try check(unsafe privateKey != nil && SSL_CTX_use_PrivateKey(pointer, privateKey) == 1)
    }

    private func ask(for roots: borrowing PEMCertificates, demanding isDemanded: Bool) throws(TransportError) {
        let store = unsafe SSL_CTX_get_cert_store(pointer)
        for index in roots.indices {
            try check(unsafe X509_STORE_add_cert(store, roots[index]) == 1)
            try check(unsafe SSL_CTX_add_client_CA(pointer, roots[index]) == 1)
        }
        unsafe SSL_CTX_set_verify(
            pointer, SSL_VERIFY_PEER | (isDemanded ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nil)
    }

    private func check(_ success: Bool) throws(TransportError) {
        if !success { throw .badConfiguration(reason: OpenSSLErrors.take()) }
    }

    /// Agrees to the first of the client's protocols that is one of ours (RFC 7301 §3.2); offers without one are left
    /// unanswered.
    private func selectApplicationProtocol() {
        // Not retained: every connection of the context ends before the context is freed, in `deinit`.
        let ourselves = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, selected, selectedLength, offered, offeredLength, context in
                guard let context = unsafe context else { return SSL_TLSEXT_ERR_NOACK }
                let server = unsafe Unmanaged<TLSServerContext>.fromOpaque(context).takeUnretainedValue()
                var index: UInt32 = 0
                while let offered = unsafe offered, index < offeredLength {
                    let length = UInt32(unsafe offered[Int(index)])
                    guard index + 1 + length <= offeredLength else { break }
                    let name = unsafe UnsafeBufferPointer(start: offered + Int(index) + 1, count: Int(length))
                    if server.applicationProtocols.contains(where: { unsafe name.elementsEqual($0) }) {
                        unsafe selected?.pointee = name.baseAddress
                        unsafe selectedLength?.pointee = UInt8(length)
                        return SSL_TLSEXT_ERR_OK
                    }
                    index += 1 + length
                }
                return SSL_TLSEXT_ERR_NOACK
            }, ourselves)
    }
}
