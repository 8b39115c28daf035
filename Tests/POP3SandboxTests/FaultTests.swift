import POP3Sandbox
import Testing

@Suite("Faults")
struct FaultTests {
    @Test("every fault has a name for the command line and says what it does", arguments: SandboxFault.allCases)
    func isDescribed(fault: SandboxFault) {
        #expect(fault.rawValue.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
        #expect(fault.summary != fault.rawValue && fault.summary.utf8.count > 10)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let fault: SandboxFault
        /// Sent behind the login, unless it begins without one.
        let commands: String
        let says: String
        var logsIn = true
        var testDescription: String { "\(fault.rawValue): \(commands.debugDescription)" }
    }

    static let said: [Case] = [
        Case(
            fault: .stlsInjectionWhole, commands: "STLS\r\n", says: "+OK Begin TLS\r\n+OK injected\r\n", logsIn: false),
        Case(fault: .stlsInjectionSplit, commands: "STLS\r\n", says: "+OK injected\r\n", logsIn: false),
        Case(fault: .stlsMissing, commands: "STLS\r\n", says: "-ERR STLS", logsIn: false),
        Case(fault: .stlsRefused, commands: "STLS\r\n", says: "-ERR TLS", logsIn: false),
        Case(fault: .greetingRefused, commands: "", says: "-ERR [SYS/TEMP]", logsIn: false),
        Case(fault: .greetingNotPOP3, commands: "", says: "HTTP/1.1 400", logsIn: false),
        Case(fault: .greetingAngleBracketsNoMsgid, commands: "", says: "<Welcome> to", logsIn: false),
        Case(fault: .apopCollisionBanner, commands: "", says: "@x>\r\n", logsIn: false),
        Case(fault: .capaRefused, commands: "CAPA\r\n", says: "-ERR", logsIn: false),
        Case(fault: .capaChangesAfterLogin, commands: "CAPA\r\n", says: "PIPELINING"),
        Case(fault: .okForSaslPlus, commands: "AUTH PLAIN\r\n", says: "+OK \r\n", logsIn: false),
        Case(
            fault: .office365TwoStepXoauth2,
            commands: "AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHRva2VuAQE=\r\n", says: "-ERR", logsIn: false),
        Case(
            fault: .office365TwoStepXoauth2,
            commands: "AUTH XOAUTH2\r\ndXNlcj11c2VyAWF1dGg9QmVhcmVyIHRva2VuAQE=\r\n", says: "+ \r\n+OK 3", logsIn: false
        ),
        Case(fault: .loginDelay, commands: "", says: "-ERR [LOGIN-DELAY]"),
        Case(fault: .inUse, commands: "", says: "-ERR [IN-USE]"),
        Case(fault: .inUseOnce, commands: "USER user\r\nPASS pass word\r\n", says: "+OK 3 messages"),
        Case(fault: .sysTemp, commands: "", says: "-ERR [SYS/TEMP]"),
        Case(fault: .sysTempOnce, commands: "USER user\r\nPASS pass word\r\n", says: "+OK 3 messages"),
        Case(fault: .sysPerm, commands: "", says: "-ERR [SYS/PERM]"),
        Case(fault: .authRefused, commands: "", says: "-ERR [AUTH]"),
        Case(fault: .wrongMessageCount, commands: "STAT\r\n", says: "+OK 4 77"),
        Case(fault: .exchangeWrongSizes, commands: "LIST\r\n", says: "1 45\r\n2 4\r\n"),
        Case(fault: .comcastUidlSpaces, commands: "UIDL\r\n", says: "1   id1 \r\n"),
        Case(fault: .uidl71Octets, commands: "UIDL 1\r\n", says: " id1" + String(repeating: "x", count: 68) + "\r\n"),
        Case(fault: .uidlEmpty, commands: "UIDL\r\n", says: "\r\n1 \r\n2 \r\n"),
        Case(fault: .uidlPath, commands: "UIDL 2\r\n", says: "2 ../../etc/x2"),
        Case(fault: .uidlDuplicate, commands: "UIDL\r\n", says: "1 id1\r\n2 id1\r\n3 id3"),
        Case(fault: .uidlMissing, commands: "UIDL\r\n", says: "-ERR Unknown"),
        Case(fault: .uidlOmitsMessages, commands: "UIDL\r\n", says: "2 id2\r\n.\r\n"),
        Case(fault: .closeMidListing, commands: "LIST\r\n", says: "+OK 3 messages\r\n1 23\r\n2 2"),
        Case(
            fault: .exchangeTerminatorWithoutCRLF, commands: "RETR 1\r\n", says: "first\r\n."),
        Case(fault: .cyrusTerminatorWithoutLF, commands: "RETR 1\r\n", says: "first\r\n.\r"),
        Case(
            fault: .closeMidMessage, commands: "RETR 1\r\nRETR 2\r\n", says: "\r\n+OK 28 octets\r\nSubject: two\r\n\r\n"
        ),
        Case(fault: .retrRefused, commands: "RETR 3\r\n", says: "-ERR [SYS/PERM]"),
        Case(fault: .topMissing, commands: "TOP 1 0\r\n", says: "-ERR Unknown"),
        Case(fault: .bareLFLines, commands: "LIST\r\n", says: "messages\n1 23\n2 28\n3 26\n.\n"),
        Case(fault: .terminalEscapes, commands: "NOOP\r\n", says: "\u{1B}[31m"),
        Case(fault: .lastUnknown, commands: "LAST\r\n", says: "-ERR Unknown"),
        Case(fault: .deleRefused, commands: "DELE 1\r\n", says: "-ERR Deleting"),
        Case(fault: .quitRefused, commands: "DELE 1\r\nQUIT\r\n", says: "-ERR Some"),
        Case(fault: .pipeliningDropsReplies, commands: "NOOP\r\nSTAT\r\nLAST\r\n", says: "+OK 3 messages\r\n+OK\r\n"),
        Case(fault: .pipeliningCloses, commands: "NOOP\r\nSTAT\r\n", says: "+OK 3 messages\r\n"),
        Case(fault: .pipeliningStalls, commands: "NOOP\r\nSTAT\r\n", says: "+OK 3 messages\r\n"),
        Case(fault: .silentMessage, commands: "RETR 1\r\n", says: "+OK 23 octets\r\nSubject: one"),
        Case(fault: .longStatusLine, commands: "NOOP\r\n", says: "+OK very very"),
        Case(fault: .lostQuitReply, commands: "QUIT\r\n", says: "+OK 3 messages\r\n"),
        Case(fault: .lostQuitUncommitted, commands: "QUIT\r\n", says: "+OK 3 messages\r\n"),
        Case(fault: .gmailDropsOnUTF8, commands: "UTF8\r\n", says: "ready\r\n", logsIn: false),
        Case(fault: .closeAfterGreeting, commands: "CAPA\r\n", says: "ready\r\n", logsIn: false),
        Case(fault: .stlsSilence, commands: "STLS\r\nCAPA\r\n", says: "+OK Begin TLS\r\n", logsIn: false),
        Case(fault: .closeOnLogin, commands: "NOOP\r\n", says: "+OK Now the password\r\n"),
    ]

