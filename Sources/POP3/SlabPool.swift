import MessageBuffers
import POP3Wire
import Synchronization

/// Receive blocks that no connection needs at the moment.
///
/// A connection that waits with nothing half-read checks its block in for those that read. So many sessions take the
/// memory of the few that read, which stays in the cache.
enum SlabPool {
    /// The most blocks that are kept; others are freed.
    private static let limit = 32

    private static let free = Mutex<[Slab]>([])

    /// Takes the block of a connection that is about to wait, if nothing unread is in it.
    static func checkIn(from scanner: inout ResponseScanner) {
        guard let block = scanner.yieldBlock() else { return }
        free.withLock { if $0.count < limit { $0.append(block) } }
    }

    /// Gives a connection that is about to read a block, if it has none and one is free.
    static func checkOut(to scanner: inout ResponseScanner) {
        guard scanner.lacksBlock, let block = free.withLock({ $0.popLast() }) else { return }
        scanner.accept(block)
    }
}
