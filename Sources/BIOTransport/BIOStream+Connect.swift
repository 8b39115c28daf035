import COpenSSL
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
                attempts.append(ConnectAttempt(address: waiting.removeFirst(), port: port))
                nextStart = .after(attemptDelay)
            }
            for (index, attempt) in attempts.enumerated().reversed() {
                switch attempt.advance(reportingTo: point) {
                case .pending: break
                case .connected:
                    guard let chain = unsafe attempt.takeChain() else { break }
                    return unsafe BIOStream(chain: chain, reportingTo: point)
                case .failed(let reason):
                    failures.append("\(attempt.address): \(reason)")
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
            }
        }
    }
}

/// A connection to one address, under way.
@safe
private final class ConnectAttempt {
    enum Progress {
        case pending
        case connected
        case failed(String)
    }

    let address: String
    private var chain: OpaquePointer?
    private var isWatched = false

    init(address: String, port: Int) {
        self.address = address
        unsafe chain = BIO_new(BIO_s_connect())
        guard let bio = unsafe chain else { return }
        let host = address.contains(":") ? "[\(address)]" : address
        unsafe sluice_BIO_set_conn_hostname(bio, host)
        unsafe sluice_BIO_set_conn_port(bio, String(port))
        unsafe sluice_BIO_set_nbio(bio, 1)
    }

    deinit {
        unsafe BIO_free_all(chain)
    }

    func takeChain() -> OpaquePointer? {
        defer { unsafe chain = nil }
        return unsafe chain
    }

    func advance(reportingTo point: WaitPoint) -> Progress {
        guard let bio = unsafe chain else { return .failed(OpenSSLErrors.take()) }
        // OpenSSL takes a socket without an error for a connected one, so ask only when the kernel has decided.
        if isWatched, unsafe !isDecided(sluice_BIO_get_fd(bio)) { return .pending }
        OpenSSLErrors.clear()
        let status = unsafe sluice_BIO_do_connect(bio)
        if status <= 0, unsafe sluice_BIO_should_retry(bio) == 0 {
            let code = errno
            let reason = OpenSSLErrors.take()
            return .failed(reason.isEmpty ? systemError(code) : reason)
        }
        if !isWatched {
            unsafe point.loop.watch(sluice_BIO_get_fd(bio), token: point.token)
            isWatched = true
        }
        return status > 0 ? .connected : .pending
    }

    private func isDecided(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, 0) > 0
    }
}
