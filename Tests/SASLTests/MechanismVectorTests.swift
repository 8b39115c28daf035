import Testing

@testable import SASL

/// The exchanges that the RFCs print, played against the mechanisms.
@Suite("Mechanisms answer as their RFCs print it")
struct MechanismVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable () throws -> any SASLMechanism
        /// Client and server messages in turn, the client first; an empty first one is a mechanism that waits.
        let messages: [String]
    }

    static let vectors = [
        Vector(
            testDescription: "PLAIN, RFC 4616 §4",
            make: { try PlainMechanism(user: "tim", secret: Secret("tanstaaftanstaaf")) },
            messages: ["\0tim\0tanstaaftanstaaf"]),
        Vector(
            testDescription: "PLAIN for another identity, RFC 4616 §4",
            make: { try PlainMechanism(user: "Kurt", secret: Secret("xipj3plmq"), actingAs: "Ursel") },
            messages: ["Ursel\0Kurt\0xipj3plmq"]),
        Vector(
            testDescription: "LOGIN, draft-murchison-sasl-login",
            make: { try LoginMechanism(user: "tim", secret: Secret("tanstaaf")) },
            messages: ["", "User Name\0", "tim", "Password\0", "tanstaaf"]),
        Vector(
            testDescription: "CRAM-MD5, RFC 2195 §2",
            make: { try CRAMMD5Mechanism(user: "tim", secret: Secret("tanstaaftanstaaf")) },
            messages: [
                "", "<1896.697170952@postoffice.reston.mci.net>", "tim b913a602c7eda7a495b4e6e7334d3890",
            ]),
        Vector(
            testDescription: "SCRAM-SHA-1, RFC 5802 §5",
            make: {
                try SCRAMMechanism(
                    .scramSHA1, user: "user", secret: Secret("pencil"), nonce: "fyko+d2lbbFgONRv9qkxdawL")
            },
            messages: [
                "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
                "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", "",
            ]),
        Vector(
            testDescription: "SCRAM-SHA-256, RFC 7677 §3",
            make: {
                try SCRAMMechanism(.scramSHA256, user: "user", secret: Secret("pencil"), nonce: "rOprNGfwEbeRWgbNEkqO")
            },
            messages: [
                "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "",
            ]),
        Vector(
            testDescription: "OAUTHBEARER, RFC 7628 §4.1",
            make: {
                try OAuthMechanism.bearer(
                    user: "user@example.com", token: Secret("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="),
                    host: "server.example.com", port: 143)
            },
            messages: [
                "n,a=user@example.com,\u{1}host=server.example.com\u{1}port=143\u{1}"
                    + "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\u{1}\u{1}"
            ]),
        Vector(
            testDescription: "OAUTHBEARER refused, RFC 7628 §4.3",
            make: { try OAuthMechanism.bearer(user: "a,b=c", token: Secret("x")) },
            messages: [
                "n,a=a=2Cb=3Dc,\u{1}auth=Bearer x\u{1}\u{1}",
                #"{"status":"invalid_token","scope":"example_scope"}"#, "\u{1}",
            ]),
        Vector(
            testDescription: "XOAUTH2, Google's documentation",
            make: {
                try OAuthMechanism.xoauth2(
                    user: "someuser@example.com", token: Secret("ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"))
            },
            messages: [
                "user=someuser@example.com\u{1}auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\u{1}\u{1}",
                #"{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}"#, "",
            ]),
        Vector(
            testDescription: "EXTERNAL, RFC 4422 appendix A.3",
            make: { try ExternalMechanism(actingAs: "fred@example.com") }, messages: ["fred@example.com"]),
        Vector(testDescription: "EXTERNAL without identity", make: { try ExternalMechanism() }, messages: [""]),
    ]

    @Test("each client message is the printed one", arguments: vectors)
    func messages(_ vector: Vector) throws {
        var mechanism = try vector.make()
        var said = [String(decoding: try mechanism.initialResponse() ?? [], as: UTF8.self)]
        for index in stride(from: 1, to: vector.messages.count, by: 2) {
            said.append(vector.messages[index])
            said.append(String(decoding: try mechanism.respond(to: Array(vector.messages[index].utf8)), as: UTF8.self))
        }
        #expect(said == vector.messages)
        #expect(mechanism.isComplete || mechanism.rejection != nil)
    }

    @Test("APOP's digest is the printed one (RFC 1939 §7)")
    func apop() throws {
        let greeting = Array("POP3 server ready <1896.697170952@dbc.mtview.ca.us>".utf8)
        let digest = try APOPDigest.digest(greeting: greeting, secret: Secret("tanstaaf"))
        #expect(String(decoding: digest, as: UTF8.self) == "c4c9334bac560ecc979e58001b3e22fb")
    }

    @Test(
        "a greeting without a strict msg-id offers no APOP (CVE-2007-1558)",
        arguments: [
            "ready", "<>", "<@>", "<a>", "<a@b", "<a@b@c>", "<a b@c>", "<a@b c>", "<.a@b>", "<a..b@c>", "<a@b.>",
            "<a@[]>",
            "<a\u{1}@b>", "<ä@b>", "<a@ö>", "<a\0@b>", "<a@[b\\]>", "<\(String(repeating: "a", count: 500))@b>",
        ])
    func timestampRefused(_ greeting: String) {
        #expect(APOPDigest.timestamp(in: Array(greeting.utf8)) == nil)
    }

    @Test(
        "a strict msg-id is found in the greeting (RFC 1939 §7)",
        arguments: ["<a.b@c.d>", "<1.2@localhost>", "<1@[::1]>"])
    func timestampFound(_ timestamp: String) {
        #expect(APOPDigest.timestamp(in: Array("hello \(timestamp) there".utf8)) == Array(timestamp.utf8))
    }
}
