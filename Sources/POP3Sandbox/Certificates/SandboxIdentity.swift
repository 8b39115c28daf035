/// A certificate and its key, as PEM text.
public struct SandboxIdentity: Sendable, Hashable {
    public let certificatePEM: String
    /// Not encrypted: it is made at start-up, and proves nothing to anybody outside a test.
    public let privateKeyPEM: String
}
