import BIOTransport
import Foundation
import Glibc
import InMemoryLogging
import Logging
import POP3Sandbox
import SeededRandom
import Synchronization
import Testing

@testable import POP3

@Suite("What users of the library call and compare")
struct PublicFaceTests {
    // MARK: Sessions

    @Test("withPOP3Session commits deletions by QUIT on success, and commits nothing where its body throws")
    func scoped() async throws {
        var flow = SandboxFlow()
        flow.messages = Array(repeating: Array("Subject: x\r\n\r\nx\r\n".utf8), count: 3)
        try await flow.served { sandbox, endpoint, configuration in
            struct Failure: Error {}
            await #expect(throws: Failure.self) {
                try await withPOP3Session(to: endpoint, as: flow.credential, configuration: configuration) { session in
                    try await session.delete(1)
                    throw Failure()
                }
            }
            #expect(sandbox.deletedUIDs(of: "user").isEmpty)
            let count = try await withPOP3Session(to: endpoint, as: flow.credential, configuration: configuration) {
                session in
                try await session.delete(2)
                return try await session.fetchStatus().count
            }
            #expect(count == 2)
            #expect(sandbox.deletedUIDs(of: "user").count == 1)
            #expect(sandbox.commands.last == "QUIT")
        }
    }

    @Test("withPOP3Session logs in before its body runs, and throws what the login throws")
    func scopedLogin() async throws {
        try await SandboxFlow().served { _, endpoint, configuration in
            let wrong = POP3Credential.password(user: "user", secret: Secret("wrong"))
            let error = await #expect(throws: POP3Error.self) {
                try await withPOP3Session(to: endpoint, as: wrong, configuration: configuration) { _ in
                    Issue.record("the body ran without a login")
                }
            }
            #expect(error?.user == "user")
            #expect(error?.endpoint == endpoint)
            #expect(error?.responseCode == .authentication)
        }
    }

    @Test("the code of a refusal is the same for a command and a login")
    func responseCode() {
        let code = ResponseCode("in-use")
        #expect(POP3Error(.refused(code: code, text: "later")).responseCode == .inUse)
        #expect(POP3Error(.authentication(.rejected(.plain, code: "IN-USE", text: "later"))).responseCode == .inUse)
        #expect(POP3Error(.notConnected).responseCode == nil)
    }

    @Test("errors are compared, described with endpoint and user, and localized")
    func errors() {
        let endpoint = POP3Endpoint.pops("pop.example.com")
        let error = POP3Error(.busy, command: "RETR 1", endpoint: endpoint, user: "ada")
        #expect(error == POP3Error(.busy, command: "RETR 1", endpoint: endpoint, user: "ada"))
        #expect(error != POP3Error(.busy, command: "RETR 2", endpoint: endpoint, user: "ada"))
        #expect(error.reason == .busy)
        #expect("\(error)" == "ada at pops://pop.example.com:995: another command is under way (RETR 1)")
        #expect(error.localizedDescription == "\(error)")
        #expect((TransportError.closedByPeer as any Error).localizedDescription == "the server closed the connection")
    }

    @Test("one message arrives in pieces that make the whole message")
    func chunks() async throws {
        var flow = SandboxFlow()
        let body = (0..<20_000).map { "line \($0)\r\n" }.joined()
        flow.messages = [Array("Subject: small\r\n\r\n".utf8), Array(("Subject: large\r\n\r\n" + body).utf8)]
        try await flow.connected { session, _ in
            try await session.authenticate(flow.credential)
            for number in [1, 2] {
                var pieces: [[UInt8]] = []
                for try await piece in session.chunks(of: number) { pieces.append(Array(piece)) }
                #expect(pieces.flatMap { $0 } == flow.messages[number - 1])
                #expect(number == 1 || pieces.count > 1)
            }
            let error = await #expect(throws: POP3Error.self) { for try await _ in session.chunks(of: 3) {} }
            #expect(error?.message == 3)
        }
    }

    @Test("a session runs over a socket of the caller's own, and its error ends the attempt")
    func ownSocket() async throws {
        try await SandboxFlow().served { sandbox, endpoint, configuration in
            let calls = Mutex(0)
            var configuration = configuration
            configuration.connector = .socket { endpoint in
                calls.withLock { $0 += 1 }
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = UInt16(endpoint.port).bigEndian
                address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
                let status = unsafe withUnsafePointer(to: address) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
                #expect(status == 0)
                return descriptor
            }
            let credential = SandboxFlow().credential
            let count = try await withPOP3Session(to: endpoint, as: credential, configuration: configuration) {
                try await $0.fetchStatus().count
            }
            #expect(count == SandboxFlow().messages.count)
            #expect(calls.withLock { $0 } == 1)

            struct NoProxy: Error {}
            configuration.connector = .socket { _ in throw NoProxy() }
            let error = await #expect(throws: POP3Error.self) {
                try await POP3Session.connect(to: endpoint, configuration: configuration)
            }
            guard case .transport(.notConnected) = error?.reason else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("log entries name their endpoint and user, and no secret")
    func observability() async throws {
        try await SandboxFlow().served { _, endpoint, configuration in
            var handler = InMemoryLogHandler()
            handler.logLevel = .trace
            var configuration = configuration
            configuration.logger = Logger(label: "test") { [handler] _ in handler }
            let flow = SandboxFlow()
            try await withPOP3Session(to: endpoint, as: flow.credential, configuration: configuration) { session in
                _ = try await session.fetchStatus()
            }
            let entries = handler.entries
            #expect(entries.contains { "\($0.message)" == "C: STAT" })
            #expect(entries.allSatisfy { $0.metadata["pop3_endpoint"] == "\(endpoint)" })
            #expect(entries.allSatisfy { $0.metadata["pop3_user"] == "user" })
            #expect(!entries.contains { "\($0.message)".contains("password") })
        }
    }

    // MARK: Logging in

    /// PLAIN by hand.
    private struct OwnPlain: SASLMechanism {
        let method = AuthenticationMethod.plain
        private(set) var isComplete = false

        mutating func initialResponse() -> [UInt8]? {
            isComplete = true
            return Array("\0user\0password".utf8)
        }

        mutating func respond(to challenge: [UInt8]) throws(AuthenticationError) -> [UInt8] {
            throw .mechanismFailed(method, reason: "a challenge after the password")
        }
    }

    @Test("a SASL mechanism of the caller's own logs in where the server offers it")
    func ownMechanism() async throws {
        let credential = POP3Credential.mechanism(.plain, user: "user") { _ throws(AuthenticationError) in OwnPlain() }
        try await SandboxFlow().served { sandbox, endpoint, configuration in
            try await withPOP3Session(to: endpoint, as: credential, configuration: configuration) { session in
                _ = try await session.fetchStatus()
            }
            #expect(sandbox.commands.contains { $0.hasPrefix("AUTH PLAIN") })
            let unknown = try #require(AuthenticationMethod(rawValue: "x-own"))
            #expect("\(unknown)" == "X-OWN")
            let refused = POP3Credential.mechanism(unknown, user: nil) { _ throws(AuthenticationError) in OwnPlain() }
            let error = await #expect(throws: POP3Error.self) {
                try await withPOP3Session(to: endpoint, as: refused, configuration: configuration) { _ in }
            }
            guard case .authentication(.noAcceptableMechanism) = error?.reason else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    // MARK: The sandbox

    @Test("a sandbox fails for the next connections, for one user, or for all, while it runs")
    func runtimeFaults() async throws {
        try await SandboxFlow().served { sandbox, endpoint, configuration in
            func attempt() async -> POP3Error? {
                do {
                    try await withPOP3Session(
                        to: endpoint, as: SandboxFlow().credential, configuration: configuration
                    ) { _ in }
                    return nil
                } catch {
                    return error as? POP3Error
                }
            }
            sandbox.setFaults([.greetingRefused], forNextConnections: 1)
            #expect(await attempt() != nil)
            #expect(await attempt() == nil)
            sandbox.setFaults([.inUse], forUser: "user")
            #expect(await attempt()?.responseCode == .inUse)
            sandbox.setFaults([], forUser: "user")
            #expect(await attempt() == nil)
            sandbox.setFaults([.greetingRefused])
            #expect(await attempt() != nil)
        }
    }

    // MARK: Values

    @Test("a unique id is made, compared, ordered, printed and read back, whatever its bytes")
    func uniqueIDs() throws {
        var generator = SeededGenerator(seed: 7)
        for length in 0..<80 {
            for _ in 0..<20 {
                let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
                let id = UniqueID(bytes: bytes)
                #expect(id.bytes == bytes)
                #expect(id.count == length)
                #expect(UniqueID(id.description) == id)
                let stored = try JSONEncoder().encode([id])
                #expect(try JSONDecoder().decode([UniqueID].self, from: stored) == [id])
                #expect(id != UniqueID(bytes: bytes + [0]))
            }
        }
        let literal: UniqueID = "0001a2b3"
        #expect(literal == UniqueID(bytes: Array("0001a2b3".utf8)))
        #expect(Set([literal, "0001a2b3", "other"]).count == 2)
        let unreadable = "a\\q"
        #expect(UniqueID(unreadable) == nil)
        #expect(("b" as UniqueID) > "a")
    }

    @Test("summaries are made, printed and encoded")
    func summaries() throws {
        let summary = MessageSummary(number: 3, size: 4_096, uniqueID: "0001a2b3")
        #expect("\(summary)" == "message 3, 4096 bytes, id 0001a2b3")
        let stored = try JSONEncoder().encode(summary)
        #expect(try JSONDecoder().decode(MessageSummary.self, from: stored) == summary)
        #expect("\(MaildropStatus(count: 1, size: 10))" == "1 message, 10 bytes")
        let message = RetrievedMessage(summary: summary, bytes: MessageBytes("x"))
        #expect("\(message)" == "message 3, 4096 bytes, id 0001a2b3: 1 bytes received")
    }
}
