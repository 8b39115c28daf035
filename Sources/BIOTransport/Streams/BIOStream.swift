import COpenSSL
import Glibc

/// One connection: an OpenSSL BIO chain on a non-blocking socket or in memory, plain or with TLS pushed on top.
///
/// A stream belongs to one event loop and is used by one task at a time, on that loop. It owns its chain, and frees
/// it in `close` or when it is released.
@safe
package final class BIOStream {
    /// What one attempt to read gave.
    package enum ReadOutcome {
        case bytes(Int)
        case wouldBlock
        /// The peer has closed its side. Whether an answer was due is for the protocol above to say.
        case end
    }

    package let loop: EventLoop
    /// TLS as it was agreed on, once the handshake is done.
    package internal(set) var tls: TLSSessionInfo?

    let waiter: Waiter
    /// The top of the chain: the socket BIO, or the TLS BIO above it.
    var chain: OpaquePointer?
    /// The TLS connection, owned by the chain.
    var ssl: OpaquePointer?
    /// The socket, which the chain owns; nil in memory, and after the end.
    private(set) var descriptor: Int32?
    /// The connection in memory and this stream's side of it, where there is no socket.
    let link: (memory: MemoryLink, side: MemoryLink.Side)?
    /// Where this connection's TLS session is kept for the next one.
    var resumption: (context: TLSClientContext, key: String)?
    /// The value of `waiter.readableEdges` at the last read that found nothing more; while it is equal, reading would
    /// block. nil: unknown, read.
    var drainedAtEdge: UInt64?
    /// What is to be sent, from `outgoingStart` on.
    private var outgoing: [UInt8] = []
    private var outgoingStart = 0
    private var holdsSensitiveBytes = false

    /// Takes ownership of a connected, non-blocking socket, also where this throws.
    ///
    /// - Throws: ``TransportError/outOfResources(_:reason:)``.
    package init(connected descriptor: Int32, on loop: EventLoop) throws(TransportError) {
        guard let bio = unsafe BIO_new_socket(descriptor, BIO_CLOSE) else {
            Glibc.close(descriptor)
            throw .outOfResources("memory for a connection", reason: OpenSSLErrors.take())
        }
        let waiter = Waiter(on: loop)
        do throws(TransportError) {
            try loop.watch(descriptor, token: waiter.token)
        } catch {
            waiter.close()
            unsafe BIO_free_all(bio)
            throw error
        }
        unsafe chain = bio
        self.waiter = waiter
        self.loop = loop
        self.descriptor = descriptor
        link = nil
        // The kernel reports the first arrival.
        drainedAtEdge = 0
        var on: Int32 = 1
        // Commands are small and answers are waited for: Nagle's algorithm would only delay them.
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Takes ownership of a connected socket of any origin, also where this throws.
    ///
    /// - Throws: ``TransportError/badConfiguration(reason:)`` where it is no open descriptor, and
    ///   ``TransportError/outOfResources(_:reason:)``.
    package convenience init(adopting descriptor: Int32, on loop: EventLoop) throws(TransportError) {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw .badConfiguration(reason: "descriptor \(descriptor) is no open socket: \(systemError(errno))")
        }
        try self.init(connected: descriptor, on: loop)
    }

    /// One side of a connection in memory.
    init(_ link: MemoryLink, _ side: MemoryLink.Side) {
        unsafe chain = link.retainedHalf(of: side)
        self.link = (link, side)
        waiter = link.waiter(of: side)
        loop = waiter.loop
        descriptor = nil
    }

    deinit {
        // What was queued and never sent may be a secret.
        wipeSensitiveBytes()
        unsafe BIO_free_all(chain)
        link?.memory.close(link?.side ?? .client)
        loop.unregister(waiter.token)
    }

    /// This stream's side of a connection in memory.
    var side: MemoryLink.Side { link?.side ?? .client }

    // MARK: Reading

    /// Reads what is there into `buffer`, without waiting.
    package func readAvailable(into buffer: UnsafeMutableRawBufferPointer) throws(TransportError) -> ReadOutcome {
        loop.preconditionOnLoop()
        guard let bio = unsafe chain else { return .end }
        // The kernel reports every arrival, so there is no need to ask it.
        if drainedAtEdge == waiter.readableEdges { return .wouldBlock }
        waiter.clearPendingWake()
        OpenSSLErrors.clear()
        let count = unsafe BIO_read(bio, buffer.baseAddress, Int32(clamping: buffer.count))
        link?.memory.report(after: side)
        if count > 0 {
            // A socket that gave less than was asked for has no more, save perhaps its end (epoll(7)).
            if unsafe ssl == nil, count < buffer.count, !waiter.hasEnded { drainedAtEdge = waiter.readableEdges }
            return .bytes(Int(count))
        }
        if unsafe sluice_BIO_should_retry(bio) != 0 {
            // TLS may have to write before it reads on, which no readable edge reports.
            if unsafe sluice_BIO_should_write(bio) == 0, errno != EINTR { drainedAtEdge = waiter.readableEdges }
            return .wouldBlock
        }
        if let alert = OpenSSLErrors.alert() { throw ended(by: alert) }
        if count == 0 || isUnexpectedEnd() { return .end }
        throw connectionLostError()
    }

    /// The error for an alert that ended the connection.
    private func ended(by alert: TLSAlert) -> TransportError {
        OpenSSLErrors.clear()
        return .tlsAlert(alert)
    }

    /// Reads at least one byte into `buffer`, sending meanwhile what is queued. Zero at the peer's end.
    ///
    /// `buffer` must stay valid until this returns.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer, within limit: TimeLimit
    ) async throws(TransportError) -> Int {
        while true {
            try sendQueued()
            switch unsafe try readAvailable(into: buffer) {
            case .bytes(let count): return count
            case .end: return 0
            case .wouldBlock: try await waitForProgress(within: limit)
            }
        }
    }

    // MARK: Writing

    /// The bytes that are queued and not yet sent.
    package var queuedCount: Int { outgoing.count - outgoingStart }

    /// Queues `bytes` after those that are queued. Nothing is sent yet.
    ///
    /// - Parameter isSensitive: whether the queue's memory is overwritten once they are sent.
    package func enqueue(_ bytes: some Sequence<UInt8>, isSensitive: Bool = false) {
        loop.borrowWriteBuffer(&outgoing)
        if holdsSensitiveBytes { makeRoom(for: bytes.underestimatedCount) }
        outgoing.append(contentsOf: bytes)
        if isSensitive { holdsSensitiveBytes = true }
    }

    /// Sends as much of the queue as the socket takes, without waiting.
    package func sendQueued() throws(TransportError) {
        guard !outgoing.isEmpty else { return }
        while outgoingStart < outgoing.count {
            let (start, count) = (outgoingStart, outgoing.count - outgoingStart)
            let sent = unsafe try outgoing.withUnsafeBufferPointer { (bytes) throws(TransportError) in
                try unsafe sendAvailable(
                    UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<start + count])))
            }
            if sent == 0 { return }
            outgoingStart += sent
        }
        wipeSensitiveBytes()
        loop.returnWriteBuffer(&outgoing)
        outgoingStart = 0
    }

    /// Grows the queue before the array does so by itself, which would leave a copy of sensitive bytes in freed memory.
    private func makeRoom(for count: Int) {
        let needed = outgoing.count + count
        guard needed > outgoing.capacity else { return }
        var larger: [UInt8] = []
        larger.reserveCapacity(max(needed, 2 * outgoing.capacity))
        larger.append(contentsOf: outgoing)
        wipeSensitiveBytes()
        outgoing = larger
        holdsSensitiveBytes = true
    }

    /// Overwrites the queue if it holds sensitive bytes.
    private func wipeSensitiveBytes() {
        guard holdsSensitiveBytes else { return }
        // A write that the compiler may not leave out.
        unsafe outgoing.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
        holdsSensitiveBytes = false
    }

    /// Sends the whole queue.
    package func flush(within limit: TimeLimit) async throws(TransportError) {
        while true {
            try sendQueued()
            if queuedCount == 0 { return }
            try await waitForProgress(within: limit)
        }
    }

    /// Sends the queue and then all of `bytes`, without copying them; they must stay valid until this returns.
    package func write(_ bytes: UnsafeRawBufferPointer, within limit: TimeLimit) async throws(TransportError) {
        try await flush(within: limit)
        var rest = unsafe bytes
        while unsafe !rest.isEmpty {
            let sent = unsafe try sendAvailable(rest)
            if sent == 0 {
                try await waitForProgress(within: limit)
            } else {
                unsafe rest = UnsafeRawBufferPointer(rebasing: rest[sent...])
            }
        }
    }

    /// The number of bytes that the socket took; zero if it takes none now.
    private func sendAvailable(_ bytes: UnsafeRawBufferPointer) throws(TransportError) -> Int {
        loop.preconditionOnLoop()
        guard let bio = unsafe chain else { throw .closedByPeer }
        OpenSSLErrors.clear()
        if let link, link.memory.isPeerClosed(of: link.side) {
            throw .connectionLost(reason: "the peer has closed the connection")
        }
        let count = unsafe BIO_write(bio, bytes.baseAddress, Int32(clamping: bytes.count))
        link?.memory.report(after: side)
        if count > 0 { return Int(count) }
        if unsafe sluice_BIO_should_retry(bio) != 0 { return 0 }
        let error = connectionLostError()
        // A peer that ends the connection by an alert takes no more: the alert, which says why, is yet to be read.
        if let alert = alertToRead() { throw .tlsAlert(alert) }
        throw error
    }

    /// The alert that a broken TLS connection ended with, if it has arrived.
    private func alertToRead() -> TLSAlert? {
        guard let ssl = unsafe ssl else { return nil }
        defer { OpenSSLErrors.clear() }
        var byte: UInt8 = 0
        return unsafe SSL_peek(ssl, &byte, 1) > 0 ? nil : OpenSSLErrors.alert()
    }

    // MARK: Waiting

    /// Waits until the socket may have become readable or writable.
    package func waitForProgress(within limit: TimeLimit) async throws(TransportError) {
        if try await !waitForProgress(until: limit.deadline) { throw limit.error }
    }

    /// Waits until the socket may have become readable or writable; false if `deadline` passed first.
    package func waitForProgress(until deadline: Deadline) async throws(TransportError) -> Bool {
        switch await waiter.wait(until: deadline) {
        case .signalled: return true
        case .deadlinePassed: return false
        case .cancelled: throw .cancelled
        case .closed: throw .closed
        }
    }

    /// Waits until about `count` bytes can be read; false if `deadline` passed first, with fewer or none.
    ///
    /// Smaller arrivals do not wake the loop meanwhile. The peer's end and errors do.
    package func waitForArrival(of count: Int, until deadline: Deadline) async throws(TransportError) -> Bool {
        setLowWaterMark(count)
        defer {
            setLowWaterMark(1)
            // What arrived meanwhile was not reported.
            drainedAtEdge = nil
        }
        return try await waitForProgress(until: deadline)
    }

    /// With fewer bytes the socket does not count as readable (SO_RCVLOWAT, socket(7)). In memory every arrival counts.
    private func setLowWaterMark(_ count: Int) {
        guard let descriptor else { return }
        var mark = Int32(clamping: max(1, count))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVLOWAT, &mark, socklen_t(MemoryLayout<Int32>.size))
    }

    // MARK: The end

    /// Whether the last failed read found an end that TLS did not announce. The protocol above knows where messages end,
    /// so a missing close_notify truncates nothing unnoticed.
    private func isUnexpectedEnd() -> Bool {
        let code = ERR_peek_error()
        if sluice_ERR_GET_LIB(code) == ERR_LIB_SSL {
            return sluice_ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING
        }
        return code == 0 && errno == ECONNRESET
    }

    func connectionLostError() -> TransportError {
        let code = errno
        let reason = OpenSSLErrors.take()
        return .connectionLost(reason: reason.isEmpty ? systemError(code) : reason)
    }

    /// Closes the connection, announcing it to a TLS peer without waiting for an answer.
    package func close() {
        loop.preconditionOnLoop()
        wipeSensitiveBytes()
        guard let bio = unsafe chain else { return }
        if let ssl = unsafe ssl {
            keepTLSSession()
            OpenSSLErrors.clear()
            unsafe SSL_shutdown(ssl)
            OpenSSLErrors.clear()
        }
        unsafe BIO_free_all(bio)
        unsafe chain = nil
        unsafe ssl = nil
        descriptor = nil
        if let link { link.memory.close(link.side) }
        // Nothing is reported of a closed descriptor: a task that waits would never be resumed.
        waiter.close()
    }

    /// The most bytes that are dropped of a peer that goes on sending before the connection is closed.
    private static let dropLimit = 64 * 1024 * 1024

    /// Says that nothing more will be sent, drops what still arrives until the peer ends the connection or `deadline`
    /// passes, and closes. A peer that sends very much more does not end.
    ///
    /// A server that still sends, or has not seen the end, keeps the maildrop locked for this connection.
    package func closeAfterPeer(until deadline: Deadline) async {
        if let ssl = unsafe ssl {
            OpenSSLErrors.clear()
            unsafe SSL_shutdown(ssl)
            OpenSSLErrors.clear()
        }
        if let descriptor { _ = shutdown(descriptor, Int32(SHUT_WR)) }
        if let link, unsafe chain != nil { link.memory.shutDownWriting(of: link.side) }
        do throws(TransportError) {
            var dropped = 0
            while deadline > loop.clock.now, dropped < Self.dropLimit {
                let (count, next) = try dropArrived()
                dropped += count
                switch next {
                case .end: dropped = Self.dropLimit
                case .bytes: await Task.yield()
                case .wouldBlock: _ = try await waitForProgress(until: deadline)
                }
            }
        } catch {
            // The connection is of no more use, however it ends.
        }
        close()
    }

    /// Drops some of what is there to be read: how much, and what the last attempt to read gave.
    private func dropArrived() throws(TransportError) -> (Int, ReadOutcome) {
        try unsafe withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 16) {
            (buffer) throws(TransportError) in
            var count = 0
            // Other connections of the loop are served after this many reads.
            for _ in 0..<16 {
                // The memory is this call's own, and nobody waits within it.
                let outcome = unsafe try readAvailable(into: buffer)
                guard case .bytes(let read) = outcome else { return (count, outcome) }
                count += read
            }
            return (count, .bytes(count))
        }
    }
}
