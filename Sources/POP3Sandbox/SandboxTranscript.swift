/// One line that went over a connection, secrets included: a sandbox has none worth keeping.
public struct TranscriptEntry: Sendable, Hashable {
    public enum Sender: Sendable, Hashable {
        case client
        /// Status lines and challenges; bodies are left out.
        case server
    }

    /// Counts connections from 1.
    public let connection: Int
    public let sender: Sender
    /// Without its line end; bytes that are not UTF-8 are replaced.
    public let line: String
}

/// What the sandbox has done since it was started.
public struct SandboxCounters: Sendable, Hashable {
    public var connections = 0
    public var openConnections = 0
    public var tlsHandshakes = 0
    public var failedTLSHandshakes = 0
    public var commands = 0
    public var logins = 0
    public var messagesSent = 0
}
