import Glibc

extension BIOStream {
    /// How long an address gets before the next one is tried beside it (RFC 8305 §5).
    private static let attemptDelay = Duration.milliseconds(250)

    /// Connects to `host`, a name or a numeric address, trying IPv6 and IPv4 side by side (RFC 8305).
    ///
    /// - Throws: ``TransportError``: no address, no connection, no time left, cancelled, or no descriptors left.
    package static func connect(
        to host: String, port: Int, on loop: EventLoop, within limit: TimeLimit
    ) async throws(TransportError) -> BIOStream {
        try loop.checkUsable()
        let addresses = try await Resolver.shared.addresses(of: host, on: loop, within: limit)
        let waiter = Waiter(on: loop)
        defer { waiter.close() }
        var untried = addresses[...]
        var attempts: [ConnectAttempt] = []
        var failures: [String] = []
        var nextStart = loop.clock.now
        while true {
            let now = loop.clock.now
            if !untried.isEmpty, attempts.isEmpty || nextStart <= now {
                attempts.append(ConnectAttempt(untried.removeFirst(), port: port))
                nextStart = now.advanced(by: attemptDelay)
            }
            for (index, attempt) in attempts.enumerated().reversed() {
                switch try attempt.advance(reportingTo: waiter) {
                case .pending: break
                case .connected: return try BIOStream(connected: attempt.takeSocket(), on: loop)
                case .failed(let reason):
                    failures.append("\(attempt.address.text): \(reason)")
                    attempts.remove(at: index)
                }
            }
            if attempts.isEmpty {
                if !untried.isEmpty { continue }
                throw .notConnected(host: host, port: port, attempts: failures)
            }
            let outcome = await waiter.wait(until: untried.isEmpty ? limit.deadline : min(nextStart, limit.deadline))
            if case .deadlinePassed = outcome, limit.deadline > loop.clock.now { continue }
            if let error = outcome.error(within: limit) { throw error }
        }
    }
}

/// A connection to one address, under way.
private final class ConnectAttempt {
    enum Progress {
        case pending
        case connected
        case failed(String)
    }

    let address: SocketAddress
    private var descriptor: Int32
    /// Why there is no socket; 0 where there is one.
    private let socketError: Int32
    private var isWatched = false

    init(_ address: SocketAddress, port: Int) {
        var address = address
        address.port = port
        self.address = address
        descriptor = address.makeSocket()
        socketError = descriptor < 0 ? errno : 0
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The connected socket, which is the caller's from now on.
    func takeSocket() -> Int32 {
        defer { descriptor = -1 }
        return descriptor
    }

    /// Begins to connect, or asks how it went: connect(2) answers the same call again with the outcome.
    func advance(reportingTo waiter: Waiter) throws(TransportError) -> Progress {
        guard descriptor >= 0 else {
            if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(socketError) {
                throw .outOfResources("descriptors for a connection", reason: systemError(socketError))
            }
            return .failed(systemError(socketError))
        }
        let status = unsafe address.withPointer { unsafe Glibc.connect(descriptor, $0, $1) }
        let code = status == 0 ? EISCONN : errno
        guard [EISCONN, EINPROGRESS, EALREADY, EINTR].contains(code) else { return .failed(systemError(code)) }
        if !isWatched {
            try waiter.loop.watch(descriptor, token: waiter.token)
            isWatched = true
        }
        return code == EISCONN ? .connected : .pending
    }
}
