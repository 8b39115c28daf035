/// How long one phase of a connection may take.
package struct TimeLimit: Sendable {
    package let phase: TransportPhase
    package let limit: Duration
    package let deadline: Deadline

    /// A limit that begins at `start`.
    package init(_ phase: TransportPhase, _ limit: Duration, from start: Deadline) {
        self.phase = phase
        self.limit = limit
        deadline = start.advanced(by: limit)
    }

    /// The error for the limit's end.
    package var error: TransportError { .timedOut(phase, limit: limit) }
}

extension EventLoop {
    /// A limit that begins now, on the loop's clock.
    package func limit(_ phase: TransportPhase, _ limit: Duration) -> TimeLimit {
        TimeLimit(phase, limit, from: clock.now)
    }
}

extension WaitOutcome {
    /// The error for a wait that did not end with what was waited for; nil where it did.
    package func error(within limit: TimeLimit) -> TransportError? {
        switch self {
        case .signalled: nil
        case .deadlinePassed: limit.error
        case .cancelled: .cancelled
        case .closed: .closed
        }
    }
}
