import COpenSSL
import Synchronization

/// OpenSSL's context for one `TLSConfiguration`, and the TLS sessions that may be resumed under it.
@safe
package final class TLSClientContext: Sendable {
    /// Room for several TLS records, so that a record's header and body come with one read of the socket.
    static let readBufferSize = 64 * 1024
    /// The servers whose sessions are kept, and the sessions of each: parallel connections need one each.
    private static let serverLimit = 1_024
    private static let sessionsOfServer = 16

    /// One owner of an `SSL_SESSION`.
    @safe
    private final class Session: Sendable {
        // Safe to share: OpenSSL counts references to sessions atomically, and they are not changed after the
        // handshake.
        nonisolated(unsafe) let pointer: OpaquePointer
        init(owning pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }
        deinit { unsafe SSL_SESSION_free(pointer) }

        /// Whether it serves for one connection only: with the ticket of a second one, an observer could link both
        /// (RFC 8446, appendix C.4).
        var isSingleUse: Bool { unsafe SSL_SESSION_get_protocol_version(pointer) >= TLS1_3_VERSION }
    }

    package let configuration: TLSConfiguration
    // Safe to share: an SSL_CTX is not changed after `init`, and OpenSSL locks what it counts in it.
    nonisolated(unsafe) let pointer: OpaquePointer
    private let sessions = Mutex<[String: [Session]]>([:])

    /// - Throws: ``TransportError/badConfiguration(reason:)`` where a file, certificate, key or list cannot be used.
    package init(_ configuration: TLSConfiguration) throws(TransportError) {
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
        try offerApplicationProtocols()
        try loadTrustRoots()
        if let certificate = configuration.clientCertificate { try use(certificate) }
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    func check(_ success: Bool, _ what: @autoclosure () -> String) throws(TransportError) {
        guard !success else { return }
        let reason = OpenSSLErrors.take()
        throw .badConfiguration(reason: reason.isEmpty ? what() : "\(what()): \(reason)")
    }

    private func offerApplicationProtocols() throws(TransportError) {
        // ALPN's wire form: each name after its length (RFC 7301 §3.1).
        var list: [UInt8] = []
        for name in configuration.applicationProtocols {
            guard let length = UInt8(exactly: name.utf8.count), length > 0 else {
                throw .badConfiguration(reason: "\(name) is no name of an application protocol")
            }
            list.append(length)
            list += name.utf8
        }
        guard !list.isEmpty else { return }
        // Zero means success here.
        try check(unsafe SSL_CTX_set_alpn_protos(pointer, list, UInt32(list.count)) == 0, "ALPN")
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

    /// Lets a chain end at any certificate that is trusted, so that an intermediate or a server's own certificate can be
    /// named without the root above it.
    private func trustIntermediates() {
        unsafe X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(pointer), UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }

    // MARK: Resumption

    func resume(_ ssl: OpaquePointer, key: String) {
        guard configuration.resumesSessions else { return }
        let session = sessions.withLock { sessions -> Session? in
            guard let session = sessions[key]?.last else { return nil }
            if session.isSingleUse { sessions[key]?.removeLast() }
            return session
        }
        if let session { unsafe SSL_set_session(ssl, session.pointer) }
    }

    func keepSession(of ssl: OpaquePointer, key: String) {
        guard configuration.resumesSessions, let pointer = unsafe SSL_get1_session(ssl) else { return }
        let session = unsafe Session(owning: pointer)
        guard unsafe SSL_SESSION_is_resumable(pointer) == 1 else { return }
        sessions.withLock { sessions in
            if sessions.count >= Self.serverLimit { sessions.removeAll() }
            if !session.isSingleUse || sessions[key, default: []].count >= Self.sessionsOfServer {
                sessions[key] = Array((sessions[key] ?? []).suffix(session.isSingleUse ? Self.sessionsOfServer - 1 : 0))
            }
            sessions[key, default: []].append(session)
        }
    }
}
