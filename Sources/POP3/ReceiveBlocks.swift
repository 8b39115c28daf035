import MessageBuffers
import POP3Wire
import Synchronization

/// Receive blocks that no session needs at the moment.
///
/// A session that waits with nothing half-read lends its block to those that read, so that many sessions take the memory
/// of those few, which stays near the processor.
enum ReceiveBlocks {
    /// How many are kept; what is over that is freed.
    private static let limit = 32

    private static let free = Mutex<[Slab]>([])

    /// Takes the block of a session that is about to wait, if it can do without.
    static func lend(from scanner: inout ResponseScanner) {
        guard let block = scanner.yieldBlock() else { return }
        free.withLock { if $0.count < limit { $0.append(block) } }
    }

    /// Gives a session that is about to read a block, if it has none and one is free.
    static func provide(to scanner: inout ResponseScanner) {
        guard scanner.lacksBlock, let block = free.withLock({ $0.popLast() }) else { return }
        scanner.accept(block)
    }
}
