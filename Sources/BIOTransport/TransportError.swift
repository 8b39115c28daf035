/// Why a certificate was not accepted.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum CertificateRejection: Sendable, Hashable {
    case selfSigned
    case unknownIssuer
    /// None of the certificate's subject alternative names is the host's (RFC 9525 §6). `names` has the first of them,
    /// escaped, and `…` if there are more.
    case wrongHost(expected: String, names: [String])
    case expired
    case notYetValid
    case revoked
    /// The certificate is valid, but neither it nor its key is one of those pinned.
    case notPinned(certificateSHA256: String)
    /// OpenSSL's verification code and its text.
    case other(code: Int, reason: String)
}

/// Why a connection could not be made or kept. Later versions may add cases.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum TransportError: Error, Sendable, Hashable {
    /// The host name has no address.
    case nameNotResolved(host: String, reason: String)
    /// No address of the host accepted a connection; one reason for each address tried.
    case notConnected(host: String, port: Int, attempts: [String])
    /// The time limit of `phase` passed.
    case timedOut(TransportPhase, limit: Duration)
    /// The peer sent less than the minimum rate over a whole period.
    case tooSlow(bytesPerSecond: Int, minimum: Int)
    /// The peer closed the connection while an answer was due.
    case closedByPeer
    /// The connection broke; the operating system's or OpenSSL's reason.
    case connectionLost(reason: String)
    case certificateRejected(CertificateRejection)
    case handshakeFailed(reason: String)
    /// The peer ended TLS by an alert, in the handshake or at any time after it.
    case tlsAlert(TLSAlert)
    /// A server asked in plain text speaks TLS on this port.
    case speaksTLS
    /// The address and port cannot be listened on.
    case cannotListen(address: String, port: Int, reason: String)
    /// The peer does not speak TLS here; the start of what it sent instead, escaped.
    case notTLS(received: String)
    /// Bytes came in plain text after the request for TLS was accepted, before TLS was up (CVE-2021-22947). Nothing was
    /// read of them.
    case plaintextBeforeTLS
    /// A certificate, key, CA file or cipher list in the configuration cannot be used.
    case badConfiguration(reason: String)
    /// The process has none left of what is named: descriptors, threads or memory; the system's reason.
    case outOfResources(String, reason: String)
    /// The task that used the connection was cancelled.
    case cancelled
    /// This program closed the connection while it was in use.
    case closed
}

extension TransportError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .nameNotResolved(let host, let reason): "cannot resolve \(host): \(reason)"
        case .notConnected(let host, let port, let attempts):
            "cannot connect to \(host) port \(port): \(attempts.joined(separator: "; "))"
        case .timedOut(let phase, let limit): "timed out after \(limit) \(phase.circumstance)"
        case .tooSlow(let rate, let minimum):
            "the server sends \(rate) bytes/s, below the minimum rate of \(minimum)"
        case .closedByPeer: "the server closed the connection"
        case .connectionLost(let reason): "the connection was lost: \(reason)"
        case .certificateRejected(let rejection): "the server's certificate is not accepted: \(rejection)"
        case .handshakeFailed(let reason): "the TLS handshake failed: \(reason)"
        case .tlsAlert(let alert): "the TLS connection was ended by the alert \(alert)"
        case .speaksTLS: "the server speaks TLS on this port, and was asked in plain text"
        case .cannotListen(let address, let port, let reason): "cannot listen on \(address) port \(port): \(reason)"
        case .notTLS(let received): "the server does not speak TLS on this port; it sent \(received)"
        case .plaintextBeforeTLS: "the server sent plain text after it had accepted TLS, before the handshake"
        case .badConfiguration(let reason): "the TLS configuration cannot be used: \(reason)"
        case .outOfResources(let what, let reason): "the system gives no more \(what): \(reason)"
        case .cancelled: "cancelled"
        case .closed: "this program has closed the connection"
        }
    }
}

extension CertificateRejection: CustomStringConvertible {
    public var description: String {
        switch self {
        case .selfSigned: "it is self-signed and not among the trusted ones"
        case .unknownIssuer: "its issuer is unknown; name its CA file to trust it"
        case .wrongHost(let expected, []): "it has no names, and so is not that of \(expected)"
        case .wrongHost(let expected, let names): "none of its names (\(names.joined(separator: ", "))) is \(expected)"
        case .expired: "it has expired"
        case .notYetValid: "it is not valid yet"
        case .revoked: "it is revoked"
        case .notPinned(let digest): "it is not pinned; its SHA-256 is \(digest)"
        case .other(let code, let reason): "\(reason) (OpenSSL verification code \(code))"
        }
    }
}
