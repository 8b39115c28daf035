/// What a TLS handshake agreed on.
public struct TLSSessionInfo: Sendable, Hashable {
    /// OpenSSL's name of the version, such as `TLSv1.3`.
    public let version: String
    /// OpenSSL's name of the cipher suite.
    public let cipher: String
    /// The protocol that ALPN settled on, if the peer takes part in it (RFC 7301).
    public let applicationProtocol: String?
    /// Whether an earlier session was resumed.
    public let isResumed: Bool
    /// The SHA-256 digest of the peer's certificate in DER; nil where the peer has shown none.
    public let peerCertificateSHA256: [UInt8]?
}
