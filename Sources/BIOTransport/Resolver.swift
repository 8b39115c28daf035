import Glibc

/// Looks up host names on threads of its own, since getaddrinfo blocks.
enum Resolver {
    /// What a lookup found, handed from its thread to the waiting loop; nil until it has.
    private typealias Outcome = Locked<Result<[SocketAddress], SocketAddress.LookupFailure>?>

    /// The addresses of `host`, IPv6 and IPv4 in turns, in the order the system prefers (RFC 8305 §4).
    ///
    /// A lookup that is given up goes on in its own thread until the system's resolver ends it.
    static func addresses(
        of host: String, on loop: EventLoop, deadline: Deadline, limit: Duration
    ) async throws(TransportError) -> [SocketAddress] {
        if case .success(let addresses) = SocketAddress.find(host, flags: AI_NUMERICHOST) { return addresses }
        let point = WaitPoint(on: loop)
        defer { loop.forget(point.token) }
        let outcome = Outcome(nil)
        try start(host, outcome) { [token = point.token] in loop.signal(token) }
        while true {
            switch outcome.withLock({ $0 }) {
            case .success(let addresses): return interleaved(addresses)
            case .failure(let failure): throw .nameNotResolved(host: host, reason: failure.reason)
            case nil: break
            }
            switch await point.wait(until: deadline) {
            case .signalled: continue
            case .deadlinePassed: throw .timedOut(.connecting, limit: limit)
            case .cancelled: throw .cancelled
            case .closed: throw .closed
            }
        }
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func start(
        _ host: String, _ outcome: Outcome, whenDone: @escaping @Sendable () -> Void
    ) throws(TransportError) {
        let work = Work {
            let found = SocketAddress.find(host, flags: 0)
            outcome.withLock { $0 = found }
            whenDone()
        }
        var handle = pthread_t()
        let context = unsafe Unmanaged.passRetained(work)
        let status = unsafe pthread_create(
            &handle, nil,
            { context in
                guard let context = unsafe context else { return nil }
                // Balances the retain above: the thread owns its work.
                unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            unsafe context.release()
            throw .nameNotResolved(host: host, reason: "no thread for the lookup: \(systemError(status))")
        }
        pthread_detach(handle)
    }

    /// One of each family in turns, beginning with that of the first.
    private static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let first = addresses.first else { return [] }
        let preferred = addresses.filter { $0.family == first.family }
        let others = addresses.filter { $0.family != first.family }
        return (0..<max(preferred.count, others.count)).flatMap { index in
            [preferred, others].compactMap { index < $0.count ? $0[index] : nil }
        }
    }
}
