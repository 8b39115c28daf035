import ByteCoding
import Testing

@testable import SASL

@Suite("SCRAM trusts nothing the server says before it is proved (RFC 5802)")
struct SCRAMTests {
    static let nonce = "rOprNGfwEbeRWgbNEkqO"
    static let serverNonce = nonce + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    static let salt = "W22ZaJ0SNY7soEsUEjb6gQ=="

    static func mechanism(
        user: String = "user", binding: ChannelBinding = .unsupported, actingAs: String? = nil,
        iterationCounts: ClosedRange<Int> = AuthenticationPolicy.defaultIterationCounts
    ) throws(AuthenticationError) -> SCRAMMechanism {
        try SCRAMMechanism(
            .scramSHA256, user: user, secret: Secret("pencil"), actingAs: actingAs, binding: binding,
            iterationCounts: iterationCounts, nonce: nonce)
    }

    static func error(after challenges: String...) -> AuthenticationError? {
        do throws(AuthenticationError) {
            var mechanism = try mechanism()
            _ = mechanism.initialResponse()
            for challenge in challenges { _ = try mechanism.respond(to: Array(challenge.utf8)) }
            return nil
        } catch {
            return error
        }
    }

    static func malformed(_ reason: String) -> AuthenticationError {
        .malformedChallenge(.scramSHA256, reason: reason)
    }

    static let badServerFirst: [(String, AuthenticationError)] = [
        ("r=other,s=\(salt),i=4096", .nonceChanged),
        ("r=\(nonce),s=\(salt),i=4096", .nonceChanged),
        ("r=\(serverNonce),s=\(salt),i=1000001", .iterationCountOutOfRange(1_000_001)),
        ("r=\(serverNonce),s=\(salt),i=9223372036854775807", .iterationCountOutOfRange(.max)),
        ("r=\(serverNonce),s=\(salt),i=0", .iterationCountOutOfRange(0)),
        ("r=\(serverNonce),s=\(salt),i=99999999999999999999", malformed("the iteration count is not a number")),
        ("r=\(serverNonce),s=\(salt),i=-1", malformed("the iteration count is not a number")),
        ("r=\(serverNonce),s=\(salt),i=", malformed("the iteration count is not a number")),
        ("r=\(serverNonce),s=\(salt)", malformed("no attribute i in its place")),
        ("r=\(serverNonce),s=W22=Z,i=4096", malformed("the salt is not base64")),
        ("r=\(serverNonce),s=,i=4096", malformed("the salt is not base64")),
        ("s=\(salt),r=\(serverNonce),i=4096", malformed("no attribute r in its place")),
        ("m=x,r=\(serverNonce),s=\(salt),i=4096", malformed("an unknown mandatory extension")),
        ("r=\(serverNonce)\u{7},s=\(salt),i=4096", malformed("the nonce is not printable")),
        ("e=unknown-user", .serverError(.scramSHA256, value: "unknown-user")),
        ("", malformed("no attribute r in its place")),
    ]

    @Test(
        "a server-first-message outside its grammar or the limits is refused (RFC 5802 §7)", arguments: badServerFirst)
    func serverFirst(_ message: String, _ expected: AuthenticationError) {
        #expect(Self.error(after: message) == expected)
    }

    @Test(
        "a server that does not prove that it knows the password is refused (RFC 5802 §5)",
        arguments: [
            ("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", .serverNotVerified(.scramSHA256)),
            ("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl9", .serverNotVerified(.scramSHA256)),
            ("v=", .serverNotVerified(.scramSHA256)), ("", .serverNotVerified(.scramSHA256)),
            ("e=invalid-proof", .serverError(.scramSHA256, value: "invalid-proof")),
            ("e=\u{1B}[2J", .serverError(.scramSHA256, value: "\\x1b[2J")),
            ("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", nil),
        ] as [(String, AuthenticationError?)])
    func serverFinal(_ message: String, _ expected: AuthenticationError?) {
        #expect(Self.error(after: "r=\(Self.serverNonce),s=\(Self.salt),i=4096", message) == expected)
    }

    @Test("few iterations are accepted and recorded (RFC 7677 §4)")
    func lowIterationCount() throws {
        var mechanism = try Self.mechanism()
        _ = mechanism.initialResponse()
        _ = try mechanism.respond(to: Array("r=\(Self.serverNonce),s=\(Self.salt),i=1".utf8))
        #expect(mechanism.quirks == [.lowIterationCount(1)])
    }

    static let headers: [(String, ChannelBinding, String?, String)] = [
        ("a,b=c", .unsupported, nil, "n,,n=a=2Cb=3Dc,r=\(nonce)"),
        ("user", .notOffered, nil, "y,,n=user,r=\(nonce)"),
        ("user", .tlsExporter([1, 2, 3]), "boss=,", "p=tls-exporter,a=boss=3D=2C,n=user,r=\(nonce)"),
    ]

    @Test(
        "names are escaped and the binding is announced in the GS2 header (RFC 5802 §5.1, RFC 9266)",
        arguments: headers)
    func header(_ user: String, _ binding: ChannelBinding, _ identity: String?, _ expected: String) throws {
        var mechanism = try Self.mechanism(user: user, binding: binding, actingAs: identity)
        #expect(mechanism.initialResponse() == Array(expected.utf8))
    }

    @Test("the binding's bytes are part of what is signed (RFC 5802 §6)")
    func bindingData() throws {
        var mechanism = try Self.mechanism(binding: .tlsExporter([0xFF, 0, 7]))
        _ = mechanism.initialResponse()
        let final = try mechanism.respond(to: Array("r=\(Self.serverNonce),s=\(Self.salt),i=4096".utf8))
        let bound = Base64.encode(Array("p=tls-exporter,,".utf8) + [0xFF, 0, 7])
        #expect(final.starts(with: Array("c=".utf8) + bound + Array(",r=".utf8)))
    }

    @Test("each run has a nonce of its own")
    func nonce() throws {
        var first = try SCRAMMechanism(.scramSHA1, user: "u", secret: Secret("p"))
        var second = try SCRAMMechanism(.scramSHA1, user: "u", secret: Secret("p"))
        #expect(first.initialResponse() != second.initialResponse())
    }

    @Test("no cut or changed byte of the server's messages crashes or passes")
    func mutations() throws {
        let final = Array("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8)
        let first = Array("r=\(Self.serverNonce),s=\(Self.salt),i=10".utf8)
        for index in first.indices {
            for byte in [UInt8(0), 44, 61, 255] where first[index] != byte {
                var changed = first
                changed[index] = byte
                var mechanism = try Self.mechanism(iterationCounts: 1...10)
                _ = mechanism.initialResponse()
                _ = try? mechanism.respond(to: changed)
                _ = try? mechanism.respond(to: final)
                #expect(!mechanism.isComplete)
            }
        }
    }
}
