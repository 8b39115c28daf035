import COpenSSL

/// A connection between two streams of one event loop without descriptors and system calls: an OpenSSL BIO pair
/// (BIO_s_bio(3)).
///
/// What one stream's operations change for the other is reported to the other's waiter, as the kernel reports it of
/// sockets.
@safe
final class MemoryLink {
    /// The side of the link that a stream is on.
    enum Side: Int {
        case client, server

        var other: Side { self == .client ? .server : .client }
    }

    /// The most bytes in flight in each direction.
    static let capacity = 64 * 1024

    /// Whether each side takes the other for a peer on this machine.
    let isLoopback: Bool
    // Each half has a reference by this object besides that of its stream: what was written stays readable after the
    // writer is closed.
    private let halves: [OpaquePointer]
    private let waiters: [Waiter]
    /// The bytes that each side has written and the other has not read, after the last operation.
    private var unread = [0, 0]
    private var isClosed = [false, false]

    /// - Throws: ``TransportError/outOfResources(_:reason:)`` where there is no memory.
    init(on loop: EventLoop, isLoopback: Bool) throws(TransportError) {
        var client: OpaquePointer?
        var server: OpaquePointer?
        guard unsafe BIO_new_bio_pair(&client, Self.capacity, &server, Self.capacity) == 1,
            let client = unsafe client, let server = unsafe server
        else { throw .outOfResources("memory for a connection", reason: OpenSSLErrors.take()) }
        unsafe halves = [client, server]
        waiters = [Waiter(on: loop), Waiter(on: loop)]
        self.isLoopback = isLoopback
    }

    deinit {
        for side in [Side.client, .server] { unsafe BIO_free(halves[side.rawValue]) }
    }

    func waiter(of side: Side) -> Waiter { waiters[side.rawValue] }

    /// The half of `side`, with a reference that the caller owns.
    func retainedHalf(of side: Side) -> OpaquePointer {
        let half = unsafe halves[side.rawValue]
        unsafe BIO_up_ref(half)
        return unsafe half
    }

    /// Whether nobody reads what `side` writes.
    func isPeerClosed(of side: Side) -> Bool { isClosed[side.other.rawValue] }

    /// The first bytes that `side` could read, which stay unread.
    func peek(from side: Side, limit: Int) -> [UInt8]? {
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe BIO_nread0(halves[side.rawValue], &start)
        // The pair's buffer holds `count` bytes from there until the next operation.
        if count > 0, let start = unsafe start {
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: min(Int(count), limit))
            return unsafe Array(bytes)
        }
        return isPeerClosed(of: side) ? [] : nil
    }

    /// Reports to the other side what an operation of `side` has changed for it.
    func report(after side: Side) {
        let written = unsafe BIO_ctrl_wpending(halves[side.rawValue])
        let arrived = unsafe BIO_ctrl_pending(halves[side.rawValue])
        let hasWritten = written > unread[side.rawValue]
        let hasRead = arrived < unread[side.other.rawValue]
        unread[side.rawValue] = written
        unread[side.other.rawValue] = arrived
        guard hasWritten || hasRead else { return }
        waiters[side.other.rawValue].report(isReadable: hasWritten, hasEnded: false)
    }

    /// Ends what `side` writes: the other side reads what is left, and then the end.
    func shutDownWriting(of side: Side) {
        unsafe sluice_BIO_shutdown_wr(halves[side.rawValue])
        waiters[side.other.rawValue].report(isReadable: true, hasEnded: true)
    }

    /// Ends both directions for `side`.
    func close(_ side: Side) {
        isClosed[side.rawValue] = true
        shutDownWriting(of: side)
    }
}

extension BIOStream {
    /// Two connected streams on one event loop, in memory.
    ///
    /// - Parameters:
    ///   - loop: the loop of both.
    ///   - isLoopback: whether the connection counts as one within this machine, over which credentials may go in plain
    ///     text.
    /// - Throws: ``TransportError/outOfResources(_:reason:)``.
    package static func memoryPair(
        on loop: EventLoop, isLoopback: Bool = true
    ) throws(TransportError) -> (client: BIOStream, server: BIOStream) {
        try loop.checkUsable()
        let link = try MemoryLink(on: loop, isLoopback: isLoopback)
        return (BIOStream(link, .client), BIOStream(link, .server))
    }
}
