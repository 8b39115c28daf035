import ByteCoding
import Digests
import Testing

@testable import SASL

@Suite("Secrets and credentials show nothing, and tokens are renewed once")
struct CredentialTests {
    static let word = "correct horse"

    static func everythingShown(of value: some Any) -> String {
        var text = "\(value) \(String(describing: value)) \(String(reflecting: value)) \(Optional(value) as Any)"
        dump(value, to: &text)
        return text
    }

    @Test("no description, debug description, mirror or dump holds the secret")
    func redaction() {
        let secret = Secret(Self.word)
        let shown = [
            Self.everythingShown(of: secret),
            Self.everythingShown(of: POP3Credential.password(user: "ada", secret: secret)),
            Self.everythingShown(of: POP3Credential.apop(user: "ada", secret: secret)),
            Self.everythingShown(of: ["key": secret]),
            Self.everythingShown(of: Result<Secret, any Error>.success(secret)),
        ]
        for text in shown { #expect(!text.contains("correct") && !text.contains("horse")) }
        #expect(shown[1].contains("ada"))
    }

    @Test("a credential's user is shown escaped")
    func escapedUser() {
        #expect("\(POP3Credential.external(actingAs: "a\u{1B}b"))" == #"client certificate for a\x1bb"#)
    }

    @Test("reading a secret from bytes wipes them")
    func wiping() {
        var bytes = Array(Self.word.utf8)
        #expect(Secret(wiping: &bytes) == Secret(Self.word))
        #expect(bytes.isEmpty)
    }

    @Test(
        "secrets are equal by their bytes",
        arguments: [("a", "a", true), ("a", "b", false), ("a", "aa", false), ("", "", true)])
    func equality(_ left: String, _ right: String, _ expected: Bool) {
        #expect((Secret(left) == Secret(right)) == expected)
    }

    /// A server that accepts one token only.
    static func reply(to line: AuthenticationLine, accepting token: String) -> AuthenticationReply {
        if line.text.hasPrefix("AUTH XOAUTH2") { return .challenge([]) }
        if line.text.isEmpty { return .failure(code: nil, text: []) }
        let message = String(decoding: Base64.decode(line.text.utf8) ?? [], as: UTF8.self)
        return message.contains("Bearer \(token)\u{1}") ? .success([]) : .challenge(Array("e30=".utf8))
    }

    @Test(
        "a refused token is replaced once (RFC 7628 §3.2.2)",
        arguments: [("second", nil), ("third", .tokenRejected(status: "{}"))] as [(String, AuthenticationError?)])
    func refresh(_ accepted: String, _ expected: AuthenticationError?) async {
        let credential = POP3Credential.oauth(user: "u") { Secret($0 == .login ? "first" : "second") }
        var failure: AuthenticationError?
        do {
            _ = try await credential.logIn(
                offer: .sasl("XOAUTH2"), over: .loopback, policy: AuthenticationPolicy()
            ) { Self.reply(to: $0, accepting: accepted) }
        } catch {
            failure = error as? AuthenticationError
        }
        #expect(failure == expected)
    }

    @Test("a token callback that fails ends the login before anything is sent")
    func tokenUnavailable() async {
        struct Offline: Error {}
        let credential = POP3Credential.oauth(user: "u") { _ in throw Offline() }
        await #expect(throws: AuthenticationError.tokenUnavailable(reason: "Offline()")) {
            try await credential.logIn(
                offer: .sasl("XOAUTH2"), over: .loopback, policy: AuthenticationPolicy()
            ) { _ in
                Issue.record("something was sent")
                return .failure(code: nil, text: [])
            }
        }
    }
}
