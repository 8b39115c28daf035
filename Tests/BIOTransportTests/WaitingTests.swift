import Glibc
import Testing

@testable import BIOTransport

@Suite("Waiting on a stream ends with bytes, the deadline, cancellation or the peer")
struct WaitingTests {
    @Test("a read without bytes ends at its deadline, and the stream can be used on")
    func readDeadline() async throws {
        try await TestServer.run(TestServer.echo) { port in
            try await LoopHost().run { host in
                let stream = try await BIOStream.connect(to: "127.0.0.1", port: port, on: host.loop, within: .ample)
                let limit = TimeLimit.test(.exchange, .milliseconds(50))
                let error = await transportError { _ = try await stream.receive(within: limit) }
                #expect(error == .timedOut(.exchange, limit: .milliseconds(50)))
                let answer = try await stream.roundTrip("still here")
                #expect(answer == "still here")
                stream.close()
            }
        }
    }

    @Test("a read that waits ends when its task is cancelled, before or while it waits", arguments: [0, 50])
    func readCancelled(_ delay: Int) async throws {
        try await TestServer.run(TestServer.echo) { port in
            let task = Task {
                try await LoopHost().run { host in
                    let stream = try await BIOStream.connect(to: "127.0.0.1", port: port, on: host.loop, within: .ample)
                    _ = try await stream.receive()
                }
            }
            try await Task.sleep(for: .milliseconds(delay))
            task.cancel()
            await #expect(throws: TransportError.cancelled) { try await task.value }
        }
    }

    @Test("a wake between an operation that found nothing and the wait for it ends the wait, and no later one")
    func missedWake() async throws {
        try await LoopHost().run { host in
            let point = Waiter(on: host.loop)
            defer { host.loop.unregister(point.token) }
            point.wake(.signalled)
            #expect(await point.wait(until: TimeLimit.ample.deadline) == .signalled)
            #expect(await point.wait(until: TimeLimit.test(.exchange, .milliseconds(20)).deadline) == .deadlinePassed)
            point.wake(.signalled)
            point.clearPendingWake()
            #expect(await point.wait(until: TimeLimit.test(.exchange, .milliseconds(20)).deadline) == .deadlinePassed)
        }
    }

    @Test("a task that prefers a loop is on its thread between and after calls of the loop's actors")
    func preferredLoop() async throws {
        let fixture = try TLSFixture()
        let (server, client) = (try fixture.server(), try fixture.client())
        try await TestServer.run(TestServer.tlsEcho(server)) { port in
            let host = LoopHost()
            let executor = host.loop.taskExecutor
            try await withTaskExecutorPreference(executor) {
                #expect(host.loop.isCurrent)
                let answer = try await host.run { host in
                    let stream = try await BIOStream.connect(to: "localhost", port: port, on: host.loop, within: .ample)
                    try await stream.startTLS(client, host: "localhost", port: port, .atOnce, within: .ample)
                    let answer = try await stream.roundTrip("hello")
                    stream.close()
                    return answer
                }
                #expect(answer == "hello")
                #expect(host.loop.isCurrent)
            }
        }
    }

    @Test("few octets do not end a wait for many, and are there to be read after it")
    func fewOctets() async throws {
        try await TestServer.run(TestServer.echo) { port in
            try await LoopHost().run { host in
                let stream = try await BIOStream.connect(to: "127.0.0.1", port: port, on: host.loop, within: .ample)
                for word in ["few", "less"] {
                    try await stream.send(word.utf8)
                    _ = try await stream.waitForArrival(
                        of: 100_000, until: host.loop.clock.deadline(after: .milliseconds(100)))
                    let received = try await stream.receive(exactly: word.utf8.count)
                    #expect(received == Array(word.utf8))
                }
                stream.close()
            }
        }
    }

    @Test("many octets and the peer's end both end a wait for many")
    func manyOctets() async throws {
        let many = [UInt8](repeating: 0x2E, count: 50_000)
        let service: TestServer.Service = { stream, _ in
            try await stream.send(many)
            _ = try await stream.receive()
        }
        try await TestServer.run(service) { port in
            try await LoopHost().run { host in
                let stream = try await BIOStream.connect(to: "127.0.0.1", port: port, on: host.loop, within: .ample)
                let hasArrived = try await stream.waitForArrival(of: many.count, until: TimeLimit.ample.deadline)
                #expect(hasArrived)
                let received = try await stream.receive(exactly: many.count)
                #expect(received == many)
                try await stream.send([1])
                let hasEnded = try await stream.waitForArrival(of: many.count, until: TimeLimit.ample.deadline)
                #expect(hasEnded)
                stream.close()
            }
        }
    }

