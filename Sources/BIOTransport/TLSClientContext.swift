import COpenSSL

/// OpenSSL's context for one `TLSConfiguration`, and the TLS sessions that may be resumed under it.
@safe
package final class TLSClientContext: Sendable {
    /// Room for several TLS records, so that a record's header and body come with one read of the socket.
    static let readBufferSize = 64 * 1024
    /// How many servers' sessions are kept.
    private static let sessionLimit = 1_024

    /// One owner of an `SSL_SESSION`.
    @safe
    private final class Session: Sendable {
        // Safe to share: OpenSSL counts references to sessions atomically, and they are not changed after the
        // handshake.
        nonisolated(unsafe) let pointer: OpaquePointer
        init(owning pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }
        deinit { unsafe SSL_SESSION_free(pointer) }
    }

    package let configuration: TLSConfiguration
    // Safe to share: an SSL_CTX is not changed after `init`, and OpenSSL locks what it counts in it.
    nonisolated(unsafe) let pointer: OpaquePointer
    private let sessions = Locked<[String: Session]>([:])

    private static let contexts = Locked<[TLSConfiguration: TLSClientContext]>([:])

    /// The context for `configuration`, made once: to load the system's roots takes tens of milliseconds.
    package static func shared(_ configuration: TLSConfiguration) throws(TransportError) -> TLSClientContext {
        if let known = contexts.withLock({ $0[configuration] }) { return known }
        let made = try TLSClientContext(configuration)
        return contexts.withLock { contexts in
            let context = contexts[configuration] ?? made
            contexts[configuration] = context
            return context
        }
    }

    init(_ configuration: TLSConfiguration) throws(TransportError) {
        OpenSSLErrors.clear()
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw .badConfiguration(reason: OpenSSLErrors.take())
        }
        self.configuration = configuration
        unsafe pointer = unsafe context
        unsafe sluice_SSL_CTX_set_modes(context)
        unsafe sluice_SSL_CTX_set_read_ahead(context, Self.readBufferSize)
        unsafe sluice_SSL_CTX_disable_session_cache(context)
        let version = configuration.minimumVersion == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION
        try check(unsafe sluice_SSL_CTX_set_min_proto_version(context, version) == 1, "minimum version")
        switch configuration.verification {
        case .full: unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        case .acceptAnythingInsecurely: unsafe SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        }
        if let ciphers = configuration.ciphers {
            try check(unsafe SSL_CTX_set_cipher_list(context, ciphers) == 1, "cipher list \(ciphers)")
        }
        // ALPN's wire form: each name behind its length (RFC 7301 §3.1). Zero means success here.
        let protocols: [UInt8] = [4] + Array("pop3".utf8)
        try check(unsafe SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count)) == 0, "ALPN")
        try loadTrustRoots()
        try loadClientCertificate()
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    private func check(_ success: Bool, _ what: String) throws(TransportError) {
        guard !success else { return }
        let reason = OpenSSLErrors.take()
        throw .badConfiguration(reason: reason.isEmpty ? what : "\(what): \(reason)")
    }

    private func loadTrustRoots() throws(TransportError) {
        switch configuration.trustRoots {
        case .system:
            guard configuration.verification == .full else { return }
            try check(unsafe SSL_CTX_set_default_verify_paths(pointer) == 1, "the system's certificates")
        case .file(let path):
            trustIntermediates()
            try check(unsafe SSL_CTX_load_verify_file(pointer, path) == 1, "CA file \(path)")
        case .pem(let text):
            trustIntermediates()
            let certificates = PEMCertificates(text)
            try check(!certificates.isEmpty, "no certificate in the PEM text of the trust roots")
            let store = unsafe SSL_CTX_get_cert_store(pointer)
            for index in certificates.indices {
                try check(
                    unsafe X509_STORE_add_cert(store, certificates[index]) == 1, "a certificate of the trust roots")
            }
        }
    }

    /// Lets a chain end at any certificate that is trusted: who names an intermediate, or a server's own certificate,
    /// means it, and need not have the root above it.
    private func trustIntermediates() {
        unsafe X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(pointer), UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }

    private func loadClientCertificate() throws(TransportError) {
        guard let certificate = configuration.clientCertificate else { return }
        let (file, key) = (certificate.certificateFile, certificate.keyFile)
        try check(unsafe SSL_CTX_use_certificate_chain_file(pointer, file) == 1, "client certificate \(file)")
        try check(unsafe SSL_CTX_use_PrivateKey_file(pointer, key, SSL_FILETYPE_PEM) == 1, "client key \(key)")
        try check(unsafe SSL_CTX_check_private_key(pointer) == 1, "client key \(key) does not fit the certificate")
    }

    // MARK: Resumption

    func resume(_ ssl: OpaquePointer, key: String) {
        guard configuration.resumesSessions, let session = sessions.withLock({ $0[key] }) else { return }
        unsafe SSL_set_session(ssl, session.pointer)
    }

    func keepSession(of ssl: OpaquePointer, key: String) {
        guard configuration.resumesSessions, let pointer = unsafe SSL_get1_session(ssl) else { return }
        let session = unsafe Session(owning: pointer)
        guard unsafe SSL_SESSION_is_resumable(pointer) == 1 else { return }
        sessions.withLock { sessions in
            if sessions.count >= Self.sessionLimit { sessions.removeAll() }
            sessions[key] = session
        }
    }
}
