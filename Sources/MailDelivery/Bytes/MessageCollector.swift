import MessageBuffers

/// Puts a message that comes in chunks together, in memory that the message then keeps: nothing is copied twice when
/// the size was known beforehand.
struct MessageCollector {
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
            // The slab has room behind `count`, as just made sure, and nobody else has seen that part yet.
            unsafe UnsafeMutableRawBufferPointer(rebasing: slab.bytes[count...]).copyMemory(from: source)
        }
        count += chunk.byteCount
    }

    /// Forgets all but the first `length` bytes, which are at most ``count``, and the memory of the others.
    mutating func shorten(to length: Int) {
        count = min(length, count)
        move(to: count)
    }

    /// The message; nothing may be added afterwards.
    var message: MessageBytes { slab.message(0..<count) }

    private mutating func move(to capacity: Int) {
        let larger = Slab(capacity: capacity)
        // Both are as large as `count` at least.
        unsafe larger.bytes.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(slab.bytes)[..<count]))
        slab = larger
    }
}