    @Test("the peer's end is told apart from bytes, after all of them")
    func peerCloses() async throws {
        let service: TestServer.Service = { stream, _ in try await stream.send("last words".utf8) }
        try await TestServer.run(service) { port in
            try await LoopHost().run { host in
                let stream = try await BIOStream.connect(to: "127.0.0.1", port: port, on: host.loop, within: .ample)
                let words = try await stream.receive(exactly: 100)
                #expect(words == Array("last words".utf8))
                let end = try await stream.receive()
                #expect(end == [])
                stream.close()
                let endAfterClose = try await stream.receive()
                #expect(endAfterClose == [])
                let error = await transportError { try await stream.send([1]) }
                #expect(error == .closedByPeer)
            }
        }
    }

    @Test("bytes that arrive with the peer's end are read, and then the end", arguments: [false, true])
    func bytesWithEnd(_ isFirst: Bool) async throws {
        let service: TestServer.Service = { stream, _ in
            if !isFirst { _ = try await stream.receive() }
            try await stream.send("last words".utf8)
        }
        try await TestServer.run(service) { port in
            try await LoopHost().run { host in
                let stream = try await BIOStream.connect(to: "127.0.0.1", port: port, on: host.loop, within: .ample)
                if !isFirst { try await stream.send([1]) }
                // Both are there before the first read, which asks for more than there is.
                usleep(50_000)
                let words = try await stream.receive()
                #expect(words == Array("last words".utf8))
                let end = try await stream.receive()
                #expect(end == [])
                stream.close()
            }
        }
    }

    @Test("writing to a peer that has gone is an error, not a signal")
    func brokenPipe() async throws {
        let service: TestServer.Service = { _, _ in }
        try await TestServer.run(service) { port in
            try await LoopHost().run { host in
                let stream = try await BIOStream.connect(to: "127.0.0.1", port: port, on: host.loop, within: .ample)
                let end = try await stream.receive()
                #expect(end == [])
                let error = await transportError {
                    while true { try await stream.send([UInt8](repeating: 0, count: 1 << 16)) }
                }
                #expect(error != nil)
            }
        }
    }

    @Test("a peer that does not read holds the writer back, and nothing is lost", arguments: [false, true])
    func backPressure(_ isTLS: Bool) async throws {
        // More than the buffers of two sockets hold.
        let block = (0..<(1 << 16)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        var bytes: [UInt8] = []
        for number in 0..<256 {
            bytes += block
            bytes[bytes.count - 1] = UInt8(number)
        }
        let sent = bytes
        let (reading, mayRead) = AsyncStream<Void>.makeStream()
        let fixture = try TLSFixture()
        let server = try fixture.server()
        let client = try fixture.client()
        let service: TestServer.Service = { stream, _ in
            if isTLS { try await stream.acceptTLS(server, within: .ample) }
            let start = try await stream.receive(exactly: 3)
            #expect(start == Array("go\n".utf8))
            for await _ in reading { break }
            let arrived = try await stream.receive(exactly: sent.count)
            // Not by `==`, which looks at each byte by itself in a build for tests.
            let isSame = unsafe arrived.withUnsafeBytes { left in
                unsafe sent.withUnsafeBytes { right in
                    unsafe left.count == right.count && memcmp(left.baseAddress!, right.baseAddress!, left.count) == 0
                }
            }
            #expect(isSame)
            try await stream.send("done".utf8)
        }
        try await TestServer.run(service) { port in
            try await LoopHost().run { host in
                let stream = try await BIOStream.connect(to: "localhost", port: port, on: host.loop, within: .ample)
                if isTLS { try await stream.startTLS(client, host: "localhost", port: port, .atOnce, within: .ample) }
                stream.enqueue("go\n".utf8)
                stream.enqueue(sent)
                try stream.sendQueued()
                #expect(stream.queuedCount > 0, "the socket took everything at once")
                mayRead.yield()
                try await stream.flush(within: .ample)
                let answer = try await stream.receive(exactly: 4)
                #expect(answer == Array("done".utf8))
                stream.close()
            }
        }
    }

    @Test("500 streams share one loop")
    func manyStreams() async throws {
        let loop = EventLoopPool.testClients.nextLoop()
        try await TestServer.run(TestServer.echo) { port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        try await LoopHost(on: loop).run { host in
                            let stream = try await BIOStream.connect(
                                to: "127.0.0.1", port: port, on: host.loop, within: .ample)
                            for round in 0..<10 {
                                let text = "stream \(number) round \(round)\r\n"
                                let answer = try await stream.roundTrip(text)
                                #expect(answer == text)
                                #expect(host.loop.isCurrent)
                            }
                            stream.close()
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("work on one loop's actors runs one at a time, on its thread, in order")
    func executor() async throws {
        let host = LoopHost()
        let order = try await host.run { host in
            var order: [Int] = []
            for number in 0..<100 {
                await Task.yield()
                host.assertIsolated()
                order.append(host.loop.isCurrent ? number : -1)
            }
            return order
        }
        #expect(order == Array(0..<100))
        #expect(!host.loop.isCurrent)
    }
}
