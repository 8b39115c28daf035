import Glibc

/// Looks up host names on threads of its own, since getaddrinfo blocks.
enum Resolver {
    /// What a lookup found, handed from its thread to the waiting loop.
    private final class Lookup: Sendable {
        enum Outcome {
            case addresses([String])
            case failure(String)
        }
        let outcome = Locked<Outcome?>(nil)
    }

    /// The numeric addresses of `host`, IPv6 and IPv4 in turns, in the order the system prefers (RFC 8305 §4).
    ///
    /// A lookup that is given up goes on in its own thread until the system's resolver ends it.
    static func addresses(
        of host: String, on loop: EventLoop, deadline: Deadline, limit: Duration
    ) async throws(TransportError) -> [String] {
        if case .addresses(let addresses) = lookUp(host, flags: AI_NUMERICHOST) { return addresses }
        let point = WaitPoint(on: loop)
        defer { loop.forget(point.token) }
        let lookup = Lookup()
        try start(host, lookup) { [token = point.token] in loop.signal(token) }
        while true {
            switch lookup.outcome.withLock({ $0 }) {
            case .addresses(let addresses): return addresses
            case .failure(let reason): throw .nameNotResolved(host: host, reason: reason)
            case nil: break
            }
            switch await point.wait(until: deadline) {
            case .signalled: continue
            case .deadlinePassed: throw .timedOut(.connecting, limit: limit)
            case .cancelled: throw .cancelled
            }
        }
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func start(
        _ host: String, _ lookup: Lookup, whenDone: @escaping @Sendable () -> Void
    ) throws(TransportError) {
        let work = Work {
            let outcome = lookUp(host, flags: 0)
            lookup.outcome.withLock { $0 = outcome }
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

    private static func lookUp(_ host: String, flags: Int32) -> Lookup.Outcome {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            return .failure(unsafe String(cString: gai_strerror(status)))
        }
        defer { unsafe freeaddrinfo(list) }
        var families: [Int32: [String]] = [:]
        var order: [Int32] = []
        var entry = unsafe list
        while let info = unsafe entry?.pointee {
            if let address = unsafe numericName(info) {
                let family = unsafe info.ai_family
                if families[family] == nil { order.append(family) }
                families[family, default: []].append(address)
            }
            unsafe entry = info.ai_next
        }
        return .addresses(interleaved(order.compactMap { families[$0] }))
    }

    private static func numericName(_ info: addrinfo) -> String? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
            let status = unsafe getnameinfo(
                info.ai_addr, info.ai_addrlen, buffer.baseAddress, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
            guard status == 0, let start = buffer.baseAddress else { return nil }
            return unsafe String(cString: start)
        }
    }

    private static func interleaved(_ lists: [[String]]) -> [String] {
        let longest = lists.map(\.count).max() ?? 0
        return (0..<longest).flatMap { index in lists.compactMap { index < $0.count ? $0[index] : nil } }
    }
}
