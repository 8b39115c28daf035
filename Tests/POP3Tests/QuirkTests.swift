import POP3
import POP3Sandbox
import Testing

/// Servers that break the rules in known ways: the mail comes whole, and the quirk is recorded.
@Suite("Quirks", .timeLimit(.minutes(15)))
struct QuirkTests {
    /// For a limit that all commands share, and only one is to meet, on a machine that is busy with all other tests.
    private static let patience = Duration.seconds(15)

    @Test(
        "the mail comes whole, and the quirk is recorded",
        arguments: [
            (SandboxFault.exchangeWrongSizes, POP3Quirk.wrongListedSize),
            (.comcastUidlSpaces, .extraSpacesInListing), (.uidlDuplicate, .duplicateUniqueID),
            (.uidlMissing, .noUniqueIDs), (.uidlOmitsMessages, .incompleteListing),
            (.longStatusLine, .longStatusLine), (.pipeliningDropsReplies, .brokenPipelining),
            (.pipeliningCloses, .brokenPipelining), (.pipeliningStalls, .brokenPipelining),
            (.capaRefused, .noCapabilities), (.uidl71Octets, .oddListing), (.uidlEmpty, .oddListing),
        ])
    func recorded(_ fault: SandboxFault, _ quirk: POP3Quirk) async throws {
        var flow = SandboxFlow([fault])
        if quirk == .brokenPipelining { flow = flow.impatient(\.command, patience: Self.patience) }
        let outcome = try await flow.run()
        #expect(outcome.messages == SandboxFlow.messages)
        #expect(outcome.quirks.contains(quirk), "\(outcome.quirks)")
    }

    @Test(
        "a server whose pipelining fails at the messages themselves loses none of them",
        arguments: [SandboxFault.pipeliningDropsReplies, .pipeliningCloses, .pipeliningStalls])
    func failsWhileRetrieving(_ fault: SandboxFault) async throws {
        let flow = SandboxFlow([fault]).impatient(\.command, patience: Self.patience)
        // Only the second session sends several commands at once.
        var first = flow
        first.configuration.pipelining.isEnabled = false
        let (messages, quirks) = try await first.connected { session, sandbox in
            try await session.authenticate(flow.credential)
            let maildrop = try await session.list()
            try await session.quit()
            // One that knows the listing already, and so sends several RETR before anything else.
            let other = POP3Session(
                to: flow.endpoint(sandbox), as: flow.credential, configuration: flow.trusting(sandbox))
            var messages: [[UInt8]] = []
            for try await message in other.retrieve(.listed(maildrop, positions: Array(maildrop.indices))) {
                messages.append(Array(message.bytes))
            }
            try await other.quit()
            return (messages, await other.quirks)
        }
        #expect(messages == SandboxFlow.messages)
        #expect(quirks.contains(.brokenPipelining), "\(quirks)")
    }

    @Test(
        "a terminator without its line end still ends the message",
        arguments: [SandboxFault.exchangeTerminatorWithoutCRLF, .cyrusTerminatorWithoutLF], [true, false])
    func unfinishedTerminator(_ fault: SandboxFault, _ isPipelined: Bool) async throws {
        var flow = SandboxFlow([fault])
        flow.configuration.pipelining.isEnabled = isPipelined
        flow.configuration.timeouts.terminatorGrace = .milliseconds(200)
        let outcome = try await flow.run()
        #expect(outcome.messages == SandboxFlow.messages)
        // The fault shows where nothing was pipelined after the message; a question that confirms it mostly is.
        #expect(outcome.quirks.contains(.unfinishedTerminator) || (isPipelined && fault == .cyrusTerminatorWithoutLF))
    }

    @Test(
        "however the stream is cut, the mail is the same", arguments: [SandboxFault.readCutEveryByte, .terminatorCut],
        SandboxFlow.Way.allCases)
    func cuts(_ fault: SandboxFault, _ way: SandboxFlow.Way) async throws {
        var flow = SandboxFlow([fault], way)
        flow.messages = Array(SandboxFlow.messages.prefix(7))
        #expect(try await flow.run().messages == flow.messages)
    }

    @Test("every way to the server gives the same mail", arguments: SandboxFlow.Way.allCases)
    func ways(_ way: SandboxFlow.Way) async throws {
        let outcome = try await SandboxFlow([], way).run()
        #expect(outcome.messages == SandboxFlow.messages)
        #expect(outcome.quirks == [])
    }

    @Test("+OK where SASL wants + goes on (RFC 5034 §4)")
    func okForPlus() async throws {
        var flow = SandboxFlow([.okForSaslPlus], .tls)
        flow.configuration.authentication.methods = [.plain]
        #expect(try await flow.run().messages == SandboxFlow.messages)
    }

    @Test("XOAUTH2 goes out in two steps, as Office 365 wants it")
    func office365() async throws {
        var flow = SandboxFlow([.office365TwoStepXoauth2], .tls)
        flow.credential = .oauth(user: "user") { _ in Secret("token") }
        flow.configuration.authentication.methods = [.xoauth2]
        #expect(try await flow.run().messages == SandboxFlow.messages)
    }

    @Test("a greeting with angle brackets that hold no msg-id is a greeting")
    func angleBrackets() async throws {
        #expect(try await SandboxFlow([.greetingAngleBracketsNoMsgid]).run().messages == SandboxFlow.messages)
    }

    @Test("UTF8 is not sent unless it is advertised: Gmail hangs up on it (RFC 6856 §2)")
    func unadvertisedUTF8() async throws {
        try await SandboxFlow([.gmailDropsOnUTF8]).connected { session, sandbox in
            try await session.authenticate(SandboxFlow().credential)
            await #expect(throws: POP3Error.self) { try await session.enableUTF8() }
            try await session.noop()
            #expect(!sandbox.commands.contains("UTF8"))
        }
    }

    @Test(
        "a lost reply to QUIT leaves the deletion unknown",
        arguments: [SandboxFault.lostQuitReply, .lostQuitUncommitted])
    func lostQuit(_ fault: SandboxFault) async throws {
        try await SandboxFlow([fault]).connected { session, _ in
            try await session.authenticate(SandboxFlow().credential)
            try await session.delete(1)
            try await session.quit()
            #expect(await session.quirks.contains(.lostQuitReply))
        }
    }

    @Test("LAST that is not known is an answer")
    func unknownLast() async throws {
        try await SandboxFlow([.lastUnknown]).connected { session, _ in
            try await session.authenticate(SandboxFlow().credential)
            #expect(try await session.fetchLastAccessed() == nil)
        }
    }

    @Test("capabilities are asked for again after login (RFC 2449 §5)")
    func capabilitiesChange() async throws {
        try await SandboxFlow([.capaChangesAfterLogin]).connected { session, _ in
            let before = try await session.fetchCapabilities()
            try await session.authenticate(SandboxFlow().credential)
            #expect(try await session.fetchCapabilities() != before)
        }
    }

    @Test(
        "a refusal says whether it is temporary (RFC 3206, RFC 2449 §8.1)",
        arguments: [
            (SandboxFault.inUse, true), (.loginDelay, true), (.sysTemp, true), (.sysPerm, false), (.authRefused, false),
        ])
    func temporary(_ fault: SandboxFault, _ isTemporary: Bool) async {
        #expect(await SandboxFlow([fault]).failure()?.isTemporary == isTemporary)
    }
}
