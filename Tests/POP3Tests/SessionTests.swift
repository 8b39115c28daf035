import Glibc
import POP3
import POP3Sandbox
import SeededRandom
import Testing

/// What a session can be asked for (RFC 1939, RFC 2449, RFC 6856).
@Suite("Session", .timeLimit(.minutes(15)))
struct SessionTests {
    private let flow = SandboxFlow()

    private func loggedIn(_ body: @Sendable (POP3Session, POP3Sandbox) async throws -> Void) async throws {
        try await flow.connected { session, sandbox in
            try await session.authenticate(flow.credential)
            try await body(session, sandbox)
        }
    }

    @Test("every login method logs in", arguments: AuthenticationMethod.allCases.filter { $0 != .external })
    func methods(_ method: AuthenticationMethod) async throws {
        var flow = SandboxFlow([], .tls)
        flow.configuration.authentication.methods = [method]
        switch method {
        case .oauthBearer, .xoauth2: flow.credential = .oauth(user: "user") { _ in Secret("token") }
        case .apop: flow.credential = .apop(user: "user", secret: Secret("password"))
        default: break
        }
        #expect(try await flow.run().messages == SandboxFlow.messages)
    }

    @Test("STAT, LIST and UIDL agree on the maildrop (RFC 1939 §5, §7)")
    func listings() async throws {
        try await loggedIn { session, _ in
            let status = try await session.fetchStatus()
            let maildrop = try await session.list()
            #expect(status.count == SandboxFlow.messages.count && maildrop.count == status.count)
            #expect(maildrop.map(\.size) == SandboxFlow.messages.map(\.count))
            #expect(Set(maildrop.compactMap(\.uniqueID)).count == maildrop.count)
            #expect(try await session.fetchSize(of: 1) == SandboxFlow.messages[0].count)
            #expect(try await session.fetchUniqueID(of: 1) == maildrop[0].uniqueID)
            #expect(try await session.fetchSize(of: 9_999) == nil)
        }
    }

    @Test(
        "PIPELINING needs no second CAPA after the login, which cannot change it (RFC 2449 §6.6)",
        arguments: [(SandboxFlow.Way.plain, ["CAPA"]), (.stls, ["CAPA", "STLS", "CAPA"]), (.tls, ["CAPA"])])
    func pipeliningIsKnown(_ way: SandboxFlow.Way, _ before: [String]) async throws {
        let flow = SandboxFlow([], way)
        try await flow.connected { session, sandbox in
            try await session.authenticate(flow.credential)
            let login = sandbox.commands.count
            #expect(Array(sandbox.commands.prefix(before.count)) == before)
            #expect(try await session.list().count == SandboxFlow.messages.count)
            #expect(Array(sandbox.commands.dropFirst(login)) == ["LIST", "UIDL"])
            #expect(try await session.supports("PIPELINING"))
            #expect(sandbox.commands.last == "CAPA")
        }
    }

    @Test("TOP gives the header and as many lines as asked for, none if not asked (RFC 1939 §7)")
    func top() async throws {
        try await loggedIn { session, _ in
            let header = try await session.retrieveTop(of: 1)
            #expect(String(decoding: header) == "Subject: a\r\n\r\n")
            let withLine = try await session.retrieveTop(of: 1, lines: 1)
            #expect(String(decoding: withLine) == "Subject: a\r\n\r\nhello\r\n")
        }
    }

    @Test("RETR gives one message, NOOP nothing, LAST a number")
    func single() async throws {
        try await loggedIn { session, _ in
            #expect(try await Array(session.retrieveMessage(2)) == SandboxFlow.messages[1])
            try await session.noop()
            #expect(try await session.fetchLastAccessed() != nil)
        }
    }

    @Test("only QUIT commits deletions, and RSET takes them back (RFC 1939 §5, §6)")
    func deletions() async throws {
        try await loggedIn { session, sandbox in
            try await session.delete(1)
            try await session.reset()
            try await session.delete(2)
            #expect(sandbox.deletedUIDs(of: "user").isEmpty)
            try await session.quit()
            #expect(sandbox.deletedUIDs(of: "user").count == 1)
            try await session.quit()
        }
    }

    @Test("a message is deleted once the loop has come back for the next one")
    func deletionPolicy() async throws {
        try await loggedIn { session, sandbox in
            var seen = 0
            for try await _ in session.retrieve(.all, deleting: .afterIteration) {
                seen += 1
                if seen == 5 { break }
            }
            try await session.quit()
            #expect(sandbox.deletedUIDs(of: "user").count == 4)
        }
    }