    /// Of these the session says nothing further, so that the expected text is also the end.
    static let last: Set<SandboxFault> = [
        .closeMidListing, .exchangeTerminatorWithoutCRLF, .cyrusTerminatorWithoutLF, .pipeliningDropsReplies,
        .pipeliningCloses, .pipeliningStalls, .lostQuitReply, .lostQuitUncommitted, .gmailDropsOnUTF8,
        .closeAfterGreeting, .stlsSilence, .closeOnLogin,
    ]

    @Test("the fault shows in what the server says", arguments: said)
    func says(test: Case) {
        var configuration = SandboxConfiguration()
        configuration.offersAPOP = test.fault == .apopCollisionBanner
        configuration.faults = [test.fault]
        var session = SandboxSession(accounts: [makeAccount()], configuration: configuration)
        var output = exchange(&session, "")
        if test.logsIn { output += exchange(&session, "USER user\r\n") + exchange(&session, "PASS pass word\r\n") }
        output += exchange(&session, test.commands)
        #expect(output.utf8.count > 0 && contains(output, test.says), "\(output.debugDescription)")
        if Self.last.contains(test.fault) {
            #expect(output.utf8.suffix(test.says.utf8.count).elementsEqual(test.says.utf8))
        }
    }

    /// By bytes: a String holds CRLF as one character.
    private func contains(_ text: String, _ part: String) -> Bool {
        let (text, part) = (Array(text.utf8), Array(part.utf8))
        return part.count <= text.count
            && (0...(text.count - part.count)).contains { text[$0...].starts(with: part) }
    }

