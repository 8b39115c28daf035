import BIOTransport
internal import MailStores
internal import MessageBuffers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A POP3 server for tests, inside the process: plain, STLS and implicit TLS, with a certificate authority of its own
/// and faults on request.
///
///     let sandbox = try await POP3Sandbox.start(messages: [Array("Subject: hi\r\n\r\nhello\r\n".utf8)])
///     // connect to 127.0.0.1, sandbox.port, as user "user" with password "password"
///     await sandbox.stop()
public final class POP3Sandbox: Sendable {
    /// The port for plain text and STLS; nil if the configuration wants none.
    public let port: Int?
    /// The port for implicit TLS; nil if the configuration wants none.
    public let tlsPort: Int?
    /// The root to trust: it has signed the server's certificate, unless a fault has it otherwise.
    public var certificateAuthorityPEM: String { authority.certificatePEM }

    private let authority: CertificateAuthority
    private let accounts: [SandboxAccount]
    private let log: SandboxLog
    private let listeners: [SandboxPort]
    let faultControl: FaultControl

    /// Starts a server, which runs until ``stop()``.
    ///
    /// - Throws: ``SandboxError`` where its certificates cannot be made or its address and port not be listened on.
    public static func start(
        _ accounts: [SandboxAccount], configuration: SandboxConfiguration = SandboxConfiguration()
    ) async throws(SandboxError) -> POP3Sandbox {
        let authority = try CertificateAuthority()
        let identity = try authority.serverIdentity(faults: configuration.faults)
        let asksForCertificate = configuration.mechanisms.contains(.external)
        let tls: TLSServerContext
        do {
            tls = try TLSServerContext(
                certificatePEM: identity.certificatePEM, privateKeyPEM: identity.privateKeyPEM,
                clientRootsPEM: asksForCertificate ? authority.certificatePEM : nil,
                applicationProtocols: ["pop3"])
        } catch {
            throw .certificateNotMade(step: "the TLS context: \(error)")
        }
        let log = SandboxLog(limit: configuration.transcriptLimit)
        let faultControl = FaultControl(configuration.faults)
        let speaksTLS = !configuration.faults.contains(.tlsPortSpeaksPlain)
        var listeners: [SandboxPort] = []
        var ports: [Int?] = []
        for (wanted, isTLS) in [(configuration.port, false), (configuration.tlsPort, speaksTLS)] {
            guard let wanted else {
                ports.append(nil)
                continue
            }
            let listener = SandboxPort { loop in
                var configuration = configuration
                configuration.faults = faultControl.forConnection()
                configuration.faultsOfUser = { faultControl.forUser($0) }
                return SandboxConnection(
                    on: loop, accounts: accounts, configuration: configuration, tls: tls, isTLS: isTLS, log: log)
            }
            ports.append(try await listener.open(configuration.address, port: wanted))
            listeners.append(listener)
        }
        return POP3Sandbox(
            ports: ports, authority: authority, accounts: accounts, log: log, listeners: listeners,
            faultControl: faultControl)
    }

    /// Starts a server with one account, `user` with the password `password` and the OAuth token `token`.
    ///
    /// - Throws: ``SandboxError`` where its certificates cannot be made or its address and port not be listened on.
    public static func start(
        messages: [[UInt8]], configuration: SandboxConfiguration = SandboxConfiguration()
    ) async throws(SandboxError) -> POP3Sandbox {
        let account = SandboxAccount(
            user: "user", password: "password", token: "token", maildrop: MemoryMaildrop(messages))
        return try await start([account], configuration: configuration)
    }

    private init(
        ports: [Int?], authority: CertificateAuthority, accounts: [SandboxAccount], log: SandboxLog,
        listeners: [SandboxPort], faultControl: FaultControl
    ) {
        port = ports[0]
        tlsPort = ports[1]
        self.authority = authority
        self.accounts = accounts
        self.log = log
        self.listeners = listeners
        self.faultControl = faultControl
    }

    /// Stops listening and breaks off every connection. No deletion is committed by this.
    public func stop() async {
        for listener in listeners { await listener.close() }
    }

    /// Writes the root's certificate into a file that only its owner can read.
    ///
    /// - Throws: ``SandboxError/fileNotWritten(path:reason:)``.
    public func writeCertificateAuthority(to path: String) throws(SandboxError) {
        do throws(SinkError) {
            let file = try File(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
            try file.write(Array(certificateAuthorityPEM.utf8).rawSpan)
        } catch {
            throw SandboxError(writing: path, error)
        }
    }

    /// A client certificate for SASL EXTERNAL: it logs in the account of that name.
    ///
    /// - Throws: ``SandboxError/certificateNotMade(step:)``.
    public func clientIdentity(for user: String) throws(SandboxError) -> SandboxIdentity {
        try authority.issue(.client(commonName: user))
    }

    /// What has happened so far; connections report it each time they wait for their client.
    public var counters: SandboxCounters { log.counters }

    /// The last lines that went over all connections, in the order they were reported.
    public var transcript: [TranscriptEntry] { log.transcript }

    /// The command lines that clients sent, in order.
    public var commands: [String] {
        transcript.filter { $0.sender == .client }.map(\.line)
    }

    /// The unique ids of the messages of `user` whose deletion QUIT has committed, in order.
    public func deletedUIDs(of user: String) -> [String] {
        accounts.first { $0.user == user }?.mailbox.deletedUIDs ?? []
    }
}
