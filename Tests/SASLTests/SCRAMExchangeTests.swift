import ByteCoding
import Testing

@testable import SASL

@Suite("SCRAM against a server that checks everything (RFC 5802 §3)")
struct SCRAMExchangeTests {
    struct Run: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var method = AuthenticationMethod.scramSHA256
        var user = "user"
        var identity: String?
        var serverSecret = "pencil"
        var serverExporter: [UInt8] = [1, 2, 3]
        var error: AuthenticationError?
    }

    static let runs = [
        Run(testDescription: "SCRAM-SHA-1", method: .scramSHA1),
        Run(testDescription: "SCRAM-SHA-256"),
        Run(testDescription: "SCRAM-SHA-256-PLUS", method: .scramSHA256Plus),
        Run(testDescription: "a name that needs escaping", user: "a,b=c", identity: "x=,y"),
        Run(
            testDescription: "another password on the server", serverSecret: "pen",
            error: .serverError(.scramSHA256, value: "invalid-proof")),
        Run(
            testDescription: "somebody between the two ends of TLS (RFC 9266)", method: .scramSHA256Plus,
            serverExporter: [1, 2, 4],
            error: .serverError(.scramSHA256Plus, value: "channel-bindings-dont-match")),
    ]

    @Test("the login succeeds exactly when both know the same", arguments: runs)
    func login(_ run: Run) async throws {
        var server = SCRAMServer(
            run.method == .scramSHA1 ? .sha1 : .sha256, secret: Secret(run.serverSecret), exporter: run.serverExporter)
        let credential = POP3Credential.password(user: run.user, secret: Secret("pencil"), actingAs: run.identity)
        var failure: AuthenticationError?
        do {
            let outcome = try await credential.logIn(
                offer: .sasl(run.method.rawValue), over: .tls(exporter: [1, 2, 3]), policy: AuthenticationPolicy()
            ) { try Self.reply(of: &server, to: $0) }
            #expect(outcome.method == run.method)
        } catch {
            failure = error as? AuthenticationError
        }
        #expect(failure == run.error)
    }

    static func reply(of server: inout SCRAMServer, to line: AuthenticationLine) throws -> AuthenticationReply {
        let words = line.text.split(separator: " ")
        if words.first == "AUTH" {
            let message = try #require(Base64.decode(words[2].utf8))
            return .challenge(Base64.encode(try server.begin(message)))
        }
        if line.text.isEmpty { return .success([]) }
        if line.text == "*" { return .failure(code: nil, text: []) }
        return .challenge(Base64.encode(try server.finish(try #require(Base64.decode(line.text.utf8)))))
    }

    static let replies: [AuthenticationReply] =
        ["", "=", "x", "Zg==", "dj1hYmM=", "ZT1h", "cj1hLHM9WmcsaT0x", "cj1hLHM9WmcsaT00MDk2"].flatMap { text in
            [.challenge(Array(text.utf8)), .success(Array(text.utf8))]
        } + [.failure(code: "AUTH", text: [])]

    @Test(
        "no sequence of replies crashes the exchange, and none logs SCRAM in without a proof",
        arguments: AuthenticationMethod.allCases)
    func anyReplies(_ method: AuthenticationMethod) throws {
        let credential: POP3Credential =
            switch method {
            case .apop: .apop(user: "u", secret: Secret("p"))
            case .external: .external()
            case .xoauth2, .oauthBearer: .oauth(user: "u") { _ in Secret("t") }
            default: .password(user: "u", secret: Secret("p"))
            }
        let isVerified = [.scramSHA1, .scramSHA256, .scramSHA256Plus].contains(method)
        for first in Self.replies {
            for second in Self.replies {
                for third in Self.replies {
                    var exchange = try AuthenticationExchange(
                        method, credential, token: Secret("t"), offer: .sasl(greeting: "<a@b>"),
                        over: .tls(exporter: [1]))
                    var next: AuthenticationLine? = try exchange.begin()
                    do throws(AuthenticationError) {
                        for reply in [first, second, third] where next != nil { next = try exchange.receive(reply) }
                        #expect(next != nil || !isVerified)
                    } catch {
                        #expect(throws: AuthenticationError.self) { try exchange.receive(third) }
                    }
                }
            }
        }
    }

    @Test(
        "only what the server calls temporary is temporary (RFC 3206 §4, RFC 2449 §8)",
        arguments: [("SYS/TEMP", true), ("IN-USE", true), ("login-delay", true), ("SYS/PERM", false), ("AUTH", false)])
    func temporary(_ code: String, _ expected: Bool) {
        #expect(AuthenticationError.rejected(.plain, code: code, text: "").isTemporary == expected)
        #expect(!AuthenticationError.rejected(.plain, code: nil, text: code).isTemporary)
    }
}
