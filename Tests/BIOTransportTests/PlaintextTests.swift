import Testing

@testable import BIOTransport

@Suite("Plain text where TLS is due ends the connection (CVE-2021-22947, RFC 2595)")
struct PlaintextTests {
    /// Starts TLS on a new connection after reading `answer` bytes in plain text, if any.
    private func start(
        _ start: BIOStream.TLSStart, after answer: Int = 0, _ port: Int, within limit: TimeLimit = .ample
    ) async throws {
        let client = try TLSFixture().client()
        try await LoopHost().run { host in
            let stream = try await BIOStream.connect(to: "127.0.0.1", port: port, on: host.loop, within: .ample)
            if answer > 0 { _ = try await stream.receive(exactly: answer) }
            try await stream.startTLS(client, host: "localhost", port: port, start, within: limit)
        }
    }

    @Test("bytes behind the answer to STLS that are there already")
    func injectedBefore() async throws {
        let service: TestServer.Service = { stream, _ in
            try await stream.send("+OK\r\n+OK injected\r\n".utf8)
            _ = try await stream.receive()
        }
        try await TestServer.run(service) { port in
            await #expect(throws: TransportError.plaintextBeforeTLS) { try await start(.afterRequest, after: 5, port) }
        }
    }

    @Test("bytes behind the answer to STLS that come after the ClientHello")
    func injectedAfter() async throws {
        let service: TestServer.Service = { stream, _ in
            try await stream.send("+OK\r\n".utf8)
            _ = try await stream.receive()
            try await stream.send("+OK injected\r\n".utf8)
            _ = try await stream.receive()
        }
        try await TestServer.run(service) { port in
            await #expect(throws: TransportError.plaintextBeforeTLS) { try await start(.afterRequest, after: 5, port) }
        }
    }

    @Test("a server that speaks plain text on a TLS port", arguments: [false, true])
    func notTLS(_ waitsForClient: Bool) async throws {
        let service: TestServer.Service = { stream, _ in
            if waitsForClient { _ = try await stream.receive() }
            try await stream.send("+OK POP3 ready\r\n".utf8)
            while try await !stream.receive().isEmpty {}
        }
        try await TestServer.run(service) { port in
            await #expect(throws: TransportError.notTLS(received: "\"+OK POP3 ready\"")) {
                try await start(.atOnce, port)
            }
        }
    }

    @Test("silence after STLS ends at the deadline of the handshake")
    func silence() async throws {
        let limit = Duration.milliseconds(100)
        let service: TestServer.Service = { stream, _ in while try await !stream.receive().isEmpty {} }
        try await TestServer.run(service) { port in
            await #expect(throws: TransportError.timedOut(.tlsHandshake, limit: limit)) {
                try await start(.afterRequest, port, within: .test(.tlsHandshake, limit))
            }
        }
    }

    @Test("a peer that closes within the handshake")
    func closes() async throws {
        let service: TestServer.Service = { stream, _ in _ = try await stream.receive() }
        try await TestServer.run(service) { port in
            let error = await #expect(throws: TransportError.self) { try await start(.atOnce, port) }
            guard case .handshakeFailed = error else {
                Issue.record("the error is \(String(describing: error))")
                return
            }
        }
    }
}
