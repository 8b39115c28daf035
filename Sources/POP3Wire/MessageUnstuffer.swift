import ByteKernels

/// The search for the end of one message, with the removal of stuffing dots in place (RFC 1939 §3).
///
/// At the start of a line, `.` CRLF is the end and any other dot is removed. Lines begin after CRLF only. The search does
/// not visit every line: it looks for LF followed by a dot, which is rare, and then back for the CR. The bytes between two
/// removed dots are one segment, which moves once, and not at all before the first removed dot.
///
///     block:   | output  ……  outputEnd |gap| segmentStart … search … filled |
///
/// A value holds offsets into a block that its owner passes to each call, and no reference to it. It is noncopyable, as
/// two copies would move the same bytes twice.
@safe
struct MessageUnstuffer: ~Copyable {
    /// What the search depends on besides the bytes.
    struct Context {
        /// The end of the bytes that were received.
        var filled: Int
        var acceptsBareLineFeeds: Bool
        /// Whether another reply is due after this one.
        var isFollowedByReply: Bool
        /// Whether nothing more will be received.
        var atEnd: Bool
    }

    /// Where the message ended.
    struct End {
        /// The first byte after the terminator.
        var next: Int
        /// Whether the terminator lacks its CRLF or LF.
        var isUnfinished: Bool
    }

    /// What a dot at the start of a line is.
    private enum DotRole {
        case stuffing
        case terminator(End)
        case undecided
    }

    private var outputStart: Int
    private var outputEnd: Int
    private var segmentStart: Int
    /// Where the search goes on: no dot that starts a line lies before it.
    private var search: Int
    /// Whether the byte at `search` starts a line: at the start of the message, and of a chunk after a line end.
    private var isAtLineStart = true
    /// The first byte of the message that is still in the block.
    private var firstByte: Int
    /// Whether the byte before `firstByte` was a CR of this message.
    private var isPrecededByReturn = false
    private var bytesMoved = 0
    /// The size of the chunks that were taken.
    private var sizeTaken = 0
    /// Whether the message is given in chunks.
    private(set) var isStreaming: Bool
    /// The size of the message by LIST, without stuffing.
    private let expectedSize: Int?

    init(start: Int, expectedSize: Int?, isStreaming: Bool) {
        outputStart = start
        outputEnd = start
        segmentStart = start
        search = start
        firstByte = start
        self.expectedSize = expectedSize
        self.isStreaming = isStreaming
    }

    /// The finished bytes of the message that were not taken.
    var output: Range<Int> { outputStart..<outputEnd }

    /// The size of the message so far, without stuffing dots.
    var size: Int { sizeTaken + (outputEnd - outputStart) + (search - segmentStart) }

    /// The first byte that must stay in the block.
    var firstUnused: Int { outputStart }

    /// The size by LIST, 0 if it is not known.
    var sizeHint: Int { expectedSize ?? 0 }

    /// The number of bytes that were moved since this was last asked.
    mutating func takeBytesMoved() -> Int {
        defer { bytesMoved = 0 }
        return bytesMoved
    }

    /// Follows the bytes, which now lie `distance` bytes further on.
    mutating func shift(by distance: Int) {
        outputStart += distance
        outputEnd += distance
        segmentStart += distance
        search += distance
        firstByte += distance
    }

    /// Searches on to the end of the message or of the bytes that were received; nil for the latter.
    mutating func advance(in block: UnsafeMutableRawBufferPointer, _ context: Context) -> End? {
        let bytes = UnsafeRawBufferPointer(block)
        if isAtLineStart {
            guard search < context.filled else { return nil }
            if unsafe bytes[search] == UInt8(ascii: ".") {
                switch unsafe classifyDot(at: search, bytes, context) {
                case .undecided: return nil
                case .terminator(let end): return end
                case .stuffing: unsafe drop(dot: search, in: block)
                }
            }
            isAtLineStart = false
        }
        while true {
            if outputEnd < segmentStart { unsafe moveSegment(in: block, context.filled) }
            let newline =
                unsafe search
                + ByteKernels.indexOfNewlineDot(
                    UnsafeRawBufferPointer(rebasing: bytes[search..<context.filled]))
            guard newline < context.filled else {
                // A dot may follow the last LF; the CR before that LF must be found when it comes.
                let endsWithNewline = unsafe search < context.filled && bytes[context.filled - 1] == 0x0A
                search = endsWithNewline ? context.filled - 1 : context.filled
                return nil
            }
            search = newline
            let hasReturn = unsafe newline > firstByte ? bytes[newline - 1] == 0x0D : isPrecededByReturn
            guard hasReturn || context.acceptsBareLineFeeds else {
                search = newline + 1
                continue
            }
            switch unsafe classifyDot(at: newline + 1, bytes, context) {
            case .undecided: return nil
            case .stuffing: unsafe drop(dot: newline + 1, in: block)
            case .terminator(let end):
                search = newline + 1
                unsafe placeSegment(upTo: newline + 1, in: block)
                return end
            }
        }
    }