    @Test(
        "an endless reply never ends",
        arguments: [
            (SandboxFault.endlessLine, "RETR 1\r\n"), (.endlessListing, "LIST\r\n"), (.endlessMessage, "RETR 1\r\n"),
            (.capaEndless, "CAPA\r\n"),
        ])
    func endless(fault: SandboxFault, command: String) {
        var configuration = SandboxConfiguration()
        configuration.faults = [fault]
        var session = SandboxSession(accounts: [makeAccount()], configuration: configuration)
        _ = exchange(&session, "USER user\r\nPASS pass word\r\n")
        session.receive(command.utf8)
        var count = 0
        while count < 100_000, case .write(let bytes) = session.nextAction() { count += bytes.count }
        #expect(count >= 100_000)
    }

    @Test("the end of a message is cut at each of its places in turn")
    func terminatorCuts() {
        var configuration = SandboxConfiguration()
        configuration.faults = [.terminatorCut]
        var session = SandboxSession(accounts: [makeAccount()], configuration: configuration)
        _ = exchange(&session, "USER user\r\nPASS pass word\r\n")
        var rests: [Int] = []
        for _ in 0..<6 {
            session.receive("RETR 1\r\n".utf8)
            var isBehindCut = false
            while let action = session.nextAction() {
                if case .pause = action { isBehindCut = true }
                if isBehindCut, case .write(let bytes) = action { rests.append(bytes.count) }
                if case .writeSingly(let bytes, _) = action { rests.append(-bytes.count) }
            }
        }
        #expect(rests == [5, 4, 3, 2, 1, -5])
    }

    @Test(
        "deletions are committed by a lost reply to QUIT, and not where the reply says otherwise (RFC 1939 §6)",
        arguments: [
            (SandboxFault.lostQuitReply, true), (.lostQuitUncommitted, false), (.quitRefused, false),
        ])
    func quit(fault: SandboxFault, commits: Bool) {
        let account = makeAccount()
        var configuration = SandboxConfiguration()
        configuration.faults = [fault]
        var session = SandboxSession(accounts: [account], configuration: configuration)
        _ = exchange(&session, "USER user\r\nPASS pass word\r\nDELE 1\r\nQUIT\r\n")
        #expect(session.isClosed)
        var next = SandboxSession(accounts: [account], configuration: SandboxConfiguration())
        let answer = exchange(&next, "USER user\r\nPASS pass word\r\n")
        #expect(answer.utf8.suffix(16).elementsEqual((commits ? "+OK 2 messages\r\n" : "+OK 3 messages\r\n").utf8))
    }

    @Test("Gmail hides what was retrieved, even without DELE")
    func gmailHides() {
        let account = makeAccount()
        var configuration = SandboxConfiguration()
        configuration.faults = [.gmailHidesAfterQuit]
        var session = SandboxSession(accounts: [account], configuration: configuration)
        _ = exchange(&session, "USER user\r\nPASS pass word\r\nRETR 2\r\nQUIT\r\n")
        var next = SandboxSession(accounts: [account], configuration: configuration)
        #expect(exchange(&next, "USER user\r\nPASS pass word\r\n").contains("+OK 2 messages"))
    }
}
