import Glibc
import Testing

@testable import BIOTransport

@Suite("Connections are made, refused, and given up (RFC 8305)")
struct ConnectingTests {
    private func connect(
        to host: String, _ port: Int, within limit: TimeLimit = .ample,
        _ body: @Sendable (BIOStream) async throws -> Void = { _ in }
    ) async throws {
        try await LoopHost().run { actor in
            let stream = try await BIOStream.connect(to: host, port: port, on: actor.loop, within: limit)
            #expect(actor.loop.isCurrent)
            #expect(stream.isLoopback)
            try await body(stream)
            stream.close()
        }
    }

    @Test(
        "a name with addresses of both families reaches a server on either",
        arguments: [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "localhost"), ("::1", "::1"), ("::1", "localhost")])
    func bothFamilies(_ address: String, _ host: String) async throws {
        // Where the system's own table gives `localhost` no IPv6 address, there is none to be tried.
        let known = try await LoopHost().run {
            try await Resolver.shared.addresses(of: host, on: $0.loop, within: .ample).map(\.text)
        }
        guard known.contains(address) else { return }
        try await TestServer.run(on: address, TestServer.echo) { port in
            try await connect(to: host, port) { stream in
                let answer = try await stream.roundTrip("hello")
                #expect(answer == "hello")
            }
        }
    }

    @Test("a refusal names each address that was tried", arguments: [("127.0.0.1", ["127.0.0.1"]), ("::1", ["::1"])])
    func refused(_ host: String, _ addresses: [String]) async throws {
        // The socket is kept: a port that is given back could be another test's by the time that it is connected to.
        let (bound, port) = try bindSocket(to: host)
        defer { close(bound) }
        let error = await #expect(throws: TransportError.self) { try await connect(to: host, port) }
        guard case .notConnected(host, port, let attempts) = error else {
            Issue.record("the error is \(String(describing: error))")
            return
        }
        #expect(attempts.count == addresses.count)
        #expect(zip(attempts, addresses).allSatisfy { $0.contains($1) && $0.contains("refused") }, "\(attempts)")
    }

    @Test("a name without an address is an error that names it", arguments: ["no-such-host.invalid", "", "a b"])
    func noAddress(_ host: String) async {
        let error = await #expect(throws: TransportError.self) {
            try await connect(to: host, 110, within: .test(.connecting, .seconds(30)))
        }
        guard case .nameNotResolved(host, _) = error else {
            Issue.record("the error is \(String(describing: error))")
            return
        }
    }

    @Test("a connection that nobody answers ends at its deadline")
    func connectDeadline() async throws {
        try await withSilentPort { port in
            let limit = Duration.milliseconds(100)
            await #expect(throws: TransportError.timedOut(.connecting, limit: limit)) {
                try await connect(to: "127.0.0.1", port, within: .test(.connecting, limit))
            }
        }
    }

    @Test("a connection that nobody answers ends when its task is cancelled", arguments: [0, 50])
    func connectCancelled(_ delay: Int) async throws {
        try await withSilentPort { port in
            let task = Task { try await connect(to: "127.0.0.1", port) }
            try await Task.sleep(for: .milliseconds(delay))
            task.cancel()
            await #expect(throws: TransportError.cancelled) { try await task.value }
        }
    }

    /// A port whose queue of connections is full, so that the kernel leaves further ones without an answer.
    private func withSilentPort(_ body: (Int) async throws -> Void) async throws {
        let (listening, port) = try bindSocket(to: "127.0.0.1")
        defer { close(listening) }
        try #require(listen(listening, 0) == 0)
        let address = try #require(SocketAddress(of: listening))
        var fillers: [Int32] = []
        defer { for filler in fillers { close(filler) } }
        for _ in 0..<4 {
            let filler = address.makeSocket()
            fillers.append(filler)
            _ = unsafe address.withPointer { unsafe Glibc.connect(filler, $0, $1) }
        }
        try await body(port)
    }

    /// A socket with a port of the system's choice, on which nobody listens; it is the caller's to close.
    private func bindSocket(to host: String) throws -> (descriptor: Int32, port: Int) {
        let address = try #require(SocketAddress.find(host, flags: AI_NUMERICHOST).get().first)
        let descriptor = address.makeSocket()
        try #require(unsafe address.withPointer { unsafe bind(descriptor, $0, $1) } == 0)
        return (descriptor, try #require(SocketAddress(of: descriptor)?.port))
    }
}
