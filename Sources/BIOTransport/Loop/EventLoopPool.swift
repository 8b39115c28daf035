import Synchronization

/// A fixed set of event loops, each a thread of its own, to which connections are assigned in rotation.
///
/// A loop's thread starts when the first connection is assigned to it, and lives as long as the process.
public final class EventLoopPool: Sendable {
    private let name: String
    private let clock: TransportClock
    private let loops: Mutex<[EventLoop?]>
    private let next = Atomic<Int>(0)

    /// The number of threads at most.
    public var threadCount: Int { loops.withLock { $0.count } }

    /// - Parameters:
    ///   - name: names the threads in debuggers, with a number after it; the system keeps 15 bytes of both.
    ///   - threads: the number of loops, at least 1; nil for one for each processor that the process may use, by its
    ///     affinity and its control group.
    public convenience init(name: String, threads: Int? = nil) {
        self.init(name: name, threads: threads ?? UsableProcessors.count, clock: .monotonic)
    }

    package init(name: String, threads: Int, clock: TransportClock) {
        self.name = name
        self.clock = clock
        loops = Mutex(Array(repeating: nil, count: max(1, threads)))
    }

    /// The loop for the next connection. One that could not be started is tried again the next time.
    package func nextLoop() -> EventLoop {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return loops.withLock { loops in
            let index = Int(turn.magnitude % UInt(loops.count))
            if let loop = loops[index] { return loop }
            let loop = EventLoop(name: "\(name)-\(index)", clock: clock)
            if (try? loop.checkUsable()) != nil { loops[index] = loop }
            return loop
        }
    }
}
