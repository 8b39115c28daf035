public import Logging

/// How a session behaves. The defaults are safe.
public struct POP3Configuration: Sendable {
    /// How long each phase may take, and the least rate of bytes while an answer arrives.
    public struct Timeouts: Sendable, Hashable {
        public var connect: Duration = .seconds(30)
        public var tlsHandshake: Duration = .seconds(30)
        public var greeting: Duration = .seconds(60)
        /// From a command to the first byte of its reply.
        public var command: Duration = .seconds(60)
        /// Between two arrivals of bytes within a reply.
        public var idleBody: Duration = .seconds(60)
        /// Bytes a second, over each `ratePeriod` of waiting, that a server must send; 0 for none.
        public var minimumRate = 1024
        public var ratePeriod: Duration = .seconds(60)
        /// How long to wait for the line end behind a final dot, before it is taken as missing (a quirk).
        public var terminatorGrace: Duration = .seconds(3)
        /// How long several commands sent at once may stay without a further reply after the first replies have come,
        /// before the server is taken to be unable to handle them and they are sent one at a time over a new
        /// connection. The first reply has the time of `command`.
        public var pipeliningStall: Duration = .seconds(15)
        /// How long the listing of capabilities may pause after its first line, before the server is taken to know no
        /// such listing.
        public var capabilities: Duration = .seconds(15)
        /// After replies have stopped to match commands: how long to wait for the server to end the old connection.
        public var closing: Duration = .seconds(5)
        /// After that: the pause before a refused login is tried again, which doubles each time up to a minute.
        public var reconnectDelay: Duration = .seconds(2)
        /// How long a refused login is tried again in all; the server may still hold the maildrop's lock for the old
        /// connection, and some say so as if the password were wrong.
        public var reconnectPatience: Duration = .seconds(15 * 60)

        public init() {}
    }

    /// What a server may make the client hold.
    public struct Limits: Sendable, Hashable {
        /// Octets in a response line.
        public var responseLine = 8 * 1024
        public var listingEntries = 16 * 1024 * 1024
        /// Octets in a message.
        public var messageSize = 256 * 1024 * 1024
        /// Capability lines.
        public var capabilities = 256
        /// Lines in the reply to a raw command.
        public var rawReplyLines = 1024 * 1024

        public init() {}
    }

    /// How many commands may be on their way at once, where the server advertises PIPELINING (RFC 2449 §6.6).
    public struct Pipelining: Sendable, Hashable {
        /// Whether to pipeline at all.
        public var isEnabled = true
        /// Commands on their way.
        public var commands = 256
        /// Octets of messages on their way, by the sizes that LIST gave; one message may always be.
        public var octets = 4 * 1024 * 1024

        public init() {}
    }

    public var tls = TLSConfiguration()
    public var timeouts = Timeouts()
    public var limits = Limits()
    public var pipelining = Pipelining()
    public var authentication = AuthenticationPolicy()
    /// Whether CAPA (RFC 2449) is sent at all; some servers hang up on it. Without it, everything optional is taken as
    /// not offered, but for STLS where it is required, and USER and PASS.
    public var asksForCapabilities = true
    /// Accepts lines that end with LF alone, from servers known to send them. Breaks messages that hold bare LFs.
    public var acceptsBareLineFeeds = false
    /// Gets the protocol transcript at trace level, with secrets redacted and messages left out; nil for none.
    public var logger: Logger?

    public init() {}
}