    @Test(
        "a task that prefers the session's executor gets every message on one thread",
        arguments: SandboxFlow.Way.allCases)
    func preferredExecutor(_ way: SandboxFlow.Way) async throws {
        var flow = SandboxFlow([], way)
        flow.messages = Array(repeating: SandboxFlow.messages, count: 40).flatMap { $0 }
        try await flow.connected { session, _ in
            try await session.authenticate(flow.credential)
            try await withTaskExecutorPreference(session.executor) {
                var threads: Set<UInt> = []
                var count = 0
                for try await _ in session.retrieve(.all) {
                    threads.insert(UInt(pthread_self()))
                    count += 1
                }
                #expect(threads.count == 1 && count == flow.messages.count)
                try await session.quit()
            }
        }
    }

    @Test("a retrieval that is left goes no further, and the session goes on")
    func abandoned() async throws {
        try await loggedIn { session, _ in
            for try await _ in session.retrieve(.all) { break }
            #expect(try await session.fetchStatus().count == SandboxFlow.messages.count)
        }
    }

    @Test("DELE within a retrieval goes along with it")
    func deletingWithin() async throws {
        try await loggedIn { session, sandbox in
            for try await message in session.retrieve(.numbers([1, 2, 3])) {
                try await session.delete(message.number)
            }
            try await session.quit()
            #expect(sandbox.deletedUIDs(of: "user").count == 3)
        }
    }

    @Test("another command gives a retrieval up, whatever still has its iterator")
    func givenUp() async throws {
        try await loggedIn { session, _ in
            var iterator = session.retrieve(.all).makeAsyncIterator()
            #expect(try await iterator.next()?.number == 1)
            #expect(try await session.fetchStatus().count == SandboxFlow.messages.count)
            // The batch that has been given is the caller's; what comes after it is not to be had any more.
            let error = await #expect(throws: POP3Error.self) { while try await iterator.next() != nil {} }
            guard case .wrongState = error?.reason else {
                Issue.record("the error is \(String(describing: error))")
                return
            }
            var other = session.retrieve(.all).makeAsyncIterator()
            #expect(try await other.next()?.number == 1)
            try await session.quit()
        }
    }

    @Test("of two retrievals at once the later one goes on, and the messages of each are its own")
    func twoAtOnce() async throws {
        try await loggedIn { session, _ in
            let outcomes = await withTaskGroup(of: [Int].self) { group in
                for numbers in [[1, 2, 3, 4], [11, 12, 13, 14]] {
                    group.addTask {
                        var got: [Int] = []
                        do {
                            for try await message in session.retrieve(.numbers(numbers)) { got.append(message.number) }
                        } catch {}
                        return got
                    }
                }
                var outcomes: [[Int]] = []
                for await outcome in group { outcomes.append(outcome) }
                return outcomes
            }
            #expect(outcomes.contains { $0 == [1, 2, 3, 4] || $0 == [11, 12, 13, 14] })
            for outcome in outcomes {
                #expect([1, 2, 3, 4].starts(with: outcome) || [11, 12, 13, 14].starts(with: outcome))
            }
        }
    }

    @Test("closing a session ends every wait on it, with an error", arguments: [true, false])
    func closingWhileWaiting(_ isRetrieving: Bool) async throws {
        // No deadline ends the wait before the close does.
        let flow = SandboxFlow([.silentMessage])
        try await flow.connected { session, _ in
            try await session.authenticate(flow.credential)
            let task = Task {
                if isRetrieving {
                    for try await _ in session.retrieve(.all) {}
                } else {
                    _ = try await session.retrieveMessage(1)
                }
            }
            try await Task.sleep(for: .milliseconds(100))
            await session.close()
            await #expect(throws: POP3Error.self) { try await task.value }
            await #expect(throws: POP3Error.self) { try await session.noop() }
        }
    }

    @Test("a session that is closed while it connects does not come up")
    func closingWhileConnecting() async throws {
        let flow = SandboxFlow([.silentGreeting])
        let sandbox = try await POP3Sandbox.start(
            messages: flow.messages,
            configuration: {
                var configuration = SandboxConfiguration()
                configuration.faults = flow.faults
                return configuration
            }())
        let session = POP3Session(to: flow.endpoint(sandbox), as: flow.credential, configuration: flow.configuration)
        let task = Task { try await session.noop() }
        try await Task.sleep(for: .milliseconds(100))
        await session.close()
        await #expect(throws: POP3Error.self) { try await task.value }
        #expect(await !session.isConnected)
        await sandbox.stop()
    }

    @Test("a message over the limit is named, and the others come", arguments: [true, false])
    func tooLarge(_ isPipelined: Bool) async throws {
        var flow = SandboxFlow()
        flow.messages = [Array("a\r\n".utf8), Array(repeating: 0x61, count: 10_000), Array("b\r\n".utf8)]
        flow.configuration.limits.messageSize = 5_000
        flow.configuration.pipelining.isEnabled = isPipelined
        try await flow.connected { session, _ in
            try await session.authenticate(flow.credential)
            var numbers: [Int] = []
            var failures: [Int] = []
            for try await event in session.retrieveInChunks(.all) {
                switch event {
                case .chunk(let chunk): numbers.append(chunk.summary.number)
                case .failure(let summary, _): failures.append(summary.number)
                }
            }
            #expect(numbers == [1, 3])
            #expect(failures == [2])
        }
    }

