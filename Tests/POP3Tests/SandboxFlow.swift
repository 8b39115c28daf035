import MailGenerator
import POP3
import POP3Sandbox

/// A maildrop in the sandbox, and the usual way through it.
struct SandboxFlow {
    enum Way: CaseIterable {
        case plain, stls, tls
    }

    /// What a client gets that goes all the way.
    struct Outcome {
        var messages: [[UInt8]]
        var quirks: Set<POP3Quirk>
    }

    /// Messages with all that stuffing and line ends can do to them; each ends with CRLF, as a server would make it.
    static let messages: [[UInt8]] =
        [
            "Subject: a\r\n\r\nhello\r\n", "Subject: dots\r\n\r\n.\r\n..\r\n...x\r\n\r\n.\r\n", "\r\n", ".\r\n",
            "Subject: bare\r\n\r\nx\n.\ny\n..\nz\r\n", "Subject: nul\r\n\r\n\0\u{1}\r\n",
        ].map { Array($0.utf8) } + [Array("Subject: 8bit\r\n\r\n".utf8) + [0xE4, 0xFF, 0x80, 0x0D, 0x0A]]
        + (0..<20).map { MailGenerator(seed: 7, kinds: [.short, .dots, .newsletter]).mail(at: $0) }

    var faults: Set<SandboxFault> = []
    var way = Way.plain
    var credential = POP3Credential.password(user: "user", secret: Secret("password"))
    var messages = Self.messages

    /// Limits that a slow machine keeps too. Only what a fault makes wait for ever is short: see `impatient`.
    var configuration: POP3Configuration = {
        var configuration = POP3Configuration()
        let ample = Duration.seconds(600)
        configuration.timeouts.connect = ample
        configuration.timeouts.tlsHandshake = ample
        configuration.timeouts.greeting = ample
        configuration.timeouts.tlsProbe = ample
        configuration.timeouts.command = ample
        configuration.timeouts.idleBody = ample
        configuration.timeouts.ratePeriod = ample
        configuration.timeouts.pipeliningStall = ample
        configuration.timeouts.terminatorGrace = ample
        configuration.timeouts.capabilities = ample
        configuration.timeouts.closing = ample
        configuration.timeouts.reconnectDelay = .milliseconds(1)
        return configuration
    }()

    /// The flow with a short limit for what the fault makes wait, and for nothing else: on a machine that is busy any
    /// other short one may be met first.
    func impatient(
        _ limits: WritableKeyPath<POP3Configuration.Timeouts, Duration>..., patience: Duration = .seconds(2)
    ) -> SandboxFlow {
        var flow = self
        for limit in limits { flow.configuration.timeouts[keyPath: limit] = patience }
        return flow
    }

    init(_ faults: Set<SandboxFault> = [], _ way: Way = .plain) {
        self.faults = faults
        self.way = way
    }

    /// Starts a sandbox and gives it to `body`, with where it is and a configuration that trusts it.
    func served<Result: Sendable>(
        _ body: (POP3Sandbox, POP3Endpoint, POP3Configuration) async throws -> Result
    ) async throws -> Result {
        var server = SandboxConfiguration()
        server.faults = faults
        let sandbox = try await POP3Sandbox.start(messages: messages, configuration: server)
        do {
            let result = try await body(sandbox, endpoint(sandbox), trusting(sandbox))
            await sandbox.stop()
            return result
        } catch {
            await sandbox.stop()
            throw error
        }
    }

    /// Starts a sandbox and gives it, with a session that is connected and not logged in, to `body`.
    func connected<Result: Sendable>(
        _ body: (POP3Session, POP3Sandbox) async throws -> Result
    ) async throws -> Result {
        var server = SandboxConfiguration()
        server.faults = faults
        server.dripInterval = .milliseconds(50)
        let sandbox = try await POP3Sandbox.start(messages: messages, configuration: server)
        do {
            let session = try await POP3Session.connect(to: endpoint(sandbox), configuration: trusting(sandbox))
            let result = try await body(session, sandbox)
            await session.close()
            await sandbox.stop()
            return result
        } catch {
            await sandbox.stop()
            throw error
        }
    }

    func endpoint(_ sandbox: POP3Sandbox) -> POP3Endpoint {
        switch way {
        case .plain: .pop("127.0.0.1", port: sandbox.port ?? 0, security: .plaintext)
        case .stls: .pop("localhost", port: sandbox.port ?? 0)
        case .tls: .pops("localhost", port: sandbox.tlsPort ?? 0)
        }
    }

    func trusting(_ sandbox: POP3Sandbox) -> POP3Configuration {
        var configuration = configuration
        configuration.tls.trustRoots = .pem(sandbox.certificateAuthorityPEM)
        return configuration
    }

    /// Connects, logs in, retrieves everything and quits.
    func run() async throws -> Outcome {
        try await connected { session, _ in
            try await session.authenticate(credential)
            var messages: [[UInt8]] = []
            for try await message in session.retrieve(.all) { messages.append(Array(message.bytes)) }
            try await session.quit()
            return Outcome(messages: messages, quirks: await session.quirks)
        }
    }

    /// The error that the way ends with; nil if it does not.
    func failure() async -> POP3Error? {
        do {
            _ = try await run()
            return nil
        } catch {
            return error as? POP3Error
        }
    }

    /// The command lines that reached the server before the way ended.
    func commandsSent() async throws -> [String] {
        var server = SandboxConfiguration()
        server.faults = faults
        let sandbox = try await POP3Sandbox.start(messages: messages, configuration: server)
        do {
            let session = try await POP3Session.connect(to: endpoint(sandbox), configuration: trusting(sandbox))
            try await session.authenticate(credential)
            await session.close()
        } catch {
            // What was sent until then is the answer.
        }
        await sandbox.stop()
        return sandbox.commands
    }
}
