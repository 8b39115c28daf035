import Testing

@testable import BIOTransport

@Suite("Connections in memory behave like those over sockets")
struct MemoryLinkTests {
    /// Runs both sides on one loop with a virtual clock.
    private func withPair(
        _ client: @escaping @Sendable (BIOStream, isolated LoopHost) async throws -> Void,
        _ server: @escaping @Sendable (BIOStream, isolated LoopHost) async throws -> Void
    ) async throws {
        let loop = EventLoop(name: "memory", clock: .virtual(VirtualClock()))
        let (first, second) = (LoopHost(on: loop), LoopHost(on: loop))
        try await first.run { host in
            nonisolated(unsafe) let pair = try BIOStream.memoryPair(on: loop)
            // Both streams are used on the loop's thread only, which they check.
            loop.clock.beginWorkElsewhere()
            let serving = Task {
                try await second.run {
                    // Until now the clock stood still, as the loop did not know of this task.
                    loop.clock.endWorkElsewhere()
                    unsafe try await server(pair.server, $0)
                }
            }
            unsafe try await client(pair.client, host)
            try await serving.value
        }
    }

    @Test("bytes cross in both directions, more than fit at once, and the end follows the last one")
    func exchange() async throws {
        let many = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withPair(
            { stream, _ in
                stream.enqueue(many)
                try await stream.flush(within: stream.loop.limit(.exchange, .seconds(60)))
                let echoed = try await stream.receive(exactly: many.count)
                #expect(echoed == many)
                stream.close()
            },
            { stream, _ in
                try await stream.echo()
                stream.close()
            })
    }

    @Test("TLS runs over memory")
    func tls() async throws {
        let fixture = try TLSFixture()
        let (server, client) = (try fixture.server(), try fixture.client())
        try await withPair(
            { stream, _ in
                let limit = stream.loop.limit(.tlsHandshake, .seconds(60))
                try await stream.startTLS(client, host: "localhost", port: 1, .atOnce, within: limit)
                let answer = try await stream.roundTrip("CAPA\r\n")
                #expect(answer == "CAPA\r\n")
                stream.close()
            },
            { stream, _ in
                try await stream.acceptTLS(server, within: stream.loop.limit(.tlsHandshake, .seconds(60)))
                try await stream.echo()
                stream.close()
            })
    }

    @Test("a deadline of an hour passes at once on a virtual clock, and what was sent before the end arrives")
    func silence() async throws {
        try await withPair(
            { stream, _ in
                let error = await transportError {
                    _ = try await stream.receive(1, within: stream.loop.limit(.exchange, .seconds(3_600)))
                }
                #expect(error == .timedOut(.exchange, limit: .seconds(3_600)))
                stream.enqueue("late".utf8)
                try stream.sendQueued()
                stream.close()
            },
            { stream, _ in
                let received = try await stream.receive(
                    exactly: 5, within: stream.loop.limit(.exchange, .seconds(7_200)))
                #expect(received == Array("late".utf8))
                let error = await transportError {
                    stream.enqueue("nobody reads".utf8)
                    try stream.sendQueued()
                }
                #expect(error == .connectionLost(reason: "the peer has closed the connection"))
                stream.close()
            })
    }
}
