import Glibc

extension BIOStream {
    /// How long an address gets before the next one is tried beside it (RFC 8305 §5).
    private static let attemptDelay = Duration.milliseconds(250)

    /// Connects to `host`, a name or a numeric address, trying IPv6 and IPv4 side by side (RFC 8305).
    package static func connect(
        to host: String, port: Int, on loop: EventLoop, within limit: TimeLimit
    ) async throws(TransportError) -> BIOStream {
        var waiting = try await Resolver.addresses(
            of: host, on: loop, deadline: limit.deadline, limit: limit.limit)[...]
        let point = WaitPoint(on: loop)
        var attempts: [ConnectAttempt] = []
        var failures: [String] = []
        var nextStart = Deadline.now
        while true {
            let now = Deadline.now
            if !waiting.isEmpty, attempts.isEmpty || nextStart <= now {
                attempts.append(ConnectAttempt(waiting.removeFirst(), port: port))
                nextStart = .after(attemptDelay)
            }
            for (index, attempt) in attempts.enumerated().reversed() {
                switch attempt.advance(reportingTo: point) {
                case .pending: break
                case .connected: return try BIOStream(connected: attempt.takeSocket(), reportingTo: point)
                case .failed(let reason):
                    failures.append("\(attempt.address.text): \(reason)")
                    attempts.remove(at: index)
                }
            }
            if attempts.isEmpty {
                if !waiting.isEmpty { continue }
                loop.forget(point.token)
                throw .notConnected(host: host, port: port, attempts: failures)
            }
            switch await point.wait(until: waiting.isEmpty ? limit.deadline : min(nextStart, limit.deadline)) {
            case .signalled: break
            case .deadlinePassed where limit.deadline > .now: break
            case .deadlinePassed:
                loop.forget(point.token)
                throw limit.error
            case .cancelled:
                loop.forget(point.token)
                throw .cancelled
            case .closed: throw .closed
            }
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

    /// Begins to connect, or asks how it went: the system answers the same call again with what has become of it.
    func advance(reportingTo point: WaitPoint) -> Progress {
        guard descriptor >= 0 else { return .failed(systemError(socketError)) }
        let status = unsafe address.withPointer { unsafe Glibc.connect(descriptor, $0, $1) }
        let code = status == 0 ? EISCONN : errno
        guard [EISCONN, EINPROGRESS, EALREADY, EINTR].contains(code) else { return .failed(systemError(code)) }
        if !isWatched {
            point.loop.watch(descriptor, token: point.token)
            isWatched = true
        }
        return code == EISCONN ? .connected : .pending
    }
}
