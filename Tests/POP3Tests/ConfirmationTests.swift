import POP3
import POP3Sandbox
import Testing

/// When a message counts, and what becomes of a session whose replies go astray.
@Suite("Confirmation", .timeLimit(.minutes(15)))
struct ConfirmationTests {
    /// The last one has a line that is a dot, which a faulty server does not stuff.
    static let messages: [[UInt8]] =
        (1...6).map { Array("Subject: \($0)\r\n\r\nbody \($0)\r\n".utf8) }
        + [Array("Subject: 7\r\n\r\nx\r\n.\r\n+OK 12 octets\r\nSubject: forged\r\n\r\ny\r\n".utf8)]

    /// What a retrieval in chunks gives: whole messages and failures, by number.
    private func retrieve(
        _ session: POP3Session, threshold: Int = .max, _ selection: MessageSelection = .all
    ) async throws -> (messages: [Int: [UInt8]], failures: [Int: POP3Error]) {
        var messages: [Int: [UInt8]] = [:]
        var partial: [Int: [UInt8]] = [:]
        var failures: [Int: POP3Error] = [:]
        for try await event in session.retrieveInChunks(selection, threshold: threshold) {
            switch event {
            case .chunk(let chunk):
                let number = chunk.summary.number
                if chunk.isFirst { partial[number] = [] }
                partial[number, default: []] += Array(chunk.bytes)
                if chunk.isLast { messages[number] = partial[number] }
            case .failure(let summary, let error): failures[summary.number] = error
            }
        }
        return (messages, failures)
    }

    private func run(
        _ faults: Set<SandboxFault>, isPipelined: Bool = true, threshold: Int = .max, messages: [[UInt8]] = messages,
        _ change: (inout POP3Configuration) -> Void = { _ in }
    ) async throws -> (messages: [Int: [UInt8]], failures: [Int: POP3Error], quirks: Set<POP3Quirk>) {
        var flow = SandboxFlow(faults)
        flow.messages = messages
        flow.configuration.pipelining.isEnabled = isPipelined
        change(&flow.configuration)
        return try await flow.connected { session, _ in
            try await session.authenticate(flow.credential)
            let (messages, failures) = try await retrieve(session, threshold: threshold)
            try await session.quit()
            return (messages, failures, await session.quirks)
        }
    }

    private func numbered(_ messages: some Sequence<[UInt8]>) -> [Int: [UInt8]] {
        Dictionary(uniqueKeysWithValues: zip(1..., messages))
    }

    @Test(
        "the status of the next RETR before the end of a message costs a new connection, and no message",
        arguments: [0, 1 << 20])
    func statusBeforeTerminator(_ threshold: Int) async throws {
        let outcome = try await run([.okBeforeTerminator], threshold: threshold)
        #expect(outcome.messages == numbered(Self.messages))
        #expect(outcome.failures.isEmpty)
        #expect(outcome.quirks.isSuperset(of: [.reconnected, .brokenPipelining]))
    }

    @Test("a message that an unstuffed dot cuts is never given, and all others are", arguments: [true, false])
    func unstuffedDot(_ isPipelined: Bool) async throws {
        let outcome = try await run([.unstuffedDot], isPipelined: isPipelined)
        #expect(outcome.messages == numbered(Self.messages.dropLast()))
        #expect(Array(outcome.failures.keys) == [7])
        guard case .desynchronised = outcome.failures[7]?.reason else {
            Issue.record("the failure is \(String(describing: outcome.failures[7]))")
            return
        }
    }

    @Test("an extra +OK before a message shows, and the message comes without it", arguments: [true, false])
    func extraOK(_ isPipelined: Bool) async throws {
        let outcome = try await run([.extraOK], isPipelined: isPipelined)
        #expect(outcome.messages == numbered(Self.messages))
        #expect(outcome.failures.isEmpty)
    }

    @Test("a mail that begins or ends like a reply is a mail, once it has come twice the same")
    func looksLikeReply() async throws {
        let large = String(repeating: "a line of the large message\r\n", count: 20_000)
        let messages = [
            "+OK hello\r\n\r\nx\r\n", "Subject: x\r\n\r\n-ERR bye\r\n", "-ERR\r\n", "+OK\r\n\r\n\(large)",
            "Subject: y\r\n\r\n\(large)+OK bye\r\n",
        ].map { Array($0.utf8) }
        for threshold in [0, 1 << 20] {
            let outcome = try await run([], threshold: threshold, messages: messages)
            #expect(outcome.messages == numbered(messages) && outcome.failures.isEmpty)
            #expect(!outcome.quirks.contains(.reconnected))
        }
    }

    @Test(
        "a server that refuses UIDL and LIST with a number, or ignores it, is asked otherwise",
        arguments: [
            [SandboxFault.refusesListingOfOne], [.refusesListingOfOne, .uidlMissing], [.uidlMissing], [.listsAllForOne],
            [.listsAllForOne, .uidlMissing],
        ])
    func otherQuestions(_ faults: [SandboxFault]) async throws {
        let outcome = try await run(Set(faults))
        #expect(outcome.messages == numbered(Self.messages) && outcome.failures.isEmpty)
        #expect(!outcome.quirks.contains(.reconnected))
    }

