import Glibc

/// A point on the monotonic clock after which waiting is over.
package struct Deadline: Sendable, Comparable {
    /// Nanoseconds on `CLOCK_MONOTONIC`.
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// A deadline that never comes.
    package static let never = Deadline(nanoseconds: .max)

    /// The present moment.
    package static var now: Deadline {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Deadline(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    /// The moment `duration` from now; a duration that does not fit the clock never ends.
    package static func after(_ duration: Duration) -> Deadline {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0 else { return now }
        let (wholeSeconds, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = now.nanoseconds.addingReportingOverflow(wholeSeconds)
        guard !overflow, !carry else { return .never }
        let (total, last) = sum.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        return last ? .never : Deadline(nanoseconds: total)
    }

    /// The time from `earlier` to this moment, zero if it is the other way round.
    package func since(_ earlier: Deadline) -> Duration {
        guard nanoseconds > earlier.nanoseconds else { return .zero }
        return .nanoseconds(Int64(clamping: nanoseconds - earlier.nanoseconds))
    }

    package static func < (left: Deadline, right: Deadline) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
