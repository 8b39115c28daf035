import BIOTransport
import Synchronization

extension EventLoopPool {
    /// The loops of sandboxes, apart from the clients' so that neither waits for the other within one process.
    static let servers = EventLoopPool(name: "sandbox")
}

/// One listening port and the connections that came in by it.
actor SandboxPort {
    private nonisolated let loop: EventLoop
    private let connect: @Sendable (EventLoop) -> SandboxConnection
    private var listener: Listener?
    private var accepting: Task<Void, Never>?
    private var connections: [Int: Task<Void, Never>] = [:]
    private var nextKey = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        // The loop lives as long as the process.
        unsafe loop.asUnownedSerialExecutor()
    }

    init(connect: @escaping @Sendable (EventLoop) -> SandboxConnection) {
        loop = EventLoopPool.servers.nextLoop()
        self.connect = connect
    }

    /// Listens; the port that was given or found.
    func open(_ address: String, port: Int) throws(SandboxError) -> Int {
        do {
            let listener = try Listener(address: address, port: port, on: loop)
            self.listener = listener
            accepting = Task { await self.accept() }
            return listener.port
        } catch {
            throw .notListening(reason: "\(error)")
        }
    }

    private func accept() async {
        while let listener, let accepted = try? await listener.accept() {
            nextKey += 1
            let key = nextKey
            let connection = connect(EventLoopPool.servers.nextLoop())
            connections[key] = Task {
                await connection.serve(accepted)
                self.forget(key)
            }
        }
    }

    private func forget(_ key: Int) {
        connections[key] = nil
    }

    /// Stops listening and breaks off every connection.
    func close() async {
        listener?.close()
        listener = nil
        await accepting?.value
        let open = Array(connections.values)
        for connection in open { connection.cancel() }
        for connection in open { await connection.value }
    }
}
