public import BIOTransport
public import Logging
public import SASL

/// How a session behaves. The defaults are safe.
public struct POP3Configuration: Sendable {
    /// How TLS is negotiated and whom it trusts.
    public var tls: TLSConfiguration
    public var timeouts: Timeouts
    public var limits: Limits
    public var pipelining: Pipelining
    /// Which login methods may be used.
    public var authentication: AuthenticationPolicy
    /// Whether CAPA (RFC 2449) is sent at all; some servers hang up on it. Without it, everything optional is taken as
    /// not offered, except for STLS where it is required, and USER and PASS.
    public var asksForCapabilities: Bool
    /// Accepts lines that end with LF alone, from servers known to send them. Breaks messages that hold bare LFs.
    public var acceptsBareLineFeeds: Bool
    /// Gets the protocol transcript at trace level, with secrets redacted and messages left out; nil for none.
    public var logger: Logger?
    /// How the session gets its connections.
    public var connector: POP3Connector
    /// The threads that serve sessions.
    public var eventLoops: EventLoopPool

    public init(
        tls: TLSConfiguration = TLSConfiguration(), timeouts: Timeouts = Timeouts(), limits: Limits = Limits(),
        pipelining: Pipelining = Pipelining(), authentication: AuthenticationPolicy = AuthenticationPolicy(),
        asksForCapabilities: Bool = true, acceptsBareLineFeeds: Bool = false, logger: Logger? = nil,
        connector: POP3Connector = .tcp, eventLoops: EventLoopPool = .clients
    ) {
        self.tls = tls
        self.timeouts = timeouts
        self.limits = limits
        self.pipelining = pipelining
        self.authentication = authentication
        self.asksForCapabilities = asksForCapabilities
        self.acceptsBareLineFeeds = acceptsBareLineFeeds
        self.logger = logger
        self.connector = connector
        self.eventLoops = eventLoops
    }
}

extension EventLoopPool {
    /// The threads of all sessions that are given no others: one for each processor that the process may use.
    public static let clients = EventLoopPool(name: "sluice")
}

extension POP3Configuration {
    /// How long each phase may take, and the minimum rate of bytes while an answer arrives.
    public struct Timeouts: Sendable, Hashable {
        public var connect: Duration
        public var tlsHandshake: Duration
        public var greeting: Duration
        /// How long the greeting of a connection in plain text may take before the server is asked, over a connection of
        /// its own, whether it speaks TLS on this port; half of ``greeting`` at most.
        public var tlsProbe: Duration
        /// From a command to the first byte of its reply.
        public var command: Duration
        /// Between two arrivals of bytes within a reply.
        public var idleBody: Duration
        /// Bytes a second, over each ``ratePeriod`` of waiting, that a server must send; 0 for none.
        public var minimumRate: Int
        public var ratePeriod: Duration
        /// How long to wait for the line end after a final dot, before it is taken as missing (a quirk).
        public var terminatorGrace: Duration
        /// How long several commands sent at once may stay without a further reply after the first replies have come,
        /// before the server is taken to be unable to handle them and they are sent one at a time over a new
        /// connection. The first reply has the time of ``command``.
        public var pipeliningStall: Duration
        /// How long the listing of capabilities may pause after its first line, before the server is taken to know no
        /// such listing.
        public var capabilities: Duration
        /// After replies have stopped to match commands: how long to wait for the server to end the old connection.
        public var closing: Duration
        /// After that: the pause before a refused login is tried again, which doubles each time up to a minute.
        public var reconnectDelay: Duration
        /// How long a refused login is tried again in all; the server may still hold the maildrop's lock for the old
        /// connection, and some report that as if the password were wrong.
        public var reconnectPatience: Duration

        public init(
            connect: Duration = .seconds(30), tlsHandshake: Duration = .seconds(30), greeting: Duration = .seconds(60),
            tlsProbe: Duration = .seconds(5),
            command: Duration = .seconds(60), idleBody: Duration = .seconds(60), minimumRate: Int = 1024,
            ratePeriod: Duration = .seconds(60), terminatorGrace: Duration = .seconds(3),
            pipeliningStall: Duration = .seconds(15), capabilities: Duration = .seconds(15),
            closing: Duration = .seconds(5), reconnectDelay: Duration = .seconds(2),
            reconnectPatience: Duration = .seconds(15 * 60)
        ) {
            self.connect = connect
            self.tlsHandshake = tlsHandshake
            self.greeting = greeting
            self.tlsProbe = tlsProbe
            self.command = command
            self.idleBody = idleBody
            self.minimumRate = minimumRate
            self.ratePeriod = ratePeriod
            self.terminatorGrace = terminatorGrace
            self.pipeliningStall = pipeliningStall
            self.capabilities = capabilities
            self.closing = closing
            self.reconnectDelay = reconnectDelay
            self.reconnectPatience = reconnectPatience
        }
    }

    /// The most that a server may make the client keep or read.
    public struct Limits: Sendable, Hashable {
        /// Bytes in a response line.
        public var responseLine: Int
        /// Messages in a listing.
        public var listingEntries: Int
        /// Bytes in a message.
        public var messageSize: Int
        /// Capability lines.
        public var capabilities: Int
        /// Lines in the reply to a raw command.
        public var rawReplyLines: Int

        public init(
            responseLine: Int = 8 * 1024, listingEntries: Int = 16 * 1024 * 1024,
            messageSize: Int = 256 * 1024 * 1024, capabilities: Int = 256, rawReplyLines: Int = 1024 * 1024
        ) {
            self.responseLine = responseLine
            self.listingEntries = listingEntries
            self.messageSize = messageSize
            self.capabilities = capabilities
            self.rawReplyLines = rawReplyLines
        }
    }

    /// How many commands may be in flight at once, where the server advertises PIPELINING (RFC 2449 §6.6).
    public struct Pipelining: Sendable, Hashable {
        /// Whether to pipeline at all.
        public var isEnabled: Bool
        /// Commands in flight.
        public var commands: Int
        /// Bytes of messages in flight, by the sizes that LIST gave; one message may always be.
        public var bytes: Int

        public init(isEnabled: Bool = true, commands: Int = 256, bytes: Int = 4 * 1024 * 1024) {
            self.isEnabled = isEnabled
            self.commands = commands
            self.bytes = bytes
        }
    }
}
