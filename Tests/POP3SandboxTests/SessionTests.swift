import POP3Sandbox
import Testing

@Suite("The sandbox's sessions")
struct SessionTests {
    @Test("a whole session: login, listings, retrieval, deletion at QUIT (RFC 1939 §4-6)")
    func wholeSession() {
        let account = makeAccount()
        converse(
            """
            S: +OK POP3 sandbox ready
            C: STAT
            S: -ERR Unknown command, or not before login
            C: USER user
            S: +OK Now the password
            C: PASS wrong
            S: -ERR [AUTH] Wrong name or password
            C: PASS pass word
            S: -ERR USER comes first
            C: USER user
            S: +OK Now the password
            C: PASS pass word
            S: +OK 3 messages
            C: STAT
            S: +OK 3 77
            C: list
            S: +OK 3 messages
            S: 1 23
            S: 2 28
            S: 3 26
            S: .
            C: UIDL 2
            S: +OK 2 id2
            C: RETR 2
            S: +OK 28 octets
            S: Subject: two
            S:
            S: ..dot
            S:
            S: ...
            S: .
            C: RETR 3
            S: +OK 26 octets
            S: Subject: three
            S:
            S: no end
            S: .
            C: LAST
            S: +OK 3
            C: DELE 1
            S: +OK Deleted at QUIT
            C: RETR 1
            S: -ERR No such message
            C: STAT
            S: +OK 2 54
            C: UIDL
            S: +OK 2 messages
            S: 2 id2
            S: 3 id3
            S: .
            C: RSET
            S: +OK 3 messages
            C: DELE 2
            S: +OK Deleted at QUIT
            C: QUIT
            S: +OK Goodbye
            A: close
            """, messages: standardMessages.map { $0 }, account: account)
        converse(
            """
            S: +OK POP3 sandbox ready
            C: USER user
            S: +OK Now the password
            C: PASS pass word
            S: +OK 2 messages
            C: UIDL
            S: +OK 2 messages
            S: 1 id1
            S: 2 id3
            S: .
            """, account: account)
    }

    @Test("TOP sends the header, its empty line, and a number of lines (RFC 1939 §7)")
    func top() {
        converse(
            login + """
                C: TOP 2 0
                S: +OK The top follows
                S: Subject: two
                S:
                S: .
                C: TOP 2 1
                S: +OK The top follows
                S: Subject: two
                S:
                S: ..dot
                S: .
                C: TOP 2 99
                S: +OK The top follows
                S: Subject: two
                S:
                S: ..dot
                S:
                S: ...
                S: .
                C: TOP 9 1
                S: -ERR TOP takes a message and a number of lines
                """)
    }

    @Test("what comes in plain text behind STLS is thrown away, and CAPA changes (RFC 2595 §4)")
    func startTLS() {
        converse(
            """
            S: +OK POP3 sandbox ready
            C: STLS\r\nUSER user\r\nPASS pass word
            S: +OK Begin TLS
            A: startTLS
            C: STLS
            S: -ERR STLS is not available
            C: PASS pass word
            S: -ERR USER comes first
            """)
    }

    @Test("SASL in one step, in two, cancelled, and with an empty initial response (RFC 5034 §4)")
    func sasl() {
        converse(
            """
            S: +OK POP3 sandbox ready
            C: AUTH PLAIN
            S: +\u{20}
            C: *
            S: -ERR Cancelled
            C: AUTH PLAIN =
            S: -ERR [AUTH] Wrong name or password
            C: AUTH EXTERNAL =
            S: -ERR No such mechanism
            C: AUTH PLAIN !
            S: -ERR Not base64
            C: AUTH LOGIN
            S: + VXNlcm5hbWU6
            C: dXNlcg==
            S: + UGFzc3dvcmQ6
            C: eA==
            S: -ERR [AUTH] Wrong name or password
            C: AUTH PLAIN AHVzZXIAcGFzcyB3b3Jk
            S: +OK 3 messages
            """)
    }

    @Test("a maildrop can be locked for one session (RFC 1939 §4)")
    func lock() {
        let account = makeAccount()
        var configuration = SandboxConfiguration()
        configuration.locksMaildrops = true
        var first = SandboxSession(accounts: [account], configuration: configuration)
        var second = SandboxSession(accounts: [account], configuration: configuration)
        #expect(exchange(&first, "USER user\r\nPASS pass word\r\n").hasSuffix("+OK 3 messages\r\n"))
        #expect(exchange(&second, "USER user\r\nPASS pass word\r\n").contains("-ERR [IN-USE]"))
        first.end()
        #expect(exchange(&second, "USER user\r\nPASS pass word\r\n").hasSuffix("+OK 3 messages\r\n"))
    }

    @Test("pipelined commands are answered in order, however they are cut (RFC 2449 §6.6)")
    func pipelining() {
        let commands = "USER user\r\nPASS pass word\r\nSTAT\r\nRETR 1\r\nRETR 2\r\nTOP 1 1\r\nQUIT\r\n"
        func run(cutAt cut: Int) -> String {
            var configuration = SandboxConfiguration()
            configuration.offersAPOP = false
            var session = SandboxSession(accounts: [makeAccount()], configuration: configuration)
            let bytes = Array(commands.utf8)
            return exchange(&session, String(decoding: bytes[..<cut], as: UTF8.self))
                + exchange(&session, String(decoding: bytes[cut...], as: UTF8.self))
        }
        let whole = run(cutAt: commands.utf8.count)
        for cut in 0..<commands.utf8.count { #expect(run(cutAt: cut) == whole) }
    }
}

let login = """
    S: +OK POP3 sandbox ready
    C: USER user
    S: +OK Now the password
    C: PASS pass word
    S: +OK 3 messages

    """

/// Everything the session says to `input`.
func exchange(_ session: inout SandboxSession, _ input: String) -> String {
    var output: [UInt8] = []
    session.receive(input.utf8)
    while let action = session.nextAction() {
        switch action {
        case .write(let bytes), .writeSingly(let bytes, _): output += bytes
        default: break
        }
    }
    return String(decoding: output, as: UTF8.self)
}
