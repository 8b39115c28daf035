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
        if case .success(let found) = SocketAddress.find(address, flags: AI_NUMERICHOST), var wanted = found.first {
            wanted.port = port
            bound = wanted.makeSocket()
            var on: Int32 = 1
            unsafe setsockopt(bound, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
            let isListening = unsafe wanted.withPointer { address, length in
                unsafe bound >= 0 && bind(bound, address, length) == 0 && listen(bound, Self.backlog) == 0
            }
            if !isListening {
                reason = systemError(errno)
                if bound >= 0 { Glibc.close(bound) }
                bound = -1
            }
        }
        guard bound >= 0 else { throw .cannotListen(address: address, port: port, reason: reason) }
        descriptor = bound
        self.port = SocketAddress(of: bound)?.port ?? port
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
}
