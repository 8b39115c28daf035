import Synchronization

/// What all connections report to: counters and the transcript.
final class SandboxLog: Sendable {
    private struct State {
        var counters = SandboxCounters()
        var entries: [TranscriptEntry] = []
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    var counters: SandboxCounters { state.withLock { $0.counters } }
    var transcript: [TranscriptEntry] { state.withLock { $0.entries.suffix(limit) } }

    /// Counts one more connection; its number.
    func open() -> Int {
        state.withLock { state in
            state.counters.connections += 1
            state.counters.openConnections += 1
            return state.counters.connections
        }
    }

    func count(_ change: (inout SandboxCounters) -> Void) {
        state.withLock { change(&$0.counters) }
    }

    func add(_ lines: [(sender: TranscriptEntry.Sender, line: [UInt8])], connection: Int) {
        guard !lines.isEmpty else { return }
        let entries = lines.map {
            TranscriptEntry(
                connection: connection, sender: $0.sender, line: String(decoding: $0.line, as: UTF8.self))
        }
        state.withLock { state in
            state.entries += entries
            // Dropping the oldest moves all others, so it is done once for many.
            if state.entries.count > 2 * limit { state.entries.removeFirst(state.entries.count - limit) }
        }
    }
}
