import POP3
import POP3Sandbox
import Testing

/// What a hostile server or network does, and how the client ends it.
@Suite("Attacks", .timeLimit(.minutes(15)))
struct AttackTests {
    private func reason(_ faults: Set<SandboxFault>, _ way: SandboxFlow.Way) async -> String {
        await reason(SandboxFlow(faults, way))
    }

    private func reason(_ flow: SandboxFlow) async -> String {
        guard let error = await flow.failure() else { return "none" }
        return switch error.reason {
        case .transport(.plaintextBeforeTLS): "plaintext before TLS"
        case .transport(.timedOut(.tlsHandshake, _)): "handshake deadline"
        case .transport(.timedOut(.greeting, _)): "greeting deadline"
        case .transport(.timedOut): "deadline"
        case .transport(.tooSlow): "too slow"
        case .transport(.notTLS): "not TLS"
        case .transport(.closedByPeer): "closed"
        case .transport(.certificateRejected(let rejection)):
            switch rejection {
            case .selfSigned: "self-signed"
            case .unknownIssuer: "unknown issuer"
            case .wrongHost: "wrong host"
            case .expired: "expired"
            default: "\(rejection)"
            }
        case .tlsUnavailable: "no TLS"
        case .authentication(.apopTimestampInvalid): "APOP timestamp"
        case .authentication(.serverNotVerified): "server not verified"
        case .authentication(.iterationCountOutOfRange): "iterations"
        case .authentication(.nonceChanged): "nonce"
        case .lineTooLong: "line too long"
        case .listingTooLong: "listing too long"
        case .messageTooLarge: "message too large"
        case .desynchronised: "desynchronised"
        case .bareLineFeed: "bare LF"
        case .badResponse: "bad response"
        case .refused: "refused"
        default: "\(error)"
        }
    }

    @Test(
        "bytes behind STLS's +OK end the connection and are never read (CVE-2021-22947, CVE-2026-41319)",
        arguments: [SandboxFault.stlsInjectionWhole, .stlsInjectionSplit])
    func injection(_ fault: SandboxFault) async {
        #expect(await reason([fault], .stls) == "plaintext before TLS")
    }

    @Test(
        "without the STLS that is required no credential goes out (CVE-2021-22946, CVE-2021-39272)",
        arguments: [SandboxFault.stlsMissing, .capaRefused, .stlsRefused])
    func strippedTLS(_ fault: SandboxFault) async throws {
        #expect(await reason([fault], .stls) == "no TLS")
        let commands = try await SandboxFlow([fault], .stls).commandsSent()
        #expect(commands.allSatisfy { $0 == "CAPA" || $0 == "STLS" }, "\(commands)")
    }

    @Test("silence behind STLS's +OK meets the handshake deadline")
    func silence() async {
        #expect(await reason(SandboxFlow([.stlsSilence], .stls).impatient(\.tlsHandshake)) == "handshake deadline")
    }

    @Test(
        "a certificate that proves nothing is refused, saying why (RFC 9525)",
        arguments: [
            (SandboxFault.certSelfSigned, "self-signed"), (.certUnknownRoot, "unknown issuer"),
            (.certWrongHost, "wrong host"), (.certExpired, "expired"), (.certNulName, "wrong host"),
        ], [SandboxFlow.Way.tls, .stls])
    func certificates(_ refusal: (SandboxFault, String), _ way: SandboxFlow.Way) async {
        #expect(await reason([refusal.0], way) == refusal.1)
    }

    @Test("a TLS port that speaks plain text is told apart from a broken one")
    func plainTLSPort() async {
        #expect(await reason([.tlsPortSpeaksPlain], .tls) == "not TLS")
    }

    @Test("APOP is refused for a banner that is no strict msg-id (CVE-2007-1558)")
    func apopBanner() async {
        var flow = SandboxFlow([.apopCollisionBanner], .tls)
        flow.credential = .apop(user: "user", secret: Secret("password"))
        guard case .authentication(.apopTimestampInvalid) = await flow.failure()?.reason else {
            Issue.record("APOP went on")
            return
        }
    }

    @Test("a password never becomes an APOP digest unasked (CVE-2007-1558)")
    func apopUnasked() async throws {
        let commands = try await SandboxFlow([.apopCollisionBanner], .tls).commandsSent()
        #expect(!commands.contains { $0.hasPrefix("APOP") })
    }

