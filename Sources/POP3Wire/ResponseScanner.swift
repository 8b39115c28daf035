import ByteKernels
import DequeModule
import MessageBuffers

/// Finds the replies in the bytes of a POP3 connection, and removes stuffing dots in place (RFC 1939 §3).
///
/// The scanner does no I/O. Its owner says with ``expect(_:size:)`` what reply each command that was sent asks for, has
/// bytes received by ``withFreeSpace(_:)`` or one of the `append` functions, and then calls ``next()`` until it returns
/// nil. However the bytes are cut on arrival, the events are the same, except for where a streamed message is cut into
/// chunks.
///
/// Bytes are received into blocks that the scanner allocates. The lines and messages of events are slices of a block, with
/// a reference to it: they stay valid and unchanged after the scanner has gone on or has been destroyed, and may be read
/// on any thread. A block that no event refers to any more is used again. A byte moves after it was received only if it
/// follows a removed dot within its message, or if its message or line was not complete when the block was full:
/// ``statistics-swift.property`` counts both.
///
/// The cost is linear in the number of bytes received, and memory is bounded by the limits, by the bytes that were
/// received before events were taken, and by what the events' owner keeps.
///
/// The scanner is noncopyable: it alone writes into its blocks. It may be sent to another thread and is used by one at a
/// time.
@safe
public struct ResponseScanner: ~Copyable, Sendable {
    /// How many bytes the scanner has handled, and how many of them it had to move.
    public struct Statistics: Sendable, Hashable {
        /// Bytes received.
        public internal(set) var bytesReceived = 0
        /// Bytes moved to close the gap of a removed dot.
        public internal(set) var bytesCompacted = 0
        /// Bytes moved to another block because theirs was full.
        public internal(set) var bytesCarriedOver = 0
        /// Receive blocks allocated.
        public internal(set) var slabsAllocated = 0
    }

    private struct Reply: Sendable {
        var kind: ResponseKind
        /// The message's size by LIST.
        var size: Int?
    }

    private enum State {
        case statusLine
        case lines
        /// `unstuffer` has begun a message.
        case message
    }

    /// The limits that the server is held to.
    public package(set) var limits: WireLimits
    /// Whether LF alone ends a line, as CRLF does. False by default.
    ///
    /// Only for a server that is known to need it: a message with a bare LF before a dot would lose that dot, or end there.
    public var acceptsBareLineFeeds = false
    /// What the scanner has counted since it was made.
    public private(set) var statistics = Statistics()
    /// The departures from the standards that were met since the scanner was made.
    public private(set) var quirks: Set<WireQuirk> = []

    private var slabs: SlabRing
    /// The first byte that belongs to no event yet.
    private var position = 0
    /// The end of what was received.
    private var filled = 0
    private var state = State.statusLine
    /// Of the message that is arriving.
    private var unstuffer = MessageUnstuffer(start: 0, expectedSize: nil, isStreaming: false)
    private var expected = Deque<Reply>()
    private var hasSeenReply = false
    private var mayHaveLateLineEnd = false

    /// A scanner at the start of a connection, before the greeting. It allocates its first block when bytes are received.
    public init(limits: WireLimits = WireLimits()) {
        self.limits = limits
        slabs = SlabRing(size: limits.slabSize)
    }

    // MARK: Commands in, bytes in

    /// Says that a command was sent whose reply, after those already expected, is of `kind`. O(1).
    ///
    /// The greeting is expected as a reply of kind ``ResponseKind/status``.
    ///
    /// - Parameters:
    ///   - kind: the form of the reply.
    ///   - size: the size of the message in bytes as LIST gives it, nil if it is not known; it need not be right. A block is
    ///     allocated for it at once, and a terminator without its CRLF is recognised by it.
    public mutating func expect(_ kind: ResponseKind, size: Int? = nil) {
        expected.append(Reply(kind: kind, size: size))
    }

    /// The number of replies that are due, including one that has begun to arrive.
    public var repliesDue: Int { expected.count }

