import MessageBuffers

/// Joins the chunks of a message, in memory that the message then keeps: nothing is copied twice if the size was known
/// beforehand.
struct MessageCollector: ~Copyable {
    private var slab: Slab
    private(set) var count = 0

    init(expecting size: Int) {
        slab = Slab(capacity: size)
    }

    /// Adds `chunk`. O(n), amortised.
    mutating func append(_ chunk: RawSpan) {
        guard !chunk.isEmpty else { return }
        if count + chunk.byteCount > slab.capacity { move(to: max(count + chunk.byteCount, slab.capacity * 2)) }
        unsafe chunk.withUnsafeBytes { source in
            // The slab has room after `count`, as just made sure, and nobody else has seen that part yet.
            unsafe UnsafeMutableRawBufferPointer(rebasing: slab.bytes[count...]).copyMemory(from: source)
        }
        count += chunk.byteCount
    }

    /// Drops all but the first `length` bytes, if there are more, and releases the memory of the others.
    mutating func shorten(to length: Int) {
        count = min(length, count)
        move(to: count)
    }

    /// The bytes so far. What is added afterwards is not among them.
    var message: MessageBytes {
        // Only `append` writes to the slab, and only after `count`.
        unsafe slab.message(0..<count)
    }

    private mutating func move(to capacity: Int) {
        let larger = Slab(capacity: capacity)
        // Both are as large as `count` at least.
        unsafe larger.bytes.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(slab.bytes)[..<count]))
        slab = larger
    }
}