    @Test("a message over the limit that LIST calls small is a failure of that message", arguments: [0, .max])
    func listedTooSmall(_ threshold: Int) async throws {
        var messages = Self.messages
        messages[2] = Array(repeating: 0x61, count: 200_000)
        let outcome = try await run([.listSizesTooSmall], threshold: threshold, messages: messages) {
            $0.limits.messageSize = 100_000
        }
        messages.remove(at: 2)
        #expect(Set(outcome.messages.values) == Set(messages))
        guard case .messageTooLarge(nil, 100_000) = outcome.failures[3]?.reason, outcome.failures.count == 1 else {
            Issue.record("the failures are \(outcome.failures)")
            return
        }
    }

    @Test("a size over the limit is not believed of a listing that STAT contradicts")
    func listedTooLarge() async throws {
        let outcome = try await run([.listSizesRandom]) { $0.limits.messageSize = 200 }
        #expect(outcome.messages == numbered(Self.messages) && outcome.failures.isEmpty)
    }

    @Test(
        "a slow first reply has the time of a command, however many were sent at once",
        arguments: [SandboxFault.slowFirstReplies])
    func slowFirstReply(_ fault: SandboxFault) async throws {
        var server = SandboxConfiguration()
        server.faults = [fault]
        server.slowReplyPause = .seconds(6)
        server.locksMaildrops = true
        let sandbox = try await POP3Sandbox.start(messages: Self.messages, configuration: server)
        var flow = SandboxFlow()
        flow.configuration.timeouts.pipeliningStall = .seconds(5)
        let session = try await POP3Session.connect(to: flow.endpoint(sandbox), configuration: flow.configuration)
        try await session.authenticate(flow.credential)
        let (messages, _) = try await retrieve(session)
        #expect(messages == numbered(Self.messages))
        #expect(await session.quirks == [])
        #expect(sandbox.counters.connections == 1)
        try await session.quit()
        await sandbox.stop()
    }

    @Test("after an unclean end, a refused login is tried again, whatever reason the server gives")
    func refusedAfterUncleanEnd() async throws {
        let outcome = try await run([.okBeforeTerminator, .authRefusedAfterUncleanEnd])
        #expect(outcome.messages == numbered(Self.messages))
    }

    @Test("messages with one id are told apart by their order, and deleted only on the connection that gave them")
    func duplicatesAcrossConnections() async throws {
        var flow = SandboxFlow([.okBeforeTerminator, .uidlDuplicate])
        flow.messages = Self.messages
        try await flow.connected { session, sandbox in
            try await session.authenticate(flow.credential)
            var stored: [[UInt8]] = []
            var failures = 0
            for try await event in session.retrieveInChunks(.all) {
                switch event {
                case .chunk(let chunk):
                    stored.append(Array(chunk.bytes))
                    try await session.delete(chunk.summary.number)
                case .failure: failures += 1
                }
            }
            try await session.quit()
            #expect(Set(stored) == Set(Self.messages))
            let deleted = sandbox.deletedUIDs(of: "user").count
            #expect(deleted + failures >= Self.messages.count && deleted <= Self.messages.count)
        }
    }

    @Test("of a listing from before a new connection, a message that is gone is a failure of its own")
    func goneAfterReconnecting() async throws {
        var flow = SandboxFlow([.okBeforeTerminator])
        flow.messages = Self.messages
        try await flow.connected { session, sandbox in
            try await session.authenticate(flow.credential)
            let maildrop = try await session.list()
            let other = POP3Session(
                to: flow.endpoint(sandbox), as: flow.credential, configuration: flow.trusting(sandbox))
            try await other.delete(3)
            try await other.quit()
            let first = try await retrieve(session, .listed(maildrop, positions: [0, 1, 3]))
            #expect(first.messages.count == 3)
            #expect(await session.quirks.contains(.reconnected))
            let second = try await retrieve(session, .listed(maildrop, positions: [2, 4]))
            #expect(second.messages == [5: Self.messages[4]])
            guard case .notIdentified = second.failures[3]?.reason else {
                Issue.record("the failures are \(second.failures)")
                return
            }
        }
    }

    @Test("after a new connection the marks are made again, by ids that are a message's own")
    func marksAfterReconnecting() async throws {
        var flow = SandboxFlow([.okBeforeTerminator])
        flow.messages = Self.messages
        try await flow.connected { session, sandbox in
            try await session.authenticate(flow.credential)
            _ = try await session.list()
            try await session.delete(7)
            for try await message in session.retrieve(.numbers([1, 2, 3, 4])) {
                try await session.delete(message.number)
            }
            try await session.quit()
            #expect(sandbox.deletedUIDs(of: "user").count == 5)
        }
    }
}

