import Glibc
import Synchronization

/// The clock that an event loop measures deadlines on.
package enum TransportClock: Sendable {
    /// The system's monotonic clock, `CLOCK_MONOTONIC`.
    case monotonic
    /// A clock that tests control.
    case virtual(VirtualClock)

    /// The present moment.
    package var now: Deadline {
        switch self {
        case .monotonic:
            var time = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC, &time)
            return Deadline(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
        case .virtual(let clock): return clock.now
        }
    }

    /// The moment `duration` from now; one that the clock cannot express never comes.
    package func deadline(after duration: Duration) -> Deadline { now.advanced(by: duration) }
}

/// A clock that stands still until the event loop that uses it has nothing left to do, and then moves to the next
/// deadline at once.
///
/// A test or a fuzz target that waits for a minute of it does not take a minute. The loop takes part in no other clock:
/// what its tasks compute on other threads is not seen, and has to be counted by ``beginWorkElsewhere()``.
package final class VirtualClock: Sendable {
    private struct State {
        var now = Deadline(nanoseconds: 0)
        var workElsewhere = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var now: Deadline { state.withLock { $0.now } }

    /// Moves the clock to `moment`; it never goes back.
    package func advance(to moment: Deadline) {
        state.withLock { $0.now = max($0.now, moment) }
    }

    /// Whether a task that belongs to the loop computes on another thread.
    var hasWorkElsewhere: Bool { state.withLock { $0.workElsewhere > 0 } }

    package func beginWorkElsewhere() { state.withLock { $0.workElsewhere += 1 } }
    package func endWorkElsewhere() { state.withLock { $0.workElsewhere -= 1 } }
}

extension TransportClock {
    /// Says that a task of the loop goes on on another thread; a virtual clock stands still until
    /// ``endWorkElsewhere()``.
    package func beginWorkElsewhere() {
        if case .virtual(let clock) = self { clock.beginWorkElsewhere() }
    }

    package func endWorkElsewhere() {
        if case .virtual(let clock) = self { clock.endWorkElsewhere() }
    }
}
