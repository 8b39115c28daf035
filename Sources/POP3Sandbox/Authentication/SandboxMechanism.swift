/// A SASL mechanism that the sandbox knows (RFC 5034); the raw value is its registered name.
public enum SandboxMechanism: String, CaseIterable, Sendable, Hashable {
    case plain = "PLAIN"
    case login = "LOGIN"
    case cramMD5 = "CRAM-MD5"
    case scramSHA1 = "SCRAM-SHA-1"
    case scramSHA256 = "SCRAM-SHA-256"
    /// Listed over TLS 1.3 only: bound to the connection by `tls-exporter` (RFC 9266).
    case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
    /// Listed where the client has shown a certificate that the sandbox's authority has signed.
    case external = "EXTERNAL"
    case xoauth2 = "XOAUTH2"
    case oauthBearer = "OAUTHBEARER"
}
