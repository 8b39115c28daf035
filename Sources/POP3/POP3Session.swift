public import BIOTransport
internal import ByteCoding
internal import Digests
import Logging
import MessageBuffers
import POP3Wire

/// A connection to a maildrop, from greeting to QUIT (RFC 1939).
///
/// A session is an actor on the event loop that owns its socket. Commands of several tasks go out one after the other.
/// An error other than the server's `-ERR` closes the session: what comes next in the stream is then unknown. A listing
/// or a retrieval goes on over a new connection where replies have stopped to match commands, which
/// ``POP3Quirk/reconnected`` records.
/// Cancelling a task that waits for the server closes it too, at once.
public actor POP3Session {
    enum State {
        case authorization
        case transaction
        case closed
    }

    public nonisolated let endpoint: POP3Endpoint
    public nonisolated let configuration: POP3Configuration
    nonisolated let loop: EventLoop
    nonisolated let log: Transcript

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        // The loop lives as long as the process.
        unsafe loop.asUnownedSerialExecutor()
    }

    /// Runs tasks on the thread that serves this session's socket.
    ///
    /// A task that prefers it (`withTaskExecutorPreference`) goes from one batch of messages to the next without a change
    /// of threads, which costs more than to receive a small message. All sessions that the thread serves wait while the
    /// task works or blocks; there is a thread for each core.
    public nonisolated let executor: any TaskExecutor

    var state = State.closed
    var stream: BIOStream?
    var scanner: ResponseScanner
    var rate: RateMonitor
    var greeting: [UInt8] = []
    var knownCapabilities: POP3Capabilities?
    /// What the server could do before the login, over the same connection.
    var capabilitiesBeforeLogin: POP3Capabilities?
    var credential: POP3Credential?
    /// What a session that has not connected yet will log in with.
    private var awaitedCredential: POP3Credential?
    var pipeliningIsBroken: Bool
    /// Whether CAPA has broken a connection to this server, and is not sent any more.
    var capabilitiesAreBroken = false
    var retrieval: Retrieval?
    /// The retrieval that was under way when the connection failed.
    var interrupted: Retrieval?
    /// The connection of a session that has failed and may go on over another one, until the server has ended it.
    var failedStream: BIOStream?
    /// What a batch ended with, dealt with once its events were given.
    var pendingFailure: POP3Error?
    /// What ends the retrieval, thrown once its last events were given.
    var finalFailure: POP3Error?
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
    /// Whether LIST gives sizes that STAT contradicts.
    var listedSizesAreDoubtful = false
    /// How often the caller has closed the session; who waited meanwhile finds out by it.
    var closeCount = 0
    /// What a pause before another attempt to log in waits on.
    var pausePoint: Waiter?
    var turns = TurnQueue()
    var ownQuirks: Set<POP3Quirk> = []

    private init(to endpoint: POP3Endpoint, configuration: POP3Configuration, awaited: POP3Credential?) {
        self.endpoint = endpoint
        self.configuration = configuration
        awaitedCredential = awaited
        loop = configuration.eventLoops.nextLoop()
        executor = loop.taskExecutor
        log = Transcript(configuration.logger)
        scanner = Self.makeScanner(configuration)
        rate = RateMonitor(configuration.timeouts)
        pipeliningIsBroken = BrokenPipelining.isKnown(of: endpoint)
    }

    /// A session that connects and logs in at its first command or retrieval, which gets the error if that fails; the
    /// next one tries again. Once it is closed it does not connect again.
    ///
    /// `quit` does nothing on a session that has not connected.
    public init(
        to endpoint: POP3Endpoint, as credential: POP3Credential, configuration: POP3Configuration = POP3Configuration()
    ) {
        self.init(to: endpoint, configuration: configuration, awaited: credential)
    }

    static func makeScanner(_ configuration: POP3Configuration) -> ResponseScanner {
        var limits = WireLimits()
        limits.responseLine = configuration.limits.responseLine
        limits.messageSize = configuration.limits.messageSize
        var scanner = ResponseScanner(limits: limits)
        scanner.acceptsBareLineFeeds = configuration.acceptsBareLineFeeds
        return scanner
    }

    /// Connects, puts up TLS as the endpoint asks for it, and reads the greeting.
    ///
    /// - Throws: `.transport` where the connection or its TLS fails, `.tlsUnavailable` where required STLS is not to be
    ///   had, `.refused` for a greeting of `-ERR`.
    public static func connect(
        to endpoint: POP3Endpoint, configuration: POP3Configuration = POP3Configuration()
    ) async throws(POP3Error) -> POP3Session {
        let session = POP3Session(to: endpoint, configuration: configuration, awaited: nil)
        try await session.open()
        return session
    }

    /// What this session had to put up with.
    public var quirks: Set<POP3Quirk> {
        var quirks = ownQuirks
        for quirk in scanner.quirks {
            switch quirk {
            case .longStatusLine: quirks.insert(.longStatusLine)
            case .unfinishedTerminator: quirks.insert(.unfinishedTerminator)
            case .bareLineFeed: quirks.insert(.bareLineFeeds)
            }
        }
        return quirks
    }

    /// What TLS agreed on; nil without TLS.
    public var tls: TLSSessionInfo? { stream?.tls }

    /// Whether the connection is up.
    public var isConnected: Bool { stream != nil }

    /// How the received bytes were handled, for measurements.
    package var wireStatistics: ResponseScanner.Statistics { scanner.statistics }

    // MARK: Opening

    func open() async throws(POP3Error) {
        scanner = Self.makeScanner(configuration)
        knownCapabilities = nil
        capabilitiesBeforeLogin = nil
        let closes = closeCount
        do throws(TransportError) {
            let limits = configuration.timeouts
            let stream = try await connect(within: loop.limit(.connecting, limits.connect))
            guard closes == closeCount else {
                stream.close()
                throw .closed
            }
            self.stream = stream
            if endpoint.security == .implicitTLS { try await startTLS(stream, .atOnce) }
        } catch {
            disconnect()
            throw POP3Error(.transport(error))
        }
        try await readGreeting()
        state = .authorization
        switch endpoint.security {
        case .implicitTLS, .plaintext: break
        case .startTLSRequired: try await upgrade(isRequired: true)
        case .startTLSPreferred: try await upgrade(isRequired: false)
        }
    }

    /// Connects and logs in, if that has been left to the first command. The caller has the turn.
    func openIfAwaited() async throws(POP3Error) {
        guard let awaited = awaitedCredential else { return }
        do throws(POP3Error) {
            try await open()
            try await logIn(awaited)
        } catch {
            throw fail(error)
        }
        awaitedCredential = nil
    }

    private func startTLS(_ stream: BIOStream, _ start: BIOStream.TLSStart) async throws(TransportError) {
        var tls = configuration.tls
        tls.applicationProtocols = ["pop3"]
        let context = try TLSClientContext.shared(tls)
        let limit = loop.limit(.tlsHandshake, configuration.timeouts.tlsHandshake)
        try await stream.startTLS(context, host: endpoint.host, port: endpoint.port, start, within: limit)
        log.note("TLS is up", stream.tls)
    }

    private func readGreeting() async throws(POP3Error) {
        scanner.expect(.status)
        let status = try await greetingStatus()
        greeting = Array(status.text)
        guard status.isOK else {
            disconnect()
            throw refusal(status, "greeting")
        }
    }

    /// Asks for TLS by STLS (RFC 2595 §4) and forgets what was learnt in plain text.
    private func upgrade(isRequired: Bool) async throws(POP3Error) {
        let offers = try await readCapabilities().supports("STLS")
        // Where CAPA broke the connection, TLS is up on the one that was made in its place.
        guard stream?.tls == nil else { return }
        guard offers || !sendsCapabilities else {
            let why =
                ownQuirks.contains(.noCapabilities) ? "the server knows no CAPA" : "the server does not offer STLS"
            return try goOnWithoutTLS(isRequired, why)
        }
        let status = try await perform(try POP3Command.checked("STLS", reply: .status))
        guard status.isOK else {
            return try goOnWithoutTLS(isRequired, "the server refused STLS: \(EscapedText(Array(status.text)))")
        }
        do throws(TransportError) {
            // What came after the answer came from somebody who wants it read as if it were protected.
            guard !scanner.hasUnusedBytes, let stream else { throw .plaintextBeforeTLS }
            try await startTLS(stream, .afterRequest)
        } catch {
            disconnect()
            throw POP3Error(.transport(error), command: "STLS")
        }
        scanner = Self.makeScanner(configuration)
        knownCapabilities = nil
        ownQuirks.remove(.noCapabilities)
    }

    private func goOnWithoutTLS(_ isRequired: Bool, _ why: String) throws(POP3Error) {
        guard !isRequired else {
            disconnect()
            throw POP3Error(.tlsUnavailable(why))
        }
        ownQuirks.insert(.noTLS)
        log.note("no TLS: \(why)", nil)
    }

    /// Drops the connection without a QUIT: deletions are not committed (RFC 1939 §6).
    ///
    /// Whoever waits for the server gets an error at once, and a session that is just connecting does not come up.
    public func close() {
        closeCount += 1
        disconnect()
        interrupted = nil
        pendingFailure = nil
        finalFailure = nil
        pausePoint?.close()
    }

    /// Drops the connection and what is known of it; a retrieval under way may go on over another connection.
    func disconnect() {
        failedStream?.close()
        failedStream = nil
        stream?.close()
        forgetConnection()
    }

    /// Takes the connection as gone. Its stream is closed, or kept as `failedStream`.
    func forgetConnection() {
        stream = nil
        ReceiveBlocks.lend(from: &scanner)
        scanner.discardAll()
        state = .closed
        if let retrieval {
            interrupted = retrieval
            self.retrieval = nil
        }
    }

    // MARK: Logging in

    /// Logs in by the strongest method that credential, server and policy allow.
    ///
    /// - Throws: `.authentication`. After a refusal the session is still up and another login may be tried.
    public func authenticate(_ credential: POP3Credential) async throws(POP3Error) {
        try await takeTurn()
        defer { endTurn() }
        guard state != .closed else { throw POP3Error(.notConnected) }
        guard state == .authorization else { throw POP3Error(.wrongState("this session is logged in already")) }
        try await logIn(credential)
    }

    func logIn(_ credential: POP3Credential) async throws(POP3Error) {
        let capabilities = try await readCapabilities()
        let offer = AuthenticationOffer(
            mechanisms: capabilities.arguments(of: "SASL") ?? [],
            acceptsUser: capabilities.supports("USER") || ownQuirks.contains(.noCapabilities),
            greeting: greeting, host: endpoint.host, port: UInt16(exactly: endpoint.port))
        do {
            let outcome = try await credential.logIn(
                offer: offer, over: protection, policy: configuration.authentication
            ) { line in try await self.exchange(line) }
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
        state = .transaction
        self.credential = credential
        // What a server can do may change with the login (RFC 2449 §5).
        capabilitiesBeforeLogin = capabilities
        knownCapabilities = nil
    }

    private var protection: ConnectionProtection {
        guard let stream else { return .plaintext }
        if stream.tls != nil { return .tls(exporter: stream.channelBinding()) }
        return stream.isLoopback ? .loopback : .plaintext
    }

    private func exchange(_ line: AuthenticationLine) async throws(POP3Error) -> AuthenticationReply {
        guard let stream else { throw POP3Error(.notConnected, command: line.transcript) }
        try requireNothingUnread(line.transcript)
        log.sent(line.transcript)
        scanner.expect(.challenge)
        var bytes = line.bytes
        stream.enqueue(bytes, isSensitive: true)
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
