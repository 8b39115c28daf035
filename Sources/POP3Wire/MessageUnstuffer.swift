import ByteKernels

/// The search for the end of one message, and the removal of stuffing dots on the way (RFC 1939 §3).
///
/// In plain words: at the start of a line, `.` CRLF is the end and any other dot is dropped. Lines begin behind CRLF
/// only. Instead of going through lines, the scan looks for LF followed by a dot, which is rare, and looks back for
/// the CR. What lies between two dropped dots is one segment; it moves once, and not at all before the first dot.
///
///     block:   | output  ……  outputEnd |gap| segmentStart … search … filled |
@safe
struct MessageUnstuffer {
    /// What the scan depends on from outside.
    struct Context {
        var filled: Int
        var acceptsBareLineFeeds: Bool
        /// Whether another reply comes right behind this one.
        var isFollowedByReply: Bool
        /// Whether nothing more will come.
        var atEnd: Bool
    }

    /// Where the message ended.
    struct End {
        /// The first byte behind the terminator.
        var next: Int
        /// Whether the terminator lacks its CRLF or LF.
        var isUnfinished: Bool
    }

    private enum DotRole {
        case stuffing
        case terminator(End)
        case undecided
    }

    private var outputStart: Int
    private var outputEnd: Int
    private var segmentStart: Int
    /// Where the search goes on: no line-starting dot lies before it.
    private var search: Int
    /// Whether the byte at `search` is the first of the message.
    private var isAtStart = true
    /// The first byte of the message that is still in the block.
    private var firstByte: Int
    /// Whether the byte before `firstByte` is a CR of this message.
    private var isPrecededByReturn = false
    private var bytesMoved = 0
    private var sizeTaken = 0
    /// Whether the message is handed on in chunks.
    private(set) var isStreaming: Bool
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

    /// The finished bytes that were not taken.
    var output: Range<Int> { outputStart..<outputEnd }

    /// The size of the message so far, unstuffed.
    var size: Int { sizeTaken + (outputEnd - outputStart) + (search - segmentStart) }

    /// The first byte that must stay in the block.
    var firstUnused: Int { outputStart }

    /// The size that LIST gave, stuffing aside.
    var sizeHint: Int { expectedSize ?? 0 }

    mutating func takeBytesMoved() -> Int {
        defer { bytesMoved = 0 }
        return bytesMoved
    }

    mutating func shift(by distance: Int) {
        outputStart += distance
        outputEnd += distance
        segmentStart += distance
        search += distance
        firstByte += distance
    }

    /// Goes on to the end of the message or of what was received.
    mutating func advance(in block: UnsafeMutableRawBufferPointer, _ context: Context) -> End? {
        let bytes = UnsafeRawBufferPointer(block)
        if isAtStart {
            guard search < context.filled else { return nil }
            if unsafe bytes[search] == UInt8(ascii: ".") {
                switch unsafe classifyDot(at: search, bytes, context) {
                case .undecided: return nil
                case .terminator(let end):
                    return end
                case .stuffing:
                    unsafe drop(dot: search, in: block)
                }
            }
            isAtStart = false
        }
        while true {
            if outputEnd < segmentStart { unsafe moveSegment(in: block, context.filled) }
            let newline =
                unsafe search
                + ByteKernels.indexOfNewlineDot(
                    UnsafeRawBufferPointer(rebasing: bytes[search..<context.filled]))
            guard newline < context.filled else {
                // A last LF may be followed by a dot; and a CR before it must be found when that dot comes.
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

    /// What a dot at the start of a line is.
    ///
    /// A sender that stuffs never puts `+` or `-` behind a single dot, so these mean that a terminator lacks its
    /// end and the next reply has begun; to be sure of it, a reply must be due and the size must be LIST's.
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

    /// Whether nothing but the final dot, or the dot and a CR, is left over.
    func isAtTerminator(_ bytes: UnsafeRawBufferPointer, _ filled: Int) -> Bool {
        let dot = isAtStart ? search : search + 1
        guard dot < filled, unsafe isAtStart || bytes[search] == 0x0A, unsafe bytes[dot] == UInt8(ascii: ".") else {
            return false
        }
        return unsafe filled == dot + 1 || (filled == dot + 2 && bytes[dot + 1] == 0x0D)
    }

    private mutating func drop(dot: Int, in block: UnsafeMutableRawBufferPointer) {
        unsafe placeSegment(upTo: dot, in: block)
        segmentStart = dot + 1
        search = dot + 1
    }

    /// Moves the segment behind the output as far as it goes without a dot to judge.
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
        // What lies before may have been written over.
        firstByte = segmentStart
        isPrecededByReturn = unstuffing.isAfterReturn
    }

    /// Moves the segment up to `end` behind the output. The destination is never behind the source, so only bytes that
    /// are no longer needed are written over.
    private mutating func placeSegment(upTo end: Int, in block: UnsafeMutableRawBufferPointer) {
        let count = end - segmentStart
        if outputEnd != segmentStart, count > 0, let base = block.baseAddress {
            unsafe (base + outputEnd).copyMemory(from: base + segmentStart, byteCount: count)
            bytesMoved += count
        }
        outputEnd += count
        segmentStart = end
    }

    /// What is certain so far and not taken, in bytes.
    var available: Int { (outputEnd - outputStart) + (search - segmentStart) }

    /// Gives away what is certain so far; from now on the message is a stream of chunks.
    mutating func takeChunk(in block: UnsafeMutableRawBufferPointer) -> Range<Int> {
        isStreaming = true
        guard available > 0 else { return outputStart..<outputStart }
        // The block may change before the next LF comes, so whether it has its CR must be known without it.
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
