import DequeModule
import Glibc
import Synchronization

/// Looks up host names on threads of its own, since getaddrinfo(3) blocks.
///
/// The number of threads is bounded: lookups beyond it wait in a queue, and their connections' time limits run meanwhile.
/// Lookups of the same host that are under way at the same time are one.
final class Resolver: Sendable {
    typealias Outcome = Result<[SocketAddress], TransportError>

    static let shared = Resolver(threadLimit: 32) { host in
        SocketAddress.find(host, flags: 0).mapError { .nameNotResolved(host: host, reason: $0.reason) }
    }

    /// A waiting connection, to be told of the outcome on its own loop.
    private struct Request {
        let loop: EventLoop
        let token: UInt64
        let outcome: LookupOutcome
    }

    /// What a lookup found; nil until it has ended.
    private final class LookupOutcome: Sendable {
        let value = Mutex<Outcome?>(nil)
    }

    private struct State {
        /// The hosts that wait for a thread.
        var queue: Deque<String> = []
        /// The connections that wait for each host, queued or being looked up.
        var requests: [String: [Request]] = [:]
        var threadCount = 0
    }

    private let state = Mutex(State())
    private let threadLimit: Int
    private let find: @Sendable (String) -> Outcome

    /// - Parameters:
    ///   - threadLimit: the most lookups at once, at least 1.
    ///   - find: looks a host up; it may block.
    init(threadLimit: Int, find: @escaping @Sendable (String) -> Outcome) {
        self.threadLimit = threadLimit
        self.find = find
    }

    /// The addresses of `host`, IPv6 and IPv4 in alternation, in the order the system prefers (RFC 8305 §4).
    ///
    /// A lookup that no connection waits for any more goes on in its thread until the system's resolver ends it; one that
    /// is still queued is dropped.
    func addresses(
        of host: String, on loop: EventLoop, within limit: TimeLimit
    ) async throws(TransportError) -> [SocketAddress] {
        if case .success(let addresses) = SocketAddress.find(host, flags: AI_NUMERICHOST) { return addresses }
        let waiter = Waiter(on: loop)
        defer { waiter.close() }
        let outcome = LookupOutcome()
        add(Request(loop: loop, token: waiter.token, outcome: outcome), for: host)
        while true {
            switch outcome.value.withLock({ $0 }) {
            case .success(let addresses): return Self.alternating(addresses)
            case .failure(let error): throw error
            case nil: break
            }
            guard let error = await waiter.wait(until: limit.deadline).error(within: limit) else { continue }
            remove(waiter.token, for: host)
            throw error
        }
    }

    // MARK: The queue

    private func add(_ request: Request, for host: String) {
        let startsThread = state.withLock { state in
            state.requests[host, default: []].append(request)
            guard state.requests[host]?.count == 1 else { return false }
            state.queue.append(host)
            guard state.threadCount < threadLimit else { return false }
            state.threadCount += 1
            return true
        }
        guard startsThread, let code = startDetachedThread({ self.work() }) else { return }
        let isServed = state.withLock { state in
            state.threadCount -= 1
            if state.threadCount == 0 { state.queue.removeAll { $0 == host } }
            // Another thread will come to the queue's end.
            return state.threadCount > 0
        }
        if !isServed {
            finish(host, .failure(.outOfResources("a thread to look up \(host)", reason: systemError(code))))
        }
    }

    private func finish(_ host: String, _ outcome: Outcome) {
        let requests = state.withLock { $0.requests.removeValue(forKey: host) ?? [] }
        for request in requests {
            request.outcome.value.withLock { $0 = outcome }
            request.loop.signal(request.token)
        }
    }

    private func remove(_ token: UInt64, for host: String) {
        state.withLock { state in
            state.requests[host]?.removeAll { $0.token == token }
            guard state.requests[host]?.isEmpty == true, let index = state.queue.firstIndex(of: host) else { return }
            state.queue.remove(at: index)
            state.requests[host] = nil
        }
    }

    // MARK: Threads

    /// Looks up hosts until none is queued. A thread is short-lived, since lookups come in bursts.
    private func work() {
        while let host = nextHost() {
            finish(host, find(host))
        }
    }

    private func nextHost() -> String? {
        state.withLock { state in
            if let host = state.queue.popFirst() { return host }
            state.threadCount -= 1
            return nil
        }
    }

    /// One of each family in alternation, beginning with that of the first.
    private static func alternating(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let first = addresses.first else { return [] }
        let preferred = addresses.filter { $0.family == first.family }
        let others = addresses.filter { $0.family != first.family }
        return (0..<max(preferred.count, others.count)).flatMap { index in
            [preferred, others].compactMap { index < $0.count ? $0[index] : nil }
        }
    }
}
