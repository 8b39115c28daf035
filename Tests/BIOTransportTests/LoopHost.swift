import Synchronization

@testable import BIOTransport

/// An actor on an event loop, where streams are used as sessions use them.
actor LoopHost {
    nonisolated let loop: EventLoop

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        // The loop lives as long as the process.
        unsafe loop.asUnownedSerialExecutor()
    }

    init(on loop: EventLoop = EventLoopPool.testClients.nextLoop()) { self.loop = loop }

    @discardableResult
    func run<Result: Sendable>(
        _ body: @Sendable (isolated LoopHost) async throws -> Result
    ) async throws -> Result {
        try await body(self)
    }
}

/// A listener on loopback, and what is done with each connection.
actor TestServer {
    typealias Service = @Sendable (BIOStream, isolated TestServer) async throws -> Void

    private nonisolated let loop = EventLoopPool.testServers.nextLoop()
    private let service: Service
    private var listener: Listener?
    private var tasks: [Task<Void, Never>] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        // The loop lives as long as the process.
        unsafe loop.asUnownedSerialExecutor()
    }

    private init(_ service: @escaping Service) { self.service = service }

    /// Runs `client` with the port of a server on `address` that serves each connection by `service`.
    @discardableResult
    static func run<Result>(
        on address: String = "127.0.0.1", _ service: @escaping Service, client: (Int) async throws -> Result
    ) async throws -> Result {
        let server = TestServer(service)
        let port = try await server.open(address)
        do {
            let result = try await client(port)
            await server.close()
            return result
        } catch {
            await server.close()
            throw error
        }
    }

    private func open(_ address: String) throws -> Int {
        let listener = try Listener(address: address, port: 0, on: loop)
        self.listener = listener
        tasks.append(Task { await self.accept() })
        return listener.port
    }

    private func accept() async {
        while let listener, let descriptor = try? await listener.accept() {
            tasks.append(Task { await self.serve(descriptor) })
        }
    }

    private func serve(_ descriptor: Int32) async {
        guard let stream = try? BIOStream(connected: descriptor, on: loop) else { return }
        try? await service(stream, self)
        stream.close()
    }

    private func close() async {
        listener?.close()
        listener = nil
        let running = tasks
        for task in running { task.cancel() }
        for task in running { await task.value }
    }

    /// Sends back what comes.
    static let echo: Service = { stream, _ in try await stream.echo() }

    /// Sends back what comes, through TLS.
    static func tlsEcho(_ context: TLSServerContext) -> Service {
        { stream, _ in
            try await stream.acceptTLS(context, within: .ample)
            try await stream.echo()
        }
    }
}

/// What `body` throws. Unlike `#expect(throws:)` this runs it on the caller's actor, where its streams live.
func transportError(_ body: () async throws -> Void) async -> TransportError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? TransportError
    }
}

/// A value that several tasks of a test change.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func withLock<Result: Sendable>(_ body: (inout sending Value) -> sending Result) -> Result { value.withLock(body) }
}

extension EventLoopPool {
    static let testClients = EventLoopPool(name: "test-client")
    static let testServers = EventLoopPool(name: "test-server")
}

extension TransportPhase {
    static let exchange = TransportPhase("exchange", circumstance: "waiting for an answer")
}

extension TimeLimit {
    /// A limit from now on, on the system's clock.
    static func test(_ phase: TransportPhase, _ limit: Duration) -> TimeLimit {
        TimeLimit(phase, limit, from: TransportClock.monotonic.now)
    }

    /// Long enough never to pass in a test that works.
    static var ample: TimeLimit { .test(.exchange, .seconds(600)) }
}

extension BIOStream {
    func echo() async throws {
        while true {
            let bytes = try await receive()
            if bytes.isEmpty { return }
            try await send(bytes)
        }
    }

    /// Ample on the clock of the stream's loop, which may be a virtual one.
    private var ampleLimit: TimeLimit { loop.limit(.exchange, .seconds(600)) }

    /// The next bytes, at most `count`; none at the end.
    func receive(_ count: Int = 1 << 16, within limit: TimeLimit? = nil) async throws -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { unsafe buffer.deallocate() }
        let received = unsafe try await read(into: buffer, within: limit ?? ampleLimit)
        return unsafe Array(buffer.prefix(received))
    }

    /// Exactly `count` bytes, or fewer at the end.
    func receive(exactly count: Int, within limit: TimeLimit? = nil) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let next = try await receive(min(count - bytes.count, 1 << 18), within: limit)
            if next.isEmpty { break }
            bytes += next
        }
        return bytes
    }

    func send(_ bytes: some Sequence<UInt8>) async throws {
        enqueue(bytes)
        try await flush(within: ampleLimit)
    }

    /// Sends `text` and gives as many bytes of the answer.
    func roundTrip(_ text: String) async throws -> String {
        try await send(text.utf8)
        return String(decoding: try await receive(exactly: text.utf8.count), as: UTF8.self)
    }
}
