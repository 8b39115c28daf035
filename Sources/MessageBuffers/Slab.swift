/// One receive block: 64-byte aligned memory that is freed with its last reference.
///
/// A slab is written by one owner at a time and only after the bytes that it has already given away. Those bytes, once
/// part of a `MessageBytes`, never change again, which is what makes them safe to read on any thread. An owner with a
/// position in a slab is `~Copyable`: a copy would write over what the other has given away.
@safe
package final class Slab: @unchecked Sendable {
    // Sendable: `start` and `capacity` never change; who may write which bytes is settled as described above.

    package let start: UnsafeMutableRawPointer
    package let capacity: Int

    /// Allocates `capacity` bytes (at least 64), uninitialised.
    package init(capacity: Int) {
        let rounded = Self.capacity(for: capacity)
        unsafe start = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: 64)
        self.capacity = rounded
        unsafe HugePages.advise(UnsafeMutableRawBufferPointer(start: start, count: rounded))
    }

    /// The capacity of a slab that is made for `capacity` bytes.
    package static func capacity(for capacity: Int) -> Int { max(64, (capacity + 63) & ~63) }

    deinit {
        unsafe start.deallocate()
    }

    /// All of the slab's memory, valid while the slab lives.
    package var bytes: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(start: start, count: capacity)
    }

    /// The bytes of `range` as message memory that keeps this slab alive.
    ///
    /// Unsafe: nobody may write these bytes afterwards, which nothing checks.
    @unsafe
    package func message(_ range: Range<Int>) -> MessageBytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= capacity, "a message lies within its slab")
        return unsafe MessageBytes(
            unowned: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[range]), keptAliveBy: self)
    }
}
