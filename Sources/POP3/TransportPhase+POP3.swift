public import BIOTransport

extension TransportPhase {
    /// From the connection to the greeting (RFC 1939 §4).
    public static let greeting = TransportPhase("greeting", circumstance: "waiting for the greeting")
    /// From a command to the first byte of its reply.
    public static let command = TransportPhase("command", circumstance: "waiting for a reply")
    /// Between two arrivals of bytes within a reply.
    public static let body = TransportPhase("message body", circumstance: "waiting for the rest of a reply")
}
