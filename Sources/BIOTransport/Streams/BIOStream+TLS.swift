internal import ByteCoding
import COpenSSL
import Glibc

extension BIOStream {
    /// Whether TLS begins a connection or is asked for within one.
    package enum TLSStart {
        case atOnce
        /// After the peer's positive answer to the request. Any byte of plain text after that answer ends the connection.
        case afterRequest
    }

    /// The record types that may open a server's answer: alert and handshake (RFC 8446 §5.1).
    private static let openingRecordTypes: ClosedRange<UInt8> = 0x15...0x16
    /// How much of a peer's answer that is not TLS goes into the error.
    private static let peekLimit = 64

    /// Puts TLS on the connection as a client: names `host` to the server, verifies its certificate, checks the pins.
    package func startTLS(
        _ context: TLSClientContext, host: String, port: Int, _ start: TLSStart, within limit: TimeLimit
    ) async throws(TransportError) {
        // A TLS server does not speak first, so whatever is there already was injected.
        if start == .afterRequest, let early = peek(), !early.isEmpty { throw .plaintextBeforeTLS }
        unsafe try pushTLS(context.pointer, asClient: true)
        let name = context.configuration.serverName ?? host
        let key = "\(name.utf8.count):\(name)\(host):\(port)"
        try setExpectedHost(name)
        if let ssl = unsafe ssl { unsafe context.resume(ssl, key: key) }
        try await handshake(start, name, within: limit)
        try checkPins(context.configuration.pins)
        resumption = (context, key)
    }

    /// Puts TLS on the connection as a server.
    package func acceptTLS(_ context: TLSServerContext, within limit: TimeLimit) async throws(TransportError) {
        unsafe try pushTLS(context.pointer, asClient: false)
        while try !advanceHandshake(expecting: "") {
            try await waitForProgress(within: limit)
        }
    }

    private func pushTLS(_ context: OpaquePointer, asClient: Bool) throws(TransportError) {
        // What is queued was to go in plain text. On the client's side, the answer to it has come before it was sent.
        guard queuedCount == 0 else { throw .plaintextBeforeTLS }
        guard let top = unsafe chain, let bio = unsafe BIO_new_ssl(context, asClient ? 1 : 0) else {
            throw .handshakeFailed(reason: OpenSSLErrors.take())
        }
        unsafe chain = BIO_push(bio, top)
        unsafe ssl = sluice_BIO_get_ssl(bio)
        // The socket is drained, but the new top of the chain may not be.
        drainedAtEdge = nil
    }

    /// Sets the name that is sent (SNI, not for numeric addresses: RFC 6066 §3) and verified (RFC 9525).
    private func setExpectedHost(_ name: String) throws(TransportError) {
        let parameters = unsafe SSL_get0_param(ssl)
        let isAddress = unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1
        OpenSSLErrors.clear()
        if isAddress { return }
        let flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
        unsafe SSL_set_hostflags(ssl, UInt32(flags))
        guard unsafe SSL_set1_host(ssl, name) == 1, unsafe sluice_SSL_set_tlsext_host_name(ssl, name) == 1 else {
            throw .badConfiguration(reason: "\(name) cannot be a server's name: \(OpenSSLErrors.take())")
        }
    }

    private func handshake(
        _ start: TLSStart, _ name: String, within limit: TimeLimit
    ) async throws(TransportError) {
        // What the peer sends first is looked at before OpenSSL takes it.
        var first = peek()
        while first == nil {
            try sendClientHello(name)
            try await waitForProgress(within: limit)
            first = peek()
        }
        if let first, let type = first.first, !Self.openingRecordTypes.contains(type) {
            if start == .afterRequest { throw .plaintextBeforeTLS }
            let line = first.prefix { $0 != 0x0D && $0 != 0x0A }
            throw .notTLS(received: "\"\(EscapedText(line))\"")
        }
        while try !advanceHandshake(expecting: name) { try await waitForProgress(within: limit) }
    }

    // MARK: Telling TLS from plain text

