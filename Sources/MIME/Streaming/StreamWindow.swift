import MessageBuffers

/// The octets of a message that have arrived and are not settled yet, at their offsets in the message.
///
/// A chunk that comes while nothing waits is used where it lies. What waits is joined with the chunks behind it in
/// memory that doubles, so that octets are copied a bounded number of times however small the chunks are.
struct StreamWindow: ~Copyable {
    /// The offset of the first octet.
    private(set) var start = 0
    private(set) var octets = MessageBytes([])
    /// The memory that `octets` end in, if it was allocated here, and how much of it is used.
    private var own: (slab: Slab, used: Int)?

    /// The offset behind the last octet.
    var end: Int { start + octets.count }

    mutating func append(_ chunk: MessageBytes) {
        guard !octets.isEmpty else {
            octets = chunk
            own = nil
            return
        }
        let waiting = octets
        var (slab, used) = own ?? (Slab(capacity: 0), Int.max)
        if used > slab.capacity - chunk.count {
            slab = Slab(capacity: 2 * waiting.count + chunk.count + 4096)
            used = 0
            Self.write(waiting, to: slab, at: &used)
        }
        Self.write(chunk, to: slab, at: &used)
        // Nothing but `write` writes to the slab, and only after `used`.
        octets = unsafe slab.message((used - waiting.count - chunk.count)..<used)
        own = (slab, used)
    }

    /// Lets go of the octets before `offset`.
    mutating func drop(to offset: Int) {
        octets = octets.extracting((offset - start)..<octets.count)
        start = offset
    }

    /// The octets at offsets that are in the window.
    subscript(range: Range<Int>) -> MessageBytes {
        octets.extracting((range.lowerBound - start)..<(range.upperBound - start))
    }

    /// Writes after what the slab has given away.
    private static func write(_ bytes: MessageBytes, to slab: Slab, at used: inout Int) {
        unsafe bytes.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(rebasing: slab.bytes[used...]).copyMemory(from: source)
        }
        used += bytes.count
    }
}

/// A search for the end of a line that goes on where it stopped, for lack of octets, the last time.
struct LineSearch {
    /// Where the line begins.
    let start: Int
    private var searched: Int
    private var newline: Int?

    init(from start: Int) {
        self.start = start
        searched = start
    }

    /// The line's text without its end, and the start of the next line; nil while its end has not come and is not to be
    /// seen as the end of everything.
    mutating func line(in view: StreamView, isLast: Bool) -> (end: Int, next: Int)? {
        if newline == nil {
            let found = unsafe view.newline(from: max(searched, start))
            searched = found
            if unsafe found < view.end || isLast { newline = found }
        }
        guard let newline else { return nil }
        var end = newline
        // Of a line that is not kept, a CR may be gone.
        if unsafe end > max(start, view.start) && view[end - 1] == 0x0D { end -= 1 }
        return (end, unsafe min(newline + 1, view.end))
    }
}