    /// What the dot at `dot`, which starts a line, is.
    ///
    /// A server that stuffs never sends `+` or `-` after a single dot. So these mean that the terminator lacks its CRLF and
    /// the next reply has begun; to be certain, a reply must be due and the size so far must be that of LIST.
    private func classifyDot(at dot: Int, _ bytes: UnsafeRawBufferPointer, _ context: Context) -> DotRole {
        func isReply(at index: Int) -> Bool {
            guard context.isFollowedByReply, let expectedSize else { return false }
            let byte = unsafe bytes[index]
            guard byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") else { return false }
            return sizeTaken + (outputEnd - outputStart) + (dot - segmentStart) == expectedSize
        }
        func unfinished(_ next: Int) -> DotRole { .terminator(End(next: next, isUnfinished: true)) }
        let next = dot + 1
        guard next < context.filled else { return context.atEnd ? unfinished(next) : .undecided }
        if isReply(at: next) { return unfinished(next) }
        switch unsafe bytes[next] {
        case 0x0A where context.acceptsBareLineFeeds:
            return .terminator(End(next: next + 1, isUnfinished: false))
        case 0x0D:
            guard next + 1 < context.filled else { return context.atEnd ? unfinished(next + 1) : .undecided }
            if unsafe bytes[next + 1] == 0x0A { return .terminator(End(next: next + 2, isUnfinished: false)) }
            return isReply(at: next + 1) ? unfinished(next + 1) : .stuffing
        default: return .stuffing
        }
    }

    /// Whether the bytes that were received end with a dot that starts a line, or with such a dot and a CR.
    func isAtTerminator(_ bytes: UnsafeRawBufferPointer, _ filled: Int) -> Bool {
        let dot = isAtLineStart ? search : search + 1
        guard dot < filled, unsafe isAtLineStart || bytes[search] == 0x0A, unsafe bytes[dot] == UInt8(ascii: ".")
        else { return false }
        return unsafe filled == dot + 1 || (filled == dot + 2 && bytes[dot + 1] == 0x0D)
    }

    private mutating func drop(dot: Int, in block: UnsafeMutableRawBufferPointer) {
        unsafe placeSegment(upTo: dot, in: block)
        segmentStart = dot + 1
        search = dot + 1
    }

    /// Moves the segment to the end of the output, up to the first dot that `classifyDot` has to look at.
    private mutating func moveSegment(in block: UnsafeMutableRawBufferPointer, _ filled: Int) {
        let isAfterReturn =
            unsafe segmentStart > firstByte ? block[segmentStart - 1] == 0x0D : isPrecededByReturn
        var unstuffing = ByteKernels.Unstuffing(
            read: segmentStart, written: outputEnd, isAfterReturn: isAfterReturn)
        unsafe ByteKernels.unstuff(UnsafeMutableRawBufferPointer(rebasing: block[..<filled]), &unstuffing)
        guard unstuffing.read > segmentStart else { return }
        bytesMoved += unstuffing.written - outputEnd
        outputEnd = unstuffing.written
        segmentStart = unstuffing.read
        search = max(search, segmentStart)
        // The bytes before may have been overwritten.
        firstByte = segmentStart
        isPrecededByReturn = unstuffing.isAfterReturn
    }

    /// Moves the segment up to `end` to the end of the output. The destination is never after the source, so only bytes
    /// that are no longer needed are overwritten.
    private mutating func placeSegment(upTo end: Int, in block: UnsafeMutableRawBufferPointer) {
        let count = end - segmentStart
        if outputEnd != segmentStart, count > 0, let base = block.baseAddress {
            // Both ranges lie within the block, and `copyMemory` lets them overlap.
            unsafe (base + outputEnd).copyMemory(from: base + segmentStart, byteCount: count)
            bytesMoved += count
        }
        outputEnd += count
        segmentStart = end
    }

    /// The number of bytes of the message that are certain and not taken.
    var available: Int { (outputEnd - outputStart) + (search - segmentStart) }

    /// Takes the bytes of the message that are certain; from now on the message is given in chunks.
    ///
    /// Called after `advance` has returned nil for the same bytes. It leaves nothing but a dot that starts a line, alone or
    /// with a CR after it, whose role depends on what follows.
    mutating func takeChunk(in block: UnsafeMutableRawBufferPointer, _ context: Context) -> Range<Int> {
        isStreaming = true
        if !isAtLineStart, search < context.filled {
            // `advance` has stopped at an LF, with nothing or a dot after it. The LF belongs to the message either way.
            isAtLineStart =
                unsafe context.acceptsBareLineFeeds
                || (search > firstByte ? block[search - 1] == 0x0D : isPrecededByReturn)
            search += 1
        }
        // The block may change before the next LF comes, so whether that LF has its CR must be known without the block.
        if search > firstByte { isPrecededByReturn = unsafe block[search - 1] == 0x0D }
        unsafe placeSegment(upTo: search, in: block)
        let chunk = output
        sizeTaken += chunk.count
        outputStart = search
        outputEnd = search
        firstByte = search
        return chunk
    }
}
