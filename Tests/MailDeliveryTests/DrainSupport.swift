import MessageBuffers
import POP3
import POP3Sandbox

@testable import MailDelivery

/// A sink that keeps whole messages in memory.
final class MemorySink: MailSink {
    let isLossless: Bool
    /// Messages that a sync has made durable.
    private(set) var stored: [[UInt8]] = []
    private var finished: [[UInt8]] = []
    private var current: [UInt8]?

    init(isLossless: Bool = true) { self.isLossless = isLossless }

    func begin(_ origin: MessageOrigin) { current = [] }

    func write(_ chunk: RawSpan) { current?.append(copying: chunk) }

    func finish() -> DeliveryOutcome {
        if let current { finished.append(current) }
        current = nil
        return .buffered
    }

    func cancel() { current = nil }

    func sync() {
        stored += finished
        finished = []
    }
}

/// One drain of a sandbox's maildrop, and how it ended.
struct DrainRun {
    var configuration = POP3Configuration()
    var options = MaildropDrain.Options()
    var account: SandboxAccount
    var server = SandboxConfiguration()

    init(_ account: SandboxAccount) {
        self.account = account
        server.tlsPort = nil
        configuration.authentication.methods = [.user]
        configuration.timeouts.closing = .milliseconds(200)
        configuration.timeouts.reconnectDelay = .milliseconds(1)
        configuration.timeouts.reconnectPatience = .seconds(2)
    }

    /// The report, or the error that the drain ended with.
    func callAsFunction(
        into sink: any MailSink, seen: SeenMessageStore? = nil
    ) async throws -> Result<MaildropDrain.Report, DrainError> {
        let sandbox = try await POP3Sandbox.start([account], configuration: server)
        let result: Result<MaildropDrain.Report, DrainError>
        do throws(POP3Error) {
            let session = try await POP3Session.connect(
                to: .pop("127.0.0.1", port: sandbox.port ?? 0, security: .plaintext), configuration: configuration)
            try await session.authenticate(.password(user: account.user, secret: Secret(account.password)))
            do throws(DrainError) {
                let drain = MaildropDrain(session, account: "a", into: sink, seen: seen, options: options)
                result = .success(try await drain.run())
            } catch {
                result = .failure(error)
            }
            await session.close()
        } catch {
            result = .failure(.session(error))
        }
        await sandbox.stop()
        return result
    }
}

extension Result<MaildropDrain.Report, DrainError> {
    /// Whether the command would exit with 0.
    var isClean: Bool {
        guard case .success(let report) = self else { return false }
        return report.failures.isEmpty && report.unreadableMessages == 0
    }
}

extension POP3Configuration {
    /// Has every silence of a server end after `limit`.
    mutating func setTimeouts(_ limit: Duration) {
        timeouts.greeting = limit
        timeouts.command = limit
        timeouts.idleBody = limit
        timeouts.capabilities = limit
        timeouts.terminatorGrace = limit / 3
    }
}