    /// The first bytes that arrive, which stay unread; none at the end of the connection, nil if `deadline` passed first.
    package func firstBytes(until deadline: Deadline) async throws(TransportError) -> [UInt8]? {
        loop.preconditionOnLoop()
        while true {
            if let bytes = peek() {
                // They are there to be read, whatever was reported.
                drainedAtEdge = nil
                return bytes
            }
            if try await !waitForProgress(until: deadline) { return nil }
        }
    }

    /// Whether the first bytes from a server are those of a TLS record; no reply of POP3 begins so.
    package static func beginsTLSRecord(_ bytes: [UInt8]) -> Bool {
        bytes.first.map { openingRecordTypes.contains($0) } ?? false
    }

    /// Begins a handshake, to go no further: whether the peer answers by a TLS record. Nothing of it is trusted.
    package func answersClientHello(naming host: String, within limit: TimeLimit) async throws(TransportError) -> Bool {
        let configuration = TLSConfiguration(verification: .acceptAnythingInsecurely, resumesSessions: false)
        unsafe try pushTLS(TLSClientContext.shared(configuration).pointer, asClient: true)
        try setExpectedHost(host)
        try sendClientHello(host)
        return try await firstBytes(until: limit.deadline).map(Self.beginsTLSRecord) ?? false
    }

    /// Writes the first message of the handshake, or what is left of it, and reads nothing.
    private func sendClientHello(_ name: String) throws(TransportError) {
        guard let source = unsafe SSL_get_rbio(ssl), let nothing = unsafe BIO_new(BIO_s_mem()) else {
            throw .handshakeFailed(reason: OpenSSLErrors.take())
        }
        // `SSL_set0_rbio` gives up the source's reference and takes one of what is set: the source's comes back to it.
        unsafe BIO_up_ref(source)
        unsafe SSL_set0_rbio(ssl, nothing)
        defer { unsafe SSL_set0_rbio(ssl, source) }
        _ = try advanceHandshake(expecting: name)
    }

    /// What OpenSSL calls bytes that are no TLS record at all.
    private static let foreignRecordReasons: Set<Int32> = [
        SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG,
    ]

    /// What OpenSSL calls a version of TLS that this side does not speak.
    private static let versionReasons: Set<Int32> = [
        SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_VERSION_TOO_LOW,
    ]

    /// Takes the handshake as far as it goes without waiting; whether it is done.
    private func advanceHandshake(expecting name: String) throws(TransportError) -> Bool {
        loop.preconditionOnLoop()
        guard let bio = unsafe chain else { throw .closedByPeer }
        OpenSSLErrors.clear()
        let status = unsafe sluice_BIO_do_handshake(bio)
        link?.memory.report(after: side)
        if status == 1 {
            tls = describeTLS()
            return true
        }
        if unsafe sluice_BIO_should_retry(bio) != 0 { return false }
        let code = errno
        if let alert = OpenSSLErrors.alert() {
            OpenSSLErrors.clear()
            throw .tlsAlert(alert)
        }
        // The result of the verification is kept where nobody asked for it, too: only this error says that it counted.
        if OpenSSLErrors.begins(with: [SSL_R_CERTIFICATE_VERIFY_FAILED]) { throw rejection(expecting: name) }
        let isForeign = OpenSSLErrors.begins(with: Self.foreignRecordReasons)
        let isVersionMismatch = OpenSSLErrors.begins(with: Self.versionReasons)
        let reason = OpenSSLErrors.take()
        if isForeign { throw .notTLS(received: "what is no TLS record (\(reason))") }
        if isVersionMismatch { throw .handshakeFailed(reason: "\(reason): \(TLSAlert.versionAdvice)") }
        if !reason.isEmpty { throw .handshakeFailed(reason: reason) }
        throw .handshakeFailed(
            reason: status == 0 || code == 0 ? "the peer closed the connection" : systemError(code))
    }

    /// The error for a peer's certificate that was verified and not accepted.
    private func rejection(expecting name: String) -> TransportError {
        OpenSSLErrors.clear()
        let verification = unsafe SSL_get_verify_result(ssl)
        guard unsafe SSL_is_server(ssl) == 0 else {
            let reason = unsafe String(cString: X509_verify_cert_error_string(verification))
            return .handshakeFailed(reason: "the client's certificate is not accepted: \(reason)")
        }
        let names = unsafe CertificateNames.ofRejected(by: ssl)
        return .certificateRejected(CertificateRejection(verification: verification, expected: name, names: names))
    }

