/// How TLS is negotiated and whom it trusts. The defaults are the safe choice.
///
/// Connections with equal configurations share one OpenSSL context and its session cache; a TLS session is never
/// resumed under another configuration than the one it was made with.
public struct TLSConfiguration: Sendable, Hashable {
    /// The certificates that a server's chain must lead to.
    public enum TrustRoots: Sendable, Hashable {
        /// The operating system's store.
        case system
        /// The certificates in a PEM file, and no others. Each is trusted as it is, be it a root or not.
        case file(String)
        /// The certificates in PEM text, and no others, in the same way.
        case pem(String)
    }

    /// How a server's certificate is judged.
    public enum CertificateVerification: Sendable, Hashable {
        /// The chain leads to a trust root and a subject alternative name is the host's (RFC 9525).
        case full
        /// Anybody can read along and change what is sent. For experiments only.
        case acceptAnythingInsecurely
    }

    public enum Version: Int, Sendable, Hashable, CaseIterable {
        case tls12
        case tls13
    }

    /// The SHA-256 digest, 32 bytes, that the server's certificate or its public key must have.
    public enum Pin: Sendable, Hashable {
        /// Of the whole certificate in DER: what `openssl x509 -fingerprint -sha256` shows.
        case certificate(sha256: [UInt8])
        /// Of the DER SubjectPublicKeyInfo: what curl's `--pinnedpubkey` takes.
        case publicKey(sha256: [UInt8])
    }

    public var trustRoots: TrustRoots
    public var verification: CertificateVerification
    /// TLS 1.2 is the least there is (RFC 8996, RFC 9325).
    public var minimumVersion: Version
    /// OpenSSL's cipher list for TLS 1.2; nil for OpenSSL's default.
    public var ciphers: String?
    /// What the client shows where the server asks for a certificate.
    public var clientCertificate: ClientCertificate?
    /// The ALPN names to offer (RFC 7301), the preferred one first. The client of a protocol sets its own.
    package var applicationProtocols: [String] = []
    /// With pins, one of them must match in addition to the verification.
    public var pins: Set<Pin>
    /// The name to ask for (SNI) and to verify, where it is not the host connected to.
    public var serverName: String?
    /// Whether a later connection to the same server may resume this one's TLS session.
    public var resumesSessions: Bool

    public init(
        trustRoots: TrustRoots = .system,
        verification: CertificateVerification = .full,
        minimumVersion: Version = .tls12,
        ciphers: String? = nil,
        clientCertificate: ClientCertificate? = nil,
        pins: Set<Pin> = [],
        serverName: String? = nil,
        resumesSessions: Bool = true
    ) {
        self.trustRoots = trustRoots
        self.verification = verification
        self.minimumVersion = minimumVersion
        self.ciphers = ciphers
        self.clientCertificate = clientCertificate
        self.pins = pins
        self.serverName = serverName
        self.resumesSessions = resumesSessions
    }
}
