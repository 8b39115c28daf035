/// How long one phase of a connection may take.
package struct TimeLimit: Sendable {
    package let phase: TransportPhase
    package let limit: Duration
    package let deadline: Deadline

    /// A limit that begins now.
    package init(_ phase: TransportPhase, _ limit: Duration) {
        self.phase = phase
        self.limit = limit
        deadline = .after(limit)
    }

    package var error: TransportError { .timedOut(phase, limit: limit) }
}
