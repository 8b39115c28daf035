import POP3
import POP3Sandbox
import Testing

@Suite("A session that connects at its first command", .timeLimit(.minutes(15)))
struct LazyConnectingTests {
    private let flow = SandboxFlow()

    private func withSandbox<Result: Sendable>(
        password: String = "password", _ body: (POP3Session, POP3Sandbox) async throws -> Result
    ) async throws -> Result {
        let sandbox = try await POP3Sandbox.start(messages: flow.messages)
        let session = POP3Session(
            to: flow.endpoint(sandbox), as: .password(user: "user", secret: Secret(password)),
            configuration: flow.trusting(sandbox))
        do {
            let result = try await body(session, sandbox)
            await session.close()
            await sandbox.stop()
            return result
        } catch {
            await sandbox.stop()
            throw error
        }
    }

    private func logins(_ sandbox: POP3Sandbox) -> Int {
        sandbox.commands.count { $0.hasPrefix("AUTH") || $0.hasPrefix("APOP") || $0.hasPrefix("USER") }
    }

    @Test("nothing is sent before the first command, which then has its answer")
    func firstCommand() async throws {
        try await withSandbox { session, sandbox in
            #expect(await !session.isConnected)
            #expect(sandbox.commands.isEmpty)
            let status = try await session.fetchStatus()
            #expect(status.count == flow.messages.count)
            #expect(logins(sandbox) == 1)
            try await session.quit()
            let error = await #expect(throws: POP3Error.self) { try await session.noop() }
            guard case .notConnected = error?.reason else {
                Issue.record("the error is \(String(describing: error))")
                return
            }
        }
    }

    @Test("a retrieval connects too")
    func firstRetrieval() async throws {
        try await withSandbox { session, _ in
            var messages: [[UInt8]] = []
            for try await message in session.retrieve(.all) { messages.append(Array(message.bytes)) }
            #expect(messages == flow.messages)
        }
    }

    @Test("several first commands at once connect once")
    func concurrently() async throws {
        try await withSandbox { session, sandbox in
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 { group.addTask { try await session.noop() } }
                try await group.waitForAll()
            }
            #expect(logins(sandbox) == 1)
        }
    }

    @Test("a refused login is the command's error, and the next command tries again")
    func refused() async throws {
        try await withSandbox(password: "wrong") { session, sandbox in
            for attempt in 1...2 {
                let error = await #expect(throws: POP3Error.self) { try await session.noop() }
                guard case .authentication = error?.reason else {
                    Issue.record("the error is \(String(describing: error))")
                    return
                }
                #expect(await !session.isConnected)
                #expect(logins(sandbox) >= attempt)
            }
        }
    }

    @Test("QUIT is harmless without a connection")
    func quits() async throws {
        try await withSandbox { session, sandbox in
            try await session.quit()
            #expect(sandbox.commands.isEmpty)
        }
    }
}
