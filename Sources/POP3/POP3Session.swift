public import BIOTransport
internal import ByteCoding
internal import Digests
import Logging
import MessageBuffers
import POP3Wire
public import SASL

/// A connection to a maildrop, from greeting to QUIT (RFC 1939).
///
/// A session is an actor on the event loop that owns its socket. Commands of several tasks go out one after the other.
/// An error other than the server's `-ERR` closes the session: what comes next in the stream is then unknown. A listing
/// or a retrieval goes on over a new connection where replies have stopped to match commands, which
/// ``POP3Quirk/reconnected`` records. Cancelling a task that waits for the server closes the session, too, at once.
///
/// ``withPOP3Session(to:as:configuration:_:)`` opens a session and ends it on every path.
public actor POP3Session {
    public nonisolated let endpoint: POP3Endpoint
    public nonisolated let configuration: POP3Configuration
    nonisolated let loop: EventLoop

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        // The loop lives as long as the process.
        unsafe loop.asUnownedSerialExecutor()
    }

    /// Runs tasks on the thread that serves this session's socket.
    ///
    /// A task that prefers it (`withTaskExecutorPreference`) goes from one batch of messages to the next without a change
    /// of threads, which costs more than to receive a small message. All sessions that the thread serves wait while the
    /// task computes or blocks.
    public nonisolated let executor: any TaskExecutor

    var state: State
    /// What errors name: the endpoint, and the user who has logged in or is about to.
    private(set) var origin: POP3Error.Origin
    private(set) var log: Transcript
    var commandLock = CommandLock()
    var pipeliningIsBroken: Bool
    /// Whether CAPA has broken a connection to this server, and is not sent any more.
    var capabilitiesAreBroken = false
    /// How the next barrier asks.
    var barrierQuestion = Barrier.Question.uniqueID
    /// Where the caller's messages are on this connection, if it is not the one that they were listed on.
    var renumbering: Renumbering?
    /// By the caller's numbers: the messages retrieved on this connection, kept once it is not the first.
    var retrievedHere: Set<Int> = []
    /// By the caller's numbers: the messages that the server has marked as deleted, as far as a listing describes them.
    var marked: [Int: MessageSummary?] = [:]
    /// The last listing that the caller has got.
    var lastListing: MaildropSummary?
    /// Quirks that are known besides those of the present connection.
    var ownQuirks: Set<POP3Quirk> = []

    private init(to endpoint: POP3Endpoint, configuration: POP3Configuration, _ state: State) {
        self.endpoint = endpoint
        self.configuration = configuration
        self.state = state
        if case .idle(let credential) = state {
            origin = POP3Error.Origin(endpoint, user: credential.user)
        } else {
            origin = POP3Error.Origin(endpoint, user: nil)
        }
        loop = configuration.eventLoops.nextLoop()
        executor = loop.taskExecutor
        log = Transcript(configuration.logger, endpoint: endpoint, user: origin.user)
        pipeliningIsBroken = BrokenPipelining.isKnown(of: endpoint)
    }

    /// A session that connects and logs in at its first command or retrieval, which gets the error if that fails; the
    /// next one tries again. Once it is closed it does not connect again.
    ///
    /// `quit` does nothing on a session that has not connected.
    public init(
        to endpoint: POP3Endpoint, as credential: POP3Credential, configuration: POP3Configuration = POP3Configuration()
    ) {
        self.init(to: endpoint, configuration: configuration, .idle(credential))
    }

    /// Connects, puts up TLS as the endpoint asks for it, and reads the greeting.
    ///
    /// - Throws: `.transport` where the connection or its TLS fails, `.tlsUnavailable` where required STLS is not to be
    ///   had, `.refused` for a greeting of `-ERR`.
    public static func connect(
        to endpoint: POP3Endpoint, configuration: POP3Configuration = POP3Configuration()
    ) async throws(POP3Error) -> POP3Session {
        let session = POP3Session(to: endpoint, configuration: configuration, .closed)
        try await session.openWithoutLogin()
        return session
    }

    /// Connects and logs in, if that was left to the first command; otherwise nothing.
    ///
    /// - Throws: ``POP3Error``, as the first command would.
    public func open() async throws(POP3Error) {
        try await exclusively { () async throws(POP3Error) in _ = try requireConnection("connect") }
    }

    /// What this session had to tolerate.
    public var quirks: Set<POP3Quirk> { connection.map { ownQuirks.union($0.quirks) } ?? ownQuirks }

    /// What TLS agreed on; nil without TLS.
    public var tls: TLSSessionInfo? { connection?.stream.tls }

    /// Whether the connection is up.
    public var isConnected: Bool { connection != nil }

    /// How the received bytes were handled over the present connection, for measurements.
    package var wireStatistics: ResponseScanner.Statistics? { connection?.scanner.statistics }

    // MARK: Opening

    private func openWithoutLogin() async throws(POP3Error) {
        let opening = Opening()
        state = .opening(opening)
        do throws(POP3Error) {
            state = .ready(try await open(opening))
        } catch {
            close()
            SessionMetrics.failed(error)
            throw error.from(origin)
        }
    }

    /// Connects and logs in, which was left to the first command. The caller has the command lock.
    func openAwaited(_ credential: POP3Credential) async throws(POP3Error) {
        let opening = Opening()
        state = .opening(opening)
        do throws(POP3Error) {
            let connection = try await open(opening)
            try await logIn(credential, connection)
            state = .ready(try requireConnection("AUTH"))
        } catch {
            disconnect()
            // The next command tries again, unless the session was closed meanwhile.
            if case .closed = state { throw error }
            state = .idle(credential)
            throw error
        }
    }

    /// Makes a connection, up to its greeting and TLS.
    ///
    /// - Returns: the connection, which `opening` has, too.
    func open(_ opening: Opening) async throws(POP3Error) -> POP3Connection {
        let connection: POP3Connection
        let start = loop.clock.now
        do throws(TransportError) {
            let stream = try await connect(within: loop.limit(.connecting, configuration.timeouts.connect))
            guard case .opening(let current) = state, current === opening else {
                stream.close()
                throw .closed
            }
            connection = POP3Connection(stream, configuration)
            opening.connection = connection
            if endpoint.security == .implicitTLS { try await startTLS(connection, .atOnce) }
        } catch {
            disconnect()
            throw POP3Error(.transport(error))
        }
        try await readGreeting(connection)
        SessionMetrics.connected(after: loop.clock.now.since(start))
        switch endpoint.security {
        case .implicitTLS, .plaintext: return connection
        case .startTLSRequired: try await upgrade(connection, isRequired: true)
        case .startTLSPreferred: try await upgrade(connection, isRequired: false)
        }
        // CAPA may have broken the connection, and another one been made in its place.
        return try requireConnection("STLS")
    }

    private func startTLS(
        _ connection: POP3Connection, _ start: BIOStream.TLSStart
    ) async throws(TransportError) {
        var tls = configuration.tls
        tls.applicationProtocols = ["pop3"]
        let context = try TLSClientContext.shared(tls)
        let limit = loop.limit(.tlsHandshake, configuration.timeouts.tlsHandshake)
        try await connection.stream.startTLS(context, host: endpoint.host, port: endpoint.port, start, within: limit)
        log.note("TLS is up", connection.stream.tls)
    }

    private func readGreeting(_ connection: POP3Connection) async throws(POP3Error) {
        connection.scanner.expect(.status)
        let status = try await greetingStatus(connection)
        connection.greeting = Array(status.text)
        guard status.isOK else {
            disconnect()
            throw refusal(status, "greeting")
        }
    }

    /// Asks for TLS by STLS (RFC 2595 §4) and forgets what was learnt in plain text.
    private func upgrade(_ connection: POP3Connection, isRequired: Bool) async throws(POP3Error) {
        let offers = try await readCapabilities().supports("STLS")
        let connection = try requireConnection("STLS")
        // Where CAPA broke the connection, TLS is up on the one that was made in its place.
        guard connection.stream.tls == nil else { return }
        guard offers || !sendsCapabilities else {
            let why =
                ownQuirks.contains(.noCapabilities) ? "the server knows no CAPA" : "the server does not offer STLS"
            return try continueWithoutTLS(isRequired, why)
        }
        let status = try await perform(try POP3Command.checked("STLS", reply: .status))
        guard status.isOK else {
            return try continueWithoutTLS(isRequired, "the server refused STLS: \(EscapedText(Array(status.text)))")
        }
        do throws(TransportError) {
            // Bytes after the answer were injected, to be read as if they were protected (CVE-2021-22947).
            guard !connection.scanner.hasUnusedBytes else { throw .plaintextBeforeTLS }
            try await startTLS(connection, .afterRequest)
        } catch {
            disconnect()
            throw POP3Error(.transport(error), command: "STLS")
        }
        connection.forgetPlaintext(configuration)
        ownQuirks.remove(.noCapabilities)
    }

    private func continueWithoutTLS(_ isRequired: Bool, _ why: String) throws(POP3Error) {
        guard !isRequired else {
            disconnect()
            throw POP3Error(.tlsUnavailable(why))
        }
        ownQuirks.insert(.noTLS)
        log.note("no TLS: \(why)", nil)
    }

    // MARK: Logging in

    /// Logs in by the strongest method that credential, server and policy allow.
    ///
    /// - Throws: `.authentication`; after a refusal the session is still up, and another login may be tried.
    ///   `.wrongState` after a login.
    public func authenticate(_ credential: POP3Credential) async throws(POP3Error) {
        try await exclusively { () async throws(POP3Error) in
            let connection = try requireConnection("AUTH")
            guard !connection.isLoggedIn else { throw POP3Error(.wrongState("this session is logged in already")) }
            origin = POP3Error.Origin(endpoint, user: credential.user)
            log = Transcript(configuration.logger, endpoint: endpoint, user: credential.user)
            try await logIn(credential, connection)
        }
    }

    func logIn(_ credential: POP3Credential, _ connection: POP3Connection) async throws(POP3Error) {
        let capabilities = try await readCapabilities()
        // CAPA may have broken the connection, and another one been made in its place.
        let connection = try requireConnection("AUTH")
        guard !connection.isLoggedIn else { return }
        let offer = AuthenticationOffer(
            mechanisms: capabilities.arguments(of: "SASL") ?? [],
            acceptsUser: capabilities.supports("USER") || ownQuirks.contains(.noCapabilities),
            greeting: connection.greeting, host: endpoint.host, port: UInt16(exactly: endpoint.port))
        let start = loop.clock.now
        // The mechanisms compute on other threads.
        loop.clock.beginWorkElsewhere()
        defer { loop.clock.endWorkElsewhere() }
        do {
            let outcome = try await credential.logIn(
                offer: offer, over: protection(of: connection), policy: configuration.authentication
            ) { line in
                self.loop.clock.endWorkElsewhere()
                defer { self.loop.clock.beginWorkElsewhere() }
                return try await self.exchange(line)
            }
            for quirk in outcome.quirks { ownQuirks.insert(.authentication(quirk)) }
        } catch let error as POP3Error {
            throw error
        } catch let error as AuthenticationError {
            if error.leavesExchangeOpen { disconnect() }
            throw POP3Error(.authentication(error))
        } catch {
            disconnect()
            throw POP3Error(.transport(.cancelled))
        }
        connection.credential = credential
        SessionMetrics.loggedIn(after: loop.clock.now.since(start))
        // What a server can do may change with the login (RFC 2449 §5).
        connection.capabilitiesBeforeLogin = capabilities
        connection.capabilities = nil
    }

    private func protection(of connection: POP3Connection) -> ConnectionProtection {
        let stream = connection.stream
        if stream.tls != nil { return .tls(exporter: stream.channelBinding()) }
        return stream.isLoopback ? .loopback : .plaintext
    }

    private func exchange(_ line: AuthenticationLine) async throws(POP3Error) -> AuthenticationReply {
        let connection = try requireConnection(line.transcript)
        try requireNothingUnread(connection, line.transcript)
        log.sent(line.transcript)
        connection.scanner.expect(.challenge)
        var bytes = line.bytes
        connection.stream.enqueue(bytes, isSensitive: true)
        bytes.wipe()
        let status = try await nextStatus(commandLimit, line.transcript)
        let text = Array(status.text)
        switch status.indicator {
        case .ok: return .success(text)
        case .challenge: return .challenge(text)
        case .error:
            guard let code = status.responseCode else { return .failure(code: nil, text: text) }
            let afterCode = text.drop { $0 != UInt8(ascii: "]") }.dropFirst().drop { $0 == 0x20 }
            return .failure(code: code.description, text: Array(afterCode))
        }
    }
}

extension AuthenticationError {
    /// Whether the server still waits for a line of an exchange that the client has given up.
    fileprivate var leavesExchangeOpen: Bool {
        switch self {
        case .malformedChallenge, .serverNotVerified, .nonceChanged, .iterationCountOutOfRange: true
        default: false
        }
    }
}
