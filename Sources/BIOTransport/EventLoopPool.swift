import Glibc
import Synchronization

/// A fixed set of event loops that connections are dealt to in turn.
package final class EventLoopPool: Sendable {
    private let loops: [EventLoop]
    private let next = Atomic<Int>(0)

    /// Starts `count` loops, whose threads are called `name` and a number.
    package init(name: String, count: Int) {
        precondition(count > 0, "a pool has at least one loop")
        loops = (0..<count).map { EventLoop(name: "\(name)-\($0)") }
    }

    /// The loops of clients: one for each core, started at first use.
    package static let clients = EventLoopPool(name: "sluice", count: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    /// The loops of servers, apart from the clients' so that neither waits for the other within one process.
    package static let servers = EventLoopPool(name: "sandbox", count: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    /// The loop for the next connection.
    package func nextLoop() -> EventLoop {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return loops[Int(turn.magnitude % UInt(loops.count))]
    }
}
