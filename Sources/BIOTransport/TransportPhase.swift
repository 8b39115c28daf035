/// A phase of a connection that has a time limit of its own. The protocol above the transport adds its phases.
public struct TransportPhase: Sendable, Hashable {
    /// The phase in a word or two, such as `TLS handshake`.
    public let name: String
    /// When the limit passed, to follow "timed out after 30 seconds": such as `waiting for the greeting`.
    public let circumstance: String

    package init(_ name: String, circumstance: String) {
        self.name = name
        self.circumstance = circumstance
    }

    public static let connecting = TransportPhase("connecting", circumstance: "while connecting")
    public static let tlsHandshake = TransportPhase("TLS handshake", circumstance: "in the TLS handshake")
    public static let closing = TransportPhase("closing", circumstance: "while closing")
}

extension TransportPhase: CustomStringConvertible {
    public var description: String { name }
}
