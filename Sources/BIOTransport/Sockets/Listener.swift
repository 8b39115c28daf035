import CEpoll
import Glibc

/// A listening TCP socket on one event loop.
package final class Listener {
    private static let backlog: Int32 = 4_096
    /// How long to wait before a connection is accepted again when the process had no descriptors left.
    private static let pauseWithoutDescriptors = Duration.milliseconds(10)

    /// The port listened on; the system's choice where 0 was asked for.
    package let port: Int
    private let loop: EventLoop
    private let waiter: Waiter
    private var descriptor: Int32

    /// Listens on the numeric `address`.
    ///
    /// - Throws: ``TransportError/cannotListen(address:port:reason:)``, or
    ///   ``TransportError/outOfResources(_:reason:)``.
    package init(address: String, port: Int, on loop: EventLoop) throws(TransportError) {
        try loop.checkUsable()
        let bound = try Self.bind(to: address, port: port)
        let waiter = Waiter(on: loop)
        do throws(TransportError) {
            try loop.watch(bound, token: waiter.token)
        } catch {
            Glibc.close(bound)
            waiter.close()
            throw error
        }
        descriptor = bound
        self.port = SocketAddress(of: bound)?.port ?? port
        self.loop = loop
        self.waiter = waiter
    }

    /// A listening socket, which is the caller's.
    private static func bind(to address: String, port: Int) throws(TransportError) -> Int32 {
        guard case .success(let found) = SocketAddress.find(address, flags: AI_NUMERICHOST), var wanted = found.first
        else { throw .cannotListen(address: address, port: port, reason: "not a numeric address") }
        wanted.port = port
        let bound = wanted.makeSocket()
        guard bound >= 0 else { throw .cannotListen(address: address, port: port, reason: systemError(errno)) }
        var on: Int32 = 1
        unsafe setsockopt(bound, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let isListening = unsafe wanted.withPointer { address, length in
            unsafe Glibc.bind(bound, address, length) == 0 && listen(bound, backlog) == 0
        }
        guard isListening else {
            let reason = systemError(errno)
            Glibc.close(bound)
            throw .cannotListen(address: address, port: port, reason: reason)
        }
        return bound
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
        loop.unregister(waiter.token)
    }

    /// The next connection's socket, non-blocking and owned by the caller; nil once the listener is closed.
    ///
    /// - Throws: ``TransportError/cancelled``, or ``TransportError/connectionLost(reason:)`` where the socket failed.
    package func accept() async throws(TransportError) -> Int32? {
        while descriptor >= 0 {
            let accepted = sluice_accept(descriptor)
            if accepted >= 0 { return accepted }
            var deadline = Deadline.never
            switch errno {
            case EAGAIN, EWOULDBLOCK: break
            case EINTR, ECONNABORTED: continue
            // Connections wait in the backlog until some descriptors are closed.
            case EMFILE, ENFILE: deadline = loop.clock.deadline(after: Self.pauseWithoutDescriptors)
            default: throw .connectionLost(reason: "cannot accept a connection: \(systemError(errno))")
            }
            switch await waiter.wait(until: deadline) {
            case .signalled, .deadlinePassed: break
            case .cancelled: throw .cancelled
            case .closed: return nil
            }
        }
        return nil
    }

    /// Stops listening; an `accept` under way returns nil.
    package func close() {
        loop.preconditionOnLoop()
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
        waiter.close()
    }
}
