import ByteCoding
import Testing

@testable import SASL

@Suite("The AUTH command frames what mechanisms say (RFC 5034 §4)")
struct AuthenticationExchangeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let method: AuthenticationMethod
        let credential: POP3Credential
        var token: String?
        let wire: String
        var error: AuthenticationError?
        var quirks: [AuthenticationQuirk] = []
    }

    static let password = POP3Credential.password(user: "tim", secret: Secret("tanstaaftanstaaf"))
    static let oauth = POP3Credential.oauth(user: "u") { _ in Secret("t") }
    static let long = String(repeating: "x", count: 180)

    static let cases = [
        Case(
            testDescription: "PLAIN in one step", method: .plain, credential: password,
            wire: "C: AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\nS: +OK"),
        Case(
            testDescription: "a response that does not fit into 255 octets goes in two steps", method: .plain,
            credential: .password(user: "u", secret: Secret(long)),
            wire: "C: AUTH PLAIN\nS: +\nC: AHU"
                + "A" + String(repeating: "eHh4", count: 60) + "\nS: +OK"),
        Case(
            testDescription: "a mechanism where the server begins", method: .cramMD5, credential: password,
            wire: """
                C: AUTH CRAM-MD5
                S: + PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+
                C: dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw
                S: +OK
                """),
        Case(
            testDescription: "an empty initial response is =", method: .external, credential: .external(),
            wire: "C: AUTH EXTERNAL =\nS: +OK"),
        Case(
            testDescription: "XOAUTH2 always in two steps (Office 365)", method: .xoauth2, credential: oauth,
            token: "t",
            wire: "C: AUTH XOAUTH2\nS: +\nC: dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==\nS: +OK"),
        Case(
            testDescription: "XOAUTH2 refused: an empty answer, and the status is kept", method: .xoauth2,
            credential: oauth, token: "t",
            wire:
                "C: AUTH XOAUTH2\nS: +\nC: dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==\nS: + eyJzdGF0dXMiOiI0MDAifQ==\nC:\nS: -ERR no",
            error: .tokenRejected(status: #"{"status":"400"}"#)),
        Case(
            testDescription: "OAUTHBEARER refused: 0x01, and the status is kept (RFC 7628 §3.2.3)",
            method: .oauthBearer,
            credential: oauth, token: "t",
            wire: """
                C: AUTH OAUTHBEARER bixhPXUsAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHQBAQ==
                S: + eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=
                C: AQ==
                S: -ERR [AUTH] no
                """,
            error: .tokenRejected(status: #"{"status":"invalid_token"}"#)),
        Case(
            testDescription: "a challenge that is not base64 is cancelled", method: .cramMD5, credential: password,
            wire: "C: AUTH CRAM-MD5\nS: + <not base64>\nC: *\nS: -ERR cancelled",
            error: .malformedChallenge(.cramMD5, reason: "it is not base64")),
        Case(
            testDescription: "success after a cancelled exchange is no success", method: .cramMD5, credential: password,
            wire: "C: AUTH CRAM-MD5\nS: + Zh==\nC: *\nS: +OK",
            error: .malformedChallenge(.cramMD5, reason: "it is not base64")),
        Case(
            testDescription: "a challenge after the end is cancelled", method: .plain, credential: password,
            wire: "C: AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\nS: +\nC: *\nS: -ERR",
            error: .malformedChallenge(.plain, reason: "a challenge after the password")),
        Case(
            testDescription: "+OK where + was due is taken for +", method: .login, credential: password,
            wire:
                "C: AUTH LOGIN\nS: +OK VXNlcm5hbWU6\nC: dGlt\nS: +OK UGFzc3dvcmQ6\nC: dGFuc3RhYWZ0YW5zdGFhZg==\nS: +OK",
            quirks: [.successInsteadOfChallenge, .successInsteadOfChallenge]),
        Case(
            testDescription: "text in the invitation is tolerated", method: .xoauth2, credential: oauth, token: "t",
            wire: "C: AUTH XOAUTH2\nS: + go ahead\nC: dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==\nS: +OK",
            quirks: [.textInInitialChallenge]),
        Case(
            testDescription: "-ERR keeps its response code, its text escaped (RFC 3206)", method: .plain,
            credential: password,
            wire: "C: AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\nS: -ERR [SYS/TEMP] try \u{1B}later",
            error: .rejected(.plain, code: "SYS/TEMP", text: "try \\x1blater")),
        Case(
            testDescription: "USER and PASS (RFC 1939 §7)", method: .user, credential: password,
            wire: "C: USER tim\nS: +OK\nC: PASS tanstaaftanstaaf\nS: +OK"),
        Case(
            testDescription: "no PASS after a refused USER", method: .user, credential: password,
            wire: "C: USER tim\nS: -ERR who?", error: .rejected(.user, code: nil, text: "who?")),
        Case(
            testDescription: "a PASS over 255 octets is never sent (RFC 2449 §4)", method: .user,
            credential: .password(user: "tim", secret: Secret(long + long)), wire: "C: USER tim\nS: +OK",
            error: .invalidCredential(.secret, .tooLong)),
        Case(
            testDescription: "APOP (RFC 1939 §7)", method: .apop,
            credential: .apop(user: "mrose", secret: Secret("tanstaaf")),
            wire: "C: APOP mrose c4c9334bac560ecc979e58001b3e22fb\nS: +OK"),
    ]

    @Test("lines and verdict are as written", arguments: cases)
    func play(_ example: Case) {
        let transcript = Transcript(example.wire)
        let outcome = transcript.play { () throws(AuthenticationError) in
            try AuthenticationExchange(
                example.method, example.credential, token: example.token.map { Secret($0) },
                offer: .sasl(greeting: "ready <1896.697170952@dbc.mtview.ca.us>"), over: .tls(exporter: nil))
        }
        #expect(outcome == transcript.outcome(example.error, quirks: example.quirks))
    }

    static func scram(finishing reply: AuthenticationReply) throws -> AuthenticationLine? {
        var exchange = try AuthenticationExchange(
            .scramSHA256, password, offer: .sasl("SCRAM-SHA-256"), over: .loopback)
        let first = try exchange.begin().text
        let client = try #require(Base64.decode(first.dropFirst("AUTH SCRAM-SHA-256 ".count).utf8))
        let nonce = String(decoding: client, as: UTF8.self).split(separator: "r=")[1]
        let server = Array("r=\(nonce)abc,s=c2FsdA==,i=4096".utf8)
        _ = try exchange.receive(.challenge(Base64.encode(server)))
        return try exchange.receive(reply)
    }

    @Test(
        "success that skips the server's proof is refused (RFC 5802 §3)",
        arguments: ["", "logged in", "dj1ub3QgdGhlIHByb29m"])
    func skippedProof(_ text: String) {
        #expect(throws: AuthenticationError.serverNotVerified(.scramSHA256)) {
            try Self.scram(finishing: .success(Array(text.utf8)))
        }
    }

    @Test(
        "control characters are refused before anything is sent (CVE-2025-15367)",
        arguments: AuthenticationMethod.allCases, ["\r", "\n", "\0", "\u{1}", "\u{7F}"])
    func controlCharacters(_ method: AuthenticationMethod, _ character: String) {
        let text = "a\(character)b"
        let bad: [POP3Credential] = [
            .password(user: text, secret: Secret("x")), .password(user: "x", secret: Secret(text)),
            .password(user: "x", secret: Secret("y"), actingAs: text), .external(actingAs: text),
            .oauth(user: text) { _ in Secret("x") }, .apop(user: text, secret: Secret("x")),
            .apop(user: "x", secret: Secret(text)),
        ]
        for credential in bad {
            #expect(throws: AuthenticationError.self) {
                try AuthenticationExchange(
                    method, credential, token: Secret("x"), offer: .sasl(greeting: "<a@b>"),
                    over: .tls(exporter: [1]))
            }
        }
        #expect(throws: AuthenticationError.self) {
            try AuthenticationExchange(
                method, Self.oauth, token: Secret(text), offer: .sasl(), over: .tls(exporter: [1]))
        }
    }

    @Test("transcripts of lines show no secret, plain or encoded", arguments: cases)
    func transcripts(_ example: Case) throws {
        var exchange = try AuthenticationExchange(
            example.method, example.credential, token: example.token.map { Secret($0) },
            offer: .sasl(greeting: "<1896.697170952@dbc.mtview.ca.us>"), over: .tls(exporter: nil))
        let line = try exchange.begin()
        var shown = "\(line) \(String(reflecting: line))"
        dump(line, to: &shown)
        for secret in ["tanstaaf", "dGFuc3RhYWZ0", "AHRpbQB0", "c4c9334bac560ecc979e58001b3e22fb", "QmVhcmVy"] {
            #expect(!shown.contains(secret))
        }
    }
}
