import ByteCoding
import Testing

@testable import SASL

@Suite("The strongest method that is safe here is chosen")
struct AuthenticationPolicyTests {
    static let everything = AuthenticationOffer(
        mechanisms: [
            "LOGIN", "PLAIN", "cram-md5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "XOAUTH2",
            "OAUTHBEARER",
            "EXTERNAL", "GSSAPI",
        ], acceptsUser: true)
    static let password = POP3Credential.password(user: "u", secret: Secret("p"))
    static let delegated = POP3Credential.password(user: "u", secret: Secret("p"), actingAs: "v")
    static let oauth = POP3Credential.oauth(user: "u") { _ in Secret("t") }

    static func choice(
        _ credential: POP3Credential, _ offer: AuthenticationOffer, _ protection: ConnectionProtection,
        _ policy: AuthenticationPolicy = AuthenticationPolicy()
    ) -> Result<AuthenticationMethod?, AuthenticationError> {
        Result { () throws(AuthenticationError) in
            try policy.candidates(for: credential, offer: offer, over: protection).first
        }
    }

    static func offering(_ mechanisms: String..., user: Bool = false) -> AuthenticationOffer {
        AuthenticationOffer(mechanisms: mechanisms, acceptsUser: user)
    }

    @Test(
        "strength decides, within what the connection protects",
        arguments: [
            (password, everything, .tls(exporter: [1]), .scramSHA256Plus),
            (password, everything, .tls(exporter: nil), .scramSHA256),
            (password, everything, .plaintext, .scramSHA256),
            (password, offering("SCRAM-SHA-1", "CRAM-MD5"), .plaintext, .scramSHA1),
            (password, offering("CRAM-MD5", "PLAIN", "LOGIN", user: true), .loopback, .cramMD5),
            (password, offering("LOGIN", "PLAIN", user: true), .tls(exporter: nil), .plain),
            (password, offering("LOGIN", user: true), .tls(exporter: nil), .login),
            (password, offering(user: true), .tls(exporter: nil), .user),
            (delegated, offering("CRAM-MD5", "PLAIN", "LOGIN", user: true), .tls(exporter: nil), .plain),
            (oauth, everything, .tls(exporter: nil), .oauthBearer),
            (oauth, offering("XOAUTH2"), .tls(exporter: nil), .xoauth2),
            (.external(), everything, .tls(exporter: nil), .external),
            (.apop(user: "u", secret: Secret("p")), offering(), .tls(exporter: nil), .apop),
        ] as [(POP3Credential, AuthenticationOffer, ConnectionProtection, AuthenticationMethod)])
    func strongest(
        _ credential: POP3Credential, _ offer: AuthenticationOffer, _ protection: ConnectionProtection,
        _ expected: AuthenticationMethod
    ) {
        #expect(Self.choice(credential, offer, protection) == .success(expected))
    }

    @Test(
        "no secret goes over plaintext unless that is allowed explicitly",
        arguments: [
            (password, offering("CRAM-MD5", "PLAIN", "LOGIN", user: true)), (oauth, everything),
            (.external(), everything), (.apop(user: "u", secret: Secret("p")), offering()),
        ] as [(POP3Credential, AuthenticationOffer)])
    func plaintext(_ credential: POP3Credential, _ offer: AuthenticationOffer) throws {
        #expect(Self.choice(credential, offer, .plaintext) == .failure(.plaintextRefused(offered: offer.names)))
        let allowed = AuthenticationPolicy(allowsPlaintext: true)
        #expect(throws: Never.self) { try Self.choice(credential, offer, .plaintext, allowed).get() }
    }

    @Test("methods named by the caller are used whether advertised or not, and no others")
    func named() {
        let policy = AuthenticationPolicy(methods: [.login])
        #expect(Self.choice(Self.password, Self.offering(), .loopback, policy) == .success(.login))
        #expect(
            Self.choice(Self.oauth, Self.everything, .loopback, policy)
                == .failure(.noAcceptableMechanism(offered: Self.everything.names)))
    }

    @Test("a lost offer of channel binding is reported to the server (RFC 5802 §6)")
    func downgrade() throws {
        func header(_ offer: AuthenticationOffer, _ protection: ConnectionProtection) throws -> String {
            var exchange = try AuthenticationExchange(.scramSHA256, Self.password, offer: offer, over: protection)
            let response = try exchange.begin().text.split(separator: " ")[2]
            return String(decoding: try #require(Base64.decode(response.utf8)).prefix(3), as: UTF8.self)
        }
        #expect(try header(Self.offering("SCRAM-SHA-256"), .tls(exporter: [1])) == "y,,")
        #expect(try header(Self.offering("SCRAM-SHA-256"), .tls(exporter: nil)) == "n,,")
        #expect(try header(Self.everything, .tls(exporter: [1])) == "n,,")
    }
}