/// Maildrops that a server describes badly: the mail comes whatever LIST, UIDL and CAPA say.
@Suite("Odd listings and capabilities", .timeLimit(.minutes(15)))
struct OddServerTests {
    @Test(
        "what is wrong with a line of a listing concerns one message at most",
        arguments: [
            SandboxFault.uidlOddLines, .uidlEmpty, .uidl71Octets, .listSizesOdd, .listOmitsMessages, .uidlOmitsMessages,
            .listSizesTooSmall, .listSizesOfLF, .listSizesRandom, .exchangeWrongSizes, .wrongMessageCount,
        ], [true, false])
    func listings(_ fault: SandboxFault, _ isPipelined: Bool) async throws {
        var flow = SandboxFlow([fault])
        flow.configuration.pipelining.isEnabled = isPipelined
        #expect(Set(try await flow.run().messages) == Set(SandboxFlow.messages))
    }

    @Test(
        "no number of a server's makes the client trap",
        arguments: Array(SandboxFault.numbers.keys), [AuthenticationMethod.user, .scramSHA256])
    func numbers(_ fault: SandboxFault, _ method: AuthenticationMethod) async throws {
        var flow = SandboxFlow([fault])
        flow.configuration.authentication.methods = [method]
        flow = flow.impatient(\.command, \.idleBody)
        var messages: [[UInt8]] = []
        try await flow.connected { session, _ in
            do {
                try await session.authenticate(flow.credential)
                _ = try? await session.fetchStatus()
                _ = try? await session.fetchSize(of: 1)
                _ = try? await session.fetchUniqueID(of: 1)
                for try await event in session.retrieveInChunks(.all) {
                    if case .chunk(let chunk) = event, chunk.isFirst, chunk.isLast {
                        messages.append(Array(chunk.bytes))
                    }
                }
                try await session.quit()
            } catch is POP3Error {
                // A typed error is an answer too.
            }
        }
        #expect(messages.allSatisfy { SandboxFlow.messages.contains($0) })
    }

    @Test(
        "no size of LIST keeps mail from being fetched, nor their sum",
        arguments: [SandboxFault.listSizesOdd])
    func sumOfSizes(_ fault: SandboxFault) async throws {
        #expect(Set(try await SandboxFlow([fault]).run().messages) == Set(SandboxFlow.messages))
    }

    @Test("a maildrop that is empty and cannot be listed is empty")
    func emptyMaildrop() async throws {
        var flow = SandboxFlow([.listRefused])
        flow.messages = []
        #expect(try await flow.run().messages.isEmpty)
    }

    @Test(
        "whatever CAPA says or does, USER and PASS are tried",
        arguments: [SandboxFault.capaEmpty, .capaOnlyNTLM, .capaCloses, .capaOneLine, .capaRefused, .saslUnknown])
    func capabilities(_ fault: SandboxFault) async throws {
        var flow = SandboxFlow([fault])
        flow.configuration.timeouts.capabilities = .milliseconds(300)
        #expect(try await flow.run().messages == SandboxFlow.messages)
    }

    @Test("without CAPA, STLS that is required is asked for all the same")
    func withoutCapabilities() async throws {
        for fault in [SandboxFault?.none, .capaCloses] {
            var flow = SandboxFlow(Set([fault].compactMap { $0 }), .stls)
            flow.configuration.asksForCapabilities = fault != nil
            let isEncrypted = try await flow.connected { session, sandbox in
                try await session.authenticate(flow.credential)
                #expect(sandbox.commands.contains("STLS"))
                return await session.tls != nil
            }
            #expect(isEncrypted)
        }
    }

    @Test("PLAIN that is refused with its initial response goes out in two steps, once")
    func plainInTwoSteps() async throws {
        var flow = SandboxFlow([.plainInTwoSteps], .tls)
        flow.configuration.authentication.methods = [.plain]
        let commands = try await flow.commandsSent()
        #expect(commands.filter { $0.hasPrefix("AUTH PLAIN") }.count == 2)
        #expect(try await flow.run().messages == SandboxFlow.messages)
    }

    @Test(
        "a wrong password is sent once by a method that the server knows",
        arguments: [AuthenticationMethod.user, .login])
    func wrongPassword(_ method: AuthenticationMethod) async throws {
        var flow = SandboxFlow()
        flow.credential = .password(user: "user", secret: Secret("wrong"))
        flow.configuration.authentication.methods = [method]
        let commands = try await flow.commandsSent()
        #expect(commands.count { $0.hasPrefix("USER") || $0.hasPrefix("AUTH") } == 1)
    }

    @Test("a token that is refused is not sent again unchanged")
    func refusedToken() async throws {
        var flow = SandboxFlow([], .tls)
        flow.credential = .oauth(user: "user") { _ in Secret("stale") }
        let commands = try await flow.commandsSent()
        #expect(commands.count { $0.hasPrefix("AUTH") } == 1)
    }

    @Test("answers that come before their questions end the session before any credential", arguments: [true, false])
    func earlyReplies(_ isRequired: Bool) async throws {
        let flow = SandboxFlow([.earlyReplies], isRequired ? .stls : .plain)
        let error = await flow.failure()
        switch error?.reason {
        case .desynchronised, .transport(.plaintextBeforeTLS): break
        default: Issue.record("the error is \(String(describing: error))")
        }
        #expect(try await flow.commandsSent().allSatisfy { $0 == "CAPA" || $0 == "STLS" })
    }
}
