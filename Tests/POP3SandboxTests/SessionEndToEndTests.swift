import BIOTransport
import MailGenerator
import POP3
import POP3Sandbox
import SeededRandom
import Testing

@Suite("The sandbox over sockets")
struct SessionEndToEndTests {
    private func withSandbox(
        _ messages: [[UInt8]], mechanisms: [SandboxMechanism] = SandboxMechanism.allCases,
        _ body: (POP3Sandbox) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration()
        configuration.mechanisms = Set(mechanisms)
        let sandbox = try await POP3Sandbox.start(messages: messages, configuration: configuration)
        do { try await body(sandbox) } catch {
            await sandbox.stop()
            throw error
        }
        await sandbox.stop()
    }

    private func connect(_ sandbox: POP3Sandbox) async throws -> POP3Session {
        var configuration = POP3Configuration()
        configuration.tls.trustRoots = .pem(sandbox.certificateAuthorityPEM)
        return try await POP3Session.connect(
            to: .pops("localhost", port: try #require(sandbox.tlsPort)), configuration: configuration)
    }

    @Test("a thousand sessions at once are served over TLS, and stop() ends those that stay")
    func thousandSessions() async throws {
        let count = TestLevel.sample(1000)
        let mails = (0..<4).map { MailGenerator(seed: 5, kinds: [.short]).mail(at: $0) }
        try await withSandbox(mails) { sandbox in
            var sessions: [POP3Session] = []
            for _ in 0..<count { sessions.append(try await connect(sandbox)) }
            #expect(sandbox.counters.openConnections == count)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for session in sessions {
                    group.addTask {
                        try await session.authenticate(.password(user: "user", secret: Secret("password")))
                        return try await session.fetchStatus().count
                    }
                }
                for try await messages in group { #expect(messages == 4) }
            }
            #expect(sandbox.counters.logins == count)
            await sandbox.stop()
            #expect(sandbox.counters.openConnections == 0)
        }
    }

    @Test(
        "this project's client logs in by each SASL mechanism (RFC 5034)",
        arguments: [SandboxMechanism.plain, .login, .cramMD5, .scramSHA1, .scramSHA256, .scramSHA256Plus])
    func mechanisms(mechanism: SandboxMechanism) async throws {
        let mail = MailGenerator(seed: 6).mail(at: 0)
        try await withSandbox([mail], mechanisms: [mechanism]) { sandbox in
            let session = try await connect(sandbox)
            try await session.authenticate(.password(user: "user", secret: Secret("password")))
            let message = try await session.retrieveMessage(1)
            #expect(unsafe message.withUnsafeBytes { unsafe Array($0) } == mail)
            try await session.quit()
            #expect(sandbox.commands.contains { $0.hasPrefix("AUTH " + mechanism.rawValue) })
        }
    }
}
