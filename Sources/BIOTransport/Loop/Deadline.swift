/// A moment on a ``TransportClock`` at which waiting ends.
package struct Deadline: Sendable, Comparable {
    /// Nanoseconds since the clock's own beginning.
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// A deadline that never comes.
    package static let never = Deadline(nanoseconds: .max)

    /// The moment `duration` after this one: this one for a negative duration, ``never`` where the clock cannot express
    /// it.
    package func advanced(by duration: Duration) -> Deadline {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return self }
        let (wholeSeconds, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = nanoseconds.addingReportingOverflow(wholeSeconds)
        guard !overflow, !carry else { return .never }
        let (total, last) = sum.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        return last ? .never : Deadline(nanoseconds: total)
    }

    /// The time from `earlier` to this moment; zero if `earlier` is later.
    package func since(_ earlier: Deadline) -> Duration {
        guard nanoseconds > earlier.nanoseconds else { return .zero }
        return .nanoseconds(Int64(clamping: nanoseconds - earlier.nanoseconds))
    }

    package static func < (left: Deadline, right: Deadline) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