    /// The first bytes that have arrived and were not read; none at the end of the connection, nil if they are still to
    /// come.
    private func peek() -> [UInt8]? {
        if let link { return link.memory.peek(from: link.side, limit: Self.peekLimit) }
        guard let descriptor else { return [] }
        var bytes = [UInt8](repeating: 0, count: Self.peekLimit)
        let count = unsafe recv(descriptor, &bytes, bytes.count, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        return Array(bytes.prefix(max(0, count)))
    }

    private func describeTLS() -> TLSSessionInfo {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &name, &length)
        let selected = unsafe UnsafeBufferPointer(start: name, count: Int(length))
        return unsafe TLSSessionInfo(
            version: String(cString: SSL_get_version(ssl)),
            cipher: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)).map { unsafe String(cString: $0) } ?? "",
            applicationProtocol: length > 0 ? String(decoding: selected, as: UTF8.self) : nil,
            isResumed: SSL_session_reused(ssl) == 1,
            peerCertificateSHA256: withPeerCertificate { unsafe Self.sha256(certificate: $0) })
    }

    // MARK: The peer's certificate

    private func withPeerCertificate<Result>(_ body: (OpaquePointer) -> Result) -> Result? {
        guard let ssl = unsafe ssl, let certificate = unsafe sluice_SSL_get1_peer_certificate(ssl) else { return nil }
        defer { unsafe X509_free(certificate) }
        return unsafe body(certificate)
    }

    private func checkPins(_ pins: Set<TLSConfiguration.Pin>) throws(TransportError) {
        guard !pins.isEmpty else { return }
        let publicKey = unsafe withPeerCertificate { unsafe Self.sha256(publicKeyOf: $0) }
        let certificate = tls?.peerCertificateSHA256 ?? []
        if pins.contains(.certificate(sha256: certificate)) { return }
        if let publicKey, pins.contains(.publicKey(sha256: publicKey)) { return }
        let digits = certificate.map { Hexadecimal.string(CollectionOfOne($0)) }
        throw .certificateRejected(.notPinned(certificateSHA256: digits.joined(separator: ":")))
    }

    private static func sha256(certificate: OpaquePointer) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        unsafe X509_digest(certificate, EVP_sha256(), &digest, &length)
        return Array(digest.prefix(Int(length)))
    }

    private static func sha256(publicKeyOf certificate: OpaquePointer) -> [UInt8] {
        var encoded: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded)
        defer { unsafe CRYPTO_free(encoded, #file, #line) }
        guard count > 0 else { return [] }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        unsafe EVP_Digest(encoded, Int(count), &digest, &length, EVP_sha256(), nil)
        return Array(digest.prefix(Int(length)))
    }

    // MARK: Channel binding and resumption

    /// The bytes that bind a SASL exchange to this connection (`tls-exporter`, RFC 9266); nil without TLS 1.3,
    /// before which the exporter is not unique to a connection in every case.
    package func channelBinding() -> [UInt8]? {
        guard let ssl = unsafe ssl, unsafe SSL_version(ssl) == TLS1_3_VERSION else { return nil }
        let label = "EXPORTER-Channel-Binding"
        var binding = [UInt8](repeating: 0, count: 32)
        let status = unsafe SSL_export_keying_material(
            ssl, &binding, binding.count, label, label.utf8.count, nil, 0, 0)
        return status == 1 ? binding : nil
    }

    /// Keeps the TLS session for the next connection. TLS 1.3 servers send tickets at any time after the
    /// handshake, so the end of the connection is the moment to look.
    func keepTLSSession() {
        guard let ssl = unsafe ssl, let (context, key) = resumption else { return }
        unsafe context.keepSession(of: ssl, key: key)
    }
}

extension CertificateRejection {
    init(verification code: Int, expected name: String, names: [String]) {
        switch Int32(truncatingIfNeeded: code) {
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: self = .selfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            self = .unknownIssuer
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            self = .wrongHost(expected: name, names: names)
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid
        case X509_V_ERR_CERT_REVOKED: self = .revoked
        default: self = .other(code: code, reason: unsafe String(cString: X509_verify_cert_error_string(code)))
        }
    }
}