    /// Whether a reply has begun to arrive and is not complete.
    public var isWithinReply: Bool {
        if case .statusLine = state { hasUnusedBytes } else { true }
    }

    /// Whether bytes were received that belong to no event yet.
    public var hasUnusedBytes: Bool { position < filled }

    /// Receives bytes that `body` writes into free memory of the scanner: reads of a socket go here.
    ///
    /// - Parameter body: writes to the start of the buffer and returns the number of bytes that it has written. The buffer
    ///   is not empty, its memory is uninitialised, and it is valid until `body` returns.
    /// - Returns: the number of bytes received.
    /// - Throws: what `body` throws; then nothing was received.
    @discardableResult
    public mutating func withFreeSpace<Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        let count = unsafe try body(freeSpace())
        received(count)
        return count
    }

    /// Receives bytes that `initializer` appends to a span over free memory of the scanner.
    ///
    /// - Parameter initializer: appends to the span, whose capacity is not 0. If it throws, the bytes that it has appended
    ///   before are received.
    /// - Throws: what `initializer` throws.
    public mutating func append<Failure: Error>(
        initializingWith initializer: (inout OutputRawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        // The space stays where it is, and has no other user, until `finalize` has said how much of it was written.
        let space = unsafe freeSpace()
        var span = unsafe OutputRawSpan(buffer: space, initializedCount: 0)
        defer {
            received(unsafe span.finalize(for: space))
            span = OutputRawSpan()
        }
        try initializer(&span)
    }

    /// Receives a copy of `bytes`. O(n).
    ///
    /// Take events in between where there are many bytes: the scanner keeps all that were received and belong to no event.
    public mutating func append(copying bytes: RawSpan) {
        // The span's memory is valid for the call.
        unsafe bytes.withUnsafeBytes { unsafe append(copying: $0) }
    }

    /// Receives a copy of `bytes`, such as an array, `Data`, or a view of a `ByteBuffer`. O(n).
    ///
    /// Take events in between where there are many bytes: the scanner keeps all that were received and belong to no event.
    public mutating func append(copying bytes: some Collection<UInt8>) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let space = unsafe freeSpace()
            let part = rest.prefix(space.count)
            unsafe space.copyBytes(from: part)
            received(part.count)
            rest = rest.dropFirst(part.count)
        }
    }

    /// The free tail of the block, which is not empty. `received` is called with the number of bytes that were written to
    /// its start before anything else is called.
    package mutating func freeSpace() -> UnsafeMutableRawBufferPointer {
        makeSpace()
        // No event refers to bytes after `filled`, so the tail has no other reader.
        return unsafe UnsafeMutableRawBufferPointer(rebasing: slabs.current.bytes[filled...])
    }

    /// Takes `count` bytes that were written to the start of `freeSpace`.
    package mutating func received(_ count: Int) {
        precondition(count >= 0 && count <= slabs.current.capacity - filled, "no more was received than fits")
        filled += count
        statistics.bytesReceived += count
    }

    /// Drops what was received and what is expected, and releases the blocks; events retain theirs.
    package mutating func discardAll() {
        slabs = SlabRing(size: limits.slabSize)
        position = 0
        filled = 0
        state = .statusLine
        expected = Deque()
    }

    // MARK: Events out

    /// Returns the next event, nil if more bytes are needed. Events allocate no memory. O(n) in the bytes received since
    /// the last call that has returned nil, and those of an incomplete line, which is searched again.
    ///
    /// - Returns: the event; nil once all bytes that were received are used or belong to an incomplete event.
    /// - Throws: ``WireError`` if the bytes cannot be read as replies, or a limit is exceeded. The scanner cannot be used
    ///   after that.
    public mutating func next() throws(WireError) -> WireEvent? {
        switch state {
        case .statusLine: return try nextStatus()
        case .lines: return try nextLine()
        case .message: return try nextOfMessage(atEnd: false)
        }
    }

    /// Completes a message of which all has arrived but the CRLF, or the LF, after its final dot: for the end of the
    /// stream, or when a server sends no more for some time.
    ///
    /// Returns the last event of the message, which is then complete; nil if something else is missing. If the line end
    /// arrives after all, it is skipped.
    ///
    /// - Throws: ``WireError`` if the message exceeds the limit.
    public mutating func finishUnterminated() throws(WireError) -> WireEvent? {
        awaitsEndOfTerminator ? try nextOfMessage(atEnd: true) : nil
    }

    /// Whether all of a message has arrived but the line end after its final dot, as far as can be known.
    public var awaitsEndOfTerminator: Bool {
        guard state == .message else { return false }
        return unsafe unstuffer.isAtTerminator(UnsafeRawBufferPointer(slabs.current.bytes), filled)
    }

    private mutating func nextStatus() throws(WireError) -> WireEvent? {
        skipLateLineEnd()
        guard position < filled else { return nil }
        guard let line = try takeLine() else { return nil }
        let shown = { String(decoding: line.extracting(0..<min(line.count, 80))).debugDescription }
        guard let reply = expected.first else { throw .unexpectedReply(shown()) }
        guard let status = StatusLine(line, allowsChallenge: reply.kind == .challenge) else {
            throw .notAStatus(shown())
        }
        hasSeenReply = true
        switch reply.kind {
        case .lines where status.isOK: state = .lines
        case .entry where status.isOK && !status.hasNumber: state = .lines
        case .message where status.isOK:
            let isStreaming = (reply.size ?? 0) >= limits.streamingThreshold
            state = .message
            unstuffer = MessageUnstuffer(start: position, expectedSize: reply.size, isStreaming: isStreaming)
        default: expected.removeFirst()
        }
        return .status(status)
    }

    /// Skips the line end of a terminator that `finishUnterminated` has taken to have none.
    private mutating func skipLateLineEnd() {
        guard mayHaveLateLineEnd else { return }
        while mayHaveLateLineEnd, position < filled {
            let byte = unsafe slabs.current.bytes[position]
            if byte == 0x0D || byte == 0x0A { position += 1 }
            mayHaveLateLineEnd = byte == 0x0D
        }
    }

    private mutating func nextLine() throws(WireError) -> WireEvent? {
        guard let line = try takeLine() else { return nil }
        guard !line.isEmpty, line[0] == UInt8(ascii: ".") else { return .line(line) }
        guard line.count > 1 else {
            endReply()
            return .endOfLines
        }
        return .line(line.extracting(1..<line.count))
    }

    private mutating func endReply() {
        expected.removeFirst()
        state = .statusLine
    }

    /// The next line without its line end; nil if it has not arrived completely.
    private mutating func takeLine() throws(WireError) -> MessageBytes? {
        let memory = unsafe UnsafeRawBufferPointer(slabs.current.bytes)
        var searchStart = position
        while true {
            let offset = unsafe ByteKernels.indexOfNewline(
                UnsafeRawBufferPointer(rebasing: memory[searchStart..<filled]))
            let newline = searchStart + offset
            guard newline - position < limits.responseLine else { throw .lineTooLong(limit: limits.responseLine) }
            guard newline < filled else { return nil }
            let hasReturn = unsafe newline > position && memory[newline - 1] == 0x0D
            if hasReturn || acceptsBareLineFeeds {
                if !hasReturn { quirks.insert(.bareLineFeed) }
                // Nothing is written before `filled`, which is after the line.
                let line = unsafe slabs.current.message(position..<(hasReturn ? newline - 1 : newline))
                if newline + 1 - position > WireLimits.standardResponseLine { quirks.insert(.longStatusLine) }
                position = newline + 1
                return line
            }
            // The greeting shows what kind of server this is. A later line may contain a bare LF.
            if !hasSeenReply { throw .bareLineFeed }
            searchStart = newline + 1
        }
    }

    private mutating func nextOfMessage(atEnd: Bool) throws(WireError) -> WireEvent? {
        let context = MessageUnstuffer.Context(
            filled: filled, acceptsBareLineFeeds: acceptsBareLineFeeds,
            isFollowedByReply: expected.count > 1, atEnd: atEnd)
        let end = unsafe unstuffer.advance(in: slabs.current.bytes, context)
        statistics.bytesCompacted += unstuffer.takeBytesMoved()
        if unstuffer.size > limits.messageSize { throw .messageTooLarge(limit: limits.messageSize) }
        if let end {
            position = end.next
            if end.isUnfinished {
                quirks.insert(.unfinishedTerminator)
                mayHaveLateLineEnd = true
            }
            endReply()
            // The message is complete: no byte of it is moved again.
            return unsafe .message(slabs.current.message(unstuffer.output), isLast: true)
        }
        var event: WireEvent?
        if isChunkDue {
            let chunk = unsafe unstuffer.takeChunk(in: slabs.current.bytes, context)
            // The unstuffer writes only after a chunk that was taken.
            event = unsafe .message(slabs.current.message(chunk), isLast: false)
        }
        position = unstuffer.firstUnused
        return event
    }

    /// Whether enough of a streamed message has arrived for a chunk, or the block is too full for more of it.
    private var isChunkDue: Bool {
        guard unstuffer.isStreaming || unstuffer.size >= limits.streamingThreshold else { return false }
        let isBlockFull = slabs.current.capacity - filled < leastRead
        return unstuffer.available >= (isBlockFull ? 1 : Self.leastChunk)
    }

    // MARK: The receive block

    /// Whether there is no block. One is allocated for the next bytes unless `accept` is called before.
    package var lacksBlock: Bool { slabs.isEmpty }

    /// Gives the receive block away if no byte in it is needed any more, so that another connection can use it while this
    /// one waits.
    package mutating func yieldBlock() -> Slab? {
        guard position == filled, let slab = slabs.yieldCurrent() else { return nil }
        move(to: 0)
        return slab
    }

    /// Takes a block that another scanner of the same limits has given away, where there is none. There must be no other
    /// reference to it.
    package mutating func accept(_ slab: Slab) {
        slabs.accept(slab)
    }

    /// The least bytes of a streamed message that are given as a chunk while there is room for more.
    private static let leastChunk = 64 * 1024
    /// The largest block that is allocated for a message of the size that LIST announces, before any of it has arrived.
    private static let largestAnnouncedBlock = 256 * 1024 * 1024
    /// The least free space, in bytes, to read into: a TLS record, or a quarter of a block where blocks are small.
    private var leastRead: Int { min(16 * 1024, slabs.size / 4) }

    private mutating func makeSpace() {
        if position == filled, slabs.current.capacity == slabs.size, slabs.isCurrentUnshared {
            // No byte is kept and no event refers to the block: begin at its start.
            move(to: 0)
            return
        }
        let isOversized = position == filled && slabs.current.capacity > slabs.size
        guard isOversized || slabs.current.capacity - filled < leastRead else { return }
        let kept = filled - position
        // Twice what is kept: so a byte is carried over O(log n) times in a message of n bytes, and O(1) times on average.
        var needed = max(kept + leastRead, kept * 2)
        if state == .message, !unstuffer.isStreaming {
            let expected = min(max(0, unstuffer.sizeHint), limits.messageSize, Self.largestAnnouncedBlock)
            needed = max(needed, expected + leastRead)
        }
        let old = slabs.advance(toCapacity: needed)
        if slabs.wasAllocated { statistics.slabsAllocated += 1 }
        // The two blocks are distinct, and the kept bytes fit by the capacity asked for.
        unsafe slabs.current.bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: old.bytes[position..<filled]))
        statistics.bytesCarriedOver += kept
        move(to: 0)
    }

    /// Notes that the kept bytes begin at `start` now.
    private mutating func move(to start: Int) {
        let distance = start - position
        if state == .message { unstuffer.shift(by: distance) }
        position += distance
        filled += distance
    }
}
