import ByteKernels
import DequeModule
package import MessageBuffers

/// Finds replies in the bytes of a POP3 connection and removes dot-stuffing where the bytes lie (RFC 1939 §3).
///
/// The scanner does no I/O: its owner has bytes written into `withFreeSpace`, says what reply each command sent asks
/// for with `expect`, and takes events until there are none. However the stream is cut, the events are the same but for
/// where a streamed message is cut into chunks.
///
/// A message is a slice of the receive block. Only when the block is full does its unfinished head move to a
/// new one. `statistics` counts each byte that was moved after it was received.
@safe
package struct ResponseScanner {
    package struct Statistics: Sendable, Hashable {
        package var bytesReceived = 0
        /// Bytes moved to close the gap that a removed dot left.
        package var bytesCompacted = 0
        /// Bytes moved because their block was full.
        package var bytesCarriedOver = 0
        package var slabsAllocated = 0
    }

    private struct Reply: Sendable {
        var kind: ResponseKind
        /// The message's size by LIST.
        var size: Int?
    }

    private enum State {
        case statusLine
        case lines
        /// `unstuffer` is under way.
        case message
    }

    package var limits: WireLimits
    /// Whether LF alone ends a line: only for a server known to need it, since it breaks messages with bare LFs.
    package var acceptsBareLineFeeds = false
    package private(set) var statistics = Statistics()
    package private(set) var quirks: Set<WireQuirk> = []

    private var slabs: SlabRing
    /// The first byte that has not been given away.
    private var position = 0
    /// The end of what was received.
    private var filled = 0
    private var state = State.statusLine
    /// Of the message that is arriving.
    private var unstuffer = MessageUnstuffer(start: 0, expectedSize: nil, isStreaming: false)
    private var expected = Deque<Reply>()
    private var hasSeenReply = false
    private var mayHaveLateLineEnd = false

    package init(limits: WireLimits = WireLimits()) {
        self.limits = limits
        slabs = SlabRing(size: limits.slabSize)
    }

    // MARK: Commands in, bytes in

    /// Says that a command was queued whose reply, after those already expected, is of `kind`.
    ///
    /// `size`, the message's size by LIST, makes the block large enough at once; it need not be right.
    package mutating func expect(_ kind: ResponseKind, size: Int? = nil) {
        expected.append(Reply(kind: kind, size: size))
    }

    /// How many replies are due, counting one that is partly here.
    package var repliesDue: Int { expected.count }

    /// Whether a reply has begun to arrive and is not all here.
    package var isWithinReply: Bool {
        if case .statusLine = state { hasUnusedBytes } else { true }
    }

    /// Whether bytes have arrived that belong to no event yet.
    package var hasUnusedBytes: Bool { position < filled }

    /// The block's free tail. Say with `received` how much of it was written, before anything else is asked.
    package mutating func freeSpace() -> UnsafeMutableRawBufferPointer {
        makeSpace()
        // Behind `filled` nothing has been given away yet, so the tail has no other reader.
        return unsafe UnsafeMutableRawBufferPointer(rebasing: slabs.current.bytes[filled...])
    }

    /// Takes `count` bytes that were written to the start of `freeSpace`.
    package mutating func received(_ count: Int) {
        precondition(count >= 0 && filled + count <= slabs.current.capacity, "no more was read than there is room for")
        filled += count
        statistics.bytesReceived += count
    }

    /// Copies `bytes` in as if they had been received; for tests and for streams that are not sockets.
    package mutating func receive(_ bytes: some Collection<UInt8>) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let space = unsafe freeSpace()
            let part = rest.prefix(space.count)
            unsafe space.copyBytes(from: part)
            received(part.count)
            rest = rest.dropFirst(part.count)
        }
    }

    /// Forgets what was received and what is expected, and lets go of the blocks; messages keep theirs.
    package mutating func discardAll() {
        slabs = SlabRing(size: limits.slabSize)
        position = 0
        filled = 0
        state = .statusLine
        expected = Deque()
    }

    // MARK: Events out

    /// The next event, nil if more bytes are needed. After an error the stream is at an unknown place.
    package mutating func next() throws(WireError) -> WireEvent? {
        switch state {
        case .statusLine: return try nextStatus()
        case .lines: return try nextLine()
        case .message: return try nextOfMessage(atEnd: false)
        }
    }

    /// Ends a message whose final dot has come without the CRLF behind it, now that nothing more comes; nil if
    /// that is not what is missing.
    package mutating func finishUnterminated() throws(WireError) -> WireEvent? {
        awaitsEndOfTerminator ? try nextOfMessage(atEnd: true) : nil
    }

    /// Whether a message waits for nothing but the line end behind its final dot.
    package var awaitsEndOfTerminator: Bool {
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

    /// Drops the line end of a terminator that was taken to have none, should it come after all.
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

    /// The next whole line without its end; nil if it is not here yet.
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
            // The greeting tells what kind of server this is; later on a bare LF is part of a line.
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
            // The message is complete: the scan moves no bytes within it again.
            return unsafe .message(slabs.current.message(unstuffer.output), isLast: true)
        }
        var event: WireEvent?
        if isChunkDue {
            let chunk = unsafe unstuffer.takeChunk(in: slabs.current.bytes)
            // The scan writes only after the chunk that it gave away.
            event = unsafe .message(slabs.current.message(chunk), isLast: false)
        }
        position = unstuffer.firstUnused
        return event
    }

    /// Whether enough of a streamed message is here, or the block too full for more of it.
    private var isChunkDue: Bool {
        guard unstuffer.isStreaming || unstuffer.size >= limits.streamingThreshold else { return false }
        let isBlockFull = slabs.current.capacity - filled < leastRead
        return unstuffer.available >= (isBlockFull ? 1 : Self.leastChunk)
    }

    // MARK: The receive block

    /// Whether the next bytes need a block. One is allocated for them if none is given before.
    package var lacksBlock: Bool { slabs.isEmpty }

    /// Gives away the receive block if nothing in it is needed any more: to be used for another connection while this
    /// one waits.
    package mutating func yieldBlock() -> Slab? {
        guard position == filled, let slab = slabs.yieldCurrent() else { return nil }
        move(to: 0)
        return slab
    }

    /// Takes a block that another scanner of the same limits has given away, where there is none. Nobody else may hold it.
    package mutating func accept(_ slab: Slab) {
        slabs.accept(slab)
    }

    /// The least of a streamed message that is worth an event, while there is room for more.
    private static let leastChunk = 64 * 1024
    /// The largest block that is allocated because LIST announces a message of that size, before any of it is here.
    private static let largestAnnouncedBlock = 256 * 1024 * 1024
    /// The least free space worth a read: a TLS record, or a quarter of a block where blocks are small.
    private var leastRead: Int { min(16 * 1024, slabs.size / 4) }

    private mutating func makeSpace() {
        if position == filled, slabs.current.capacity == slabs.size, slabs.isCurrentUnshared {
            // Nothing is kept and nobody looks at the block: begin it again.
            move(to: 0)
            return
        }
        let isOversized = position == filled && slabs.current.capacity > slabs.size
        guard isOversized || slabs.current.capacity - filled < leastRead else { return }
        let kept = filled - position
        // Twice what is kept, so that however small the reads are, a byte is carried over a bounded number of times.
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

    /// Notes that the kept bytes now begin at `start`.
    private mutating func move(to start: Int) {
        let distance = start - position
        if state == .message { unstuffer.shift(by: distance) }
        position += distance
        filled += distance
    }
}