    @Test(
        "a message over the threshold comes in chunks that are the message",
        arguments: TestLevel.isSanitized ? [70_000] : [1, 70_000, 1 << 20])
    func chunks(_ threshold: Int) async throws {
        var flow = SandboxFlow()
        let lines = (0..<60_000).map { $0 % 7 == 0 ? ".line \($0)\r\n" : "line \($0) of a large message\r\n" }
        flow.messages = [Array("Subject: x\r\n\r\n".utf8), Array(lines.joined().utf8), Array("end\r\n".utf8)]
        let messages = flow.messages
        try await flow.connected { session, _ in
            try await session.authenticate(flow.credential)
            var joined: [Int: [UInt8]] = [:]
            for try await event in session.retrieveInChunks(.all, threshold: threshold) {
                guard case .chunk(let chunk) = event else { continue }
                joined[chunk.summary.number, default: []] += Array(chunk.bytes)
            }
            #expect((1...3).map { joined[$0] } == messages)
        }
    }

    @Test("each byte is written once: nothing moves but what is behind a dropped dot")
    func writtenOnce() async throws {
        var flow = SandboxFlow()
        flow.messages = Array(repeating: Array("Subject: x\r\n\r\nno dots here\r\n".utf8), count: 500)
        try await flow.connected { session, _ in
            try await session.authenticate(flow.credential)
            var count = 0
            for try await _ in session.retrieve(.all) { count += 1 }
            #expect(count == 500)
            let statistics = try #require(await session.wireStatistics)
            #expect(statistics.bytesCompacted == 0)
            #expect(statistics.bytesCarriedOver == 0)
        }
    }

    @Test("cancelling a task that waits takes effect at once and closes the session")
    func cancellation() async throws {
        // No deadline ends the wait before the cancellation does.
        let flow = SandboxFlow([.silentMessage])
        try await flow.connected { session, _ in
            try await session.authenticate(flow.credential)
            let task = Task { try await session.retrieveMessage(1) }
            try await Task.sleep(for: .milliseconds(100))
            task.cancel()
            let result = await task.result
            guard case .failure(let error as POP3Error) = result else {
                Issue.record("the wait went on")
                return
            }
            #expect(error.isCancellation)
            #expect(await !session.isConnected)
        }
    }

    @Test("a second session resumes the first one's TLS session, under the same policy only (CVE-2026-4873)")
    func resumption() async throws {
        let flow = SandboxFlow([], .tls)
        let sandbox = try await POP3Sandbox.start(messages: flow.messages)
        let configuration = flow.trusting(sandbox)
        func connect(_ configuration: POP3Configuration) async throws -> Bool? {
            let session = try await POP3Session.connect(to: flow.endpoint(sandbox), configuration: configuration)
            try await session.authenticate(flow.credential)
            let isResumed = await session.tls?.isResumed
            try await session.quit()
            return isResumed
        }
        #expect(try await connect(configuration) == false)
        #expect(try await connect(configuration) == true)
        var stricter = configuration
        stricter.tls.minimumVersion = .tls13
        #expect(try await connect(stricter) == false)
        await sandbox.stop()
    }

    @Test("a pinned certificate is accepted, another refused")
    func pinning() async throws {
        var flow = SandboxFlow([], .tls)
        flow.configuration.tls.pins = [.certificate(sha256: [UInt8](repeating: 0, count: 32))]
        guard case .transport(.certificateRejected(.notPinned)) = await flow.failure()?.reason else {
            Issue.record("the pin was ignored")
            return
        }
    }

    @Test("a password over plain text to another machine is refused before it is sent")
    func plaintextPolicy() throws {
        let offer = AuthenticationOffer(mechanisms: ["PLAIN", "LOGIN"], acceptsUser: true)
        #expect(throws: AuthenticationError.self) {
            try AuthenticationPolicy().candidates(for: flow.credential, offer: offer, over: .plaintext)
        }
    }

    @Test("POP URLs are read by RFC 2384, and passwords in them refused")
    func urls() throws {
        let url = try POP3URL("pop://ada%40example.com;AUTH=+APOP@mail.example.com:1100/")
        #expect(url.user == "ada@example.com" && url.mechanism == "+APOP" && url.endpoint.port == 1100)
        #expect(try POP3URL("pops://[::1]").endpoint == .pops("::1"))
        #expect(try POP3URL("pops://a@localhost:").endpoint == .pops("localhost"))
        for bad in ["http://x", "pop://", "pop://ada:secret@x", "pop://x:0", "pop://x/path", "pop://a%0d@x"] {
            #expect(throws: POP3URL.ParseError.self) { try POP3URL(bad) }
        }
    }
}