    @Test(
        "CR, LF and NUL in user, password and arguments are refused before anything is sent (CVE-2025-15367)",
        arguments: ["a\r\nDELE 1", "a\nb", "a\rb", "a\0b"])
    func commandInjection(_ text: String) async throws {
        var flow = SandboxFlow([], .tls)
        flow.credential = .password(user: text, secret: Secret("password"))
        #expect(try await flow.commandsSent() == ["CAPA"])
        flow.credential = .password(user: "user", secret: Secret(text))
        #expect(try await flow.commandsSent() == ["CAPA"])
        try await SandboxFlow().connected { session, sandbox in
            try await session.authenticate(SandboxFlow().credential)
            let before = sandbox.commands.count
            await #expect(throws: POP3Error.self) { try await session.sendCommand("XTND", [text]) }
            await #expect(throws: POP3Error.self) { try await session.sendCommand(text) }
            await #expect(throws: POP3Error.self) { try await session.setLanguage(text) }
            try await session.noop()
            #expect(sandbox.commands.dropFirst(before).filter { $0 != "NOOP" && $0 != "CAPA" } == [])
        }
    }

    @Test("a line without an end is a limit error")
    func endlessLine() async {
        #expect(await reason([.endlessLine], .plain) == "line too long")
    }

    @Test("a listing without an end is a limit error")
    func endlessListing() async {
        var flow = SandboxFlow([.endlessListing])
        flow.configuration.limits.listingEntries = 10_000
        guard case .listingTooLong = await flow.failure()?.reason else {
            Issue.record("the listing went on")
            return
        }
    }

    @Test("a message without an end is a limit error")
    func endlessMessage() async {
        var flow = SandboxFlow([.endlessMessage])
        flow.configuration.limits.messageSize = 4 * 1024 * 1024
        guard case .messageTooLarge = await flow.failure()?.reason else {
            Issue.record("the message went on")
            return
        }
    }

    @Test("a UIDL id that looks like a path is an id like any other")
    func pathIDs() async throws {
        let outcome = try await SandboxFlow([.uidlPath]).run()
        #expect(outcome.messages == SandboxFlow.messages)
    }

    @Test("terminal escapes in a server's text are shown escaped")
    func terminalEscapes() async throws {
        let description = try await SandboxFlow([.terminalEscapes]).connected { session, _ in
            do {
                try await session.authenticate(SandboxFlow().credential)
                _ = try await session.sendCommand("RETR", ["99999"])
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(!description.isEmpty)
        #expect(!description.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "\(description)")
    }

    @Test("a server that drips bytes is too slow")
    func slowDrip() async {
        #expect(await reason(SandboxFlow([.slowDrip]).impatient(\.ratePeriod)) == "too slow")
    }

    @Test(
        "silence meets the deadline of its phase",
        arguments: [(SandboxFault.silentGreeting, "greeting deadline"), (.silentMessage, "deadline")])
    func silence(_ fault: SandboxFault, _ expected: String) async {
        let flow = SandboxFlow([fault])
        let impatient =
            fault == .silentGreeting ? flow.impatient(\.greeting) : flow.impatient(\.idleBody, \.pipeliningStall)
        #expect(await reason(impatient) == expected)
    }

    @Test(
        "SCRAM ends with a server that cannot prove itself (RFC 5802 §5)",
        arguments: [
            (SandboxFault.scramWrongServerSignature, "server not verified"), (.scramHugeIterations, "iterations"),
            (.scramForeignNonce, "nonce"),
        ])
    func scram(_ fault: SandboxFault, _ expected: String) async {
        #expect(await reason([fault], .tls) == expected)
    }

    @Test("lines that end with LF alone are named, and accepted only if asked for")
    func bareLineFeeds() async throws {
        #expect(await reason([.bareLFLines], .plain) == "bare LF")
        var flow = SandboxFlow([.bareLFLines])
        flow.messages = [Array("Subject: a\n\nhello\n".utf8)]
        flow.configuration.acceptsBareLineFeeds = true
        let outcome = try await flow.run()
        #expect(outcome.messages.count == 1)
        #expect(outcome.quirks.contains(.bareLineFeeds))
    }

    @Test("a connection that ends within a message is an error, not a short message")
    func truncation() async {
        #expect(await reason([.closeMidMessage], .plain) == "closed")
        #expect(await reason([.closeMidMessage], .tls) == "closed")
    }
}
