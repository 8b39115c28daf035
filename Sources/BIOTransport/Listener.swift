import CEpoll
import Glibc

/// A listening TCP socket on one event loop.
package final class Listener {
    private static let backlog: Int32 = 4_096

    /// The port listened on; the system's choice where 0 was asked for.
    package let port: Int
    private let loop: EventLoop
    private let point: WaitPoint
    private var descriptor: Int32

    /// Listens on the numeric `address`.
    package init(address: String, port: Int, on loop: EventLoop) throws(TransportError) {
        var bound: Int32 = -1
        var reason = "not a numeric address"
        unsafe Self.withSocketAddress(address, port) { family, address, length in
            bound = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            var on: Int32 = 1
            unsafe setsockopt(bound, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
            if unsafe bound >= 0 && bind(bound, address, length) == 0 && listen(bound, Self.backlog) == 0 { return }
            reason = systemError(errno)
            if bound >= 0 { Glibc.close(bound) }
            bound = -1
        }
        guard bound >= 0 else { throw .notConnected(host: address, port: port, attempts: ["cannot listen: \(reason)"]) }
        descriptor = bound
        self.port = Self.localPort(of: bound)
        self.loop = loop
        point = WaitPoint(on: loop)
        loop.watch(descriptor, token: point.token)
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
        loop.forget(point.token)
    }

    /// The next connection's socket, non-blocking and owned by the caller; nil once the listener is closed.
    package func accept() async throws(TransportError) -> Int32? {
        while descriptor >= 0 {
            let accepted = sluice_accept(descriptor)
            if accepted >= 0 { return accepted }
            switch errno {
            case EAGAIN, EWOULDBLOCK:
                if case .cancelled = await point.wait(until: .never) { throw .cancelled }
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE:
                // Out of descriptors: connections wait in the backlog until some are closed.
                if case .cancelled = await point.wait(until: .after(.milliseconds(10))) { throw .cancelled }
            default: throw .connectionLost(reason: "cannot accept a connection: \(systemError(errno))")
            }
        }
        return nil
    }

    /// Stops listening; a waiting `accept` returns nil.
    package func close() {
        loop.preconditionOnLoop()
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
        point.wake(.signalled)
        loop.forget(point.token)
    }

    private static func withSocketAddress(
        _ address: String, _ port: Int, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Void
    ) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(address, String(port), &hints, &list) == 0 else { return }
        defer { unsafe freeaddrinfo(list) }
        if let info = unsafe list?.pointee, let address = unsafe info.ai_addr {
            unsafe body(info.ai_family, address, info.ai_addrlen)
        }
    }

    private static func localPort(of descriptor: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = unsafe getsockname(descriptor, address, &length)
            }
            // Both families keep the port, in network order, behind the two bytes of the family.
            let port = unsafe UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: 2, as: UInt16.self)
            return Int(UInt16(bigEndian: port))
        }
    }
}
