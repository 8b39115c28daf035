/// Why a wait ended.
package enum WakeReason: Sendable {
    /// Something happened: try the operation again.
    case signalled
    /// The deadline passed first.
    case deadlinePassed
    /// The waiting task was cancelled.
    case cancelled
    /// Whoever owns what was waited for has closed it.
    case closed
}

/// Where one task at a time waits for its event loop to report something: readiness of a descriptor, the end of a
/// lookup, a deadline, or cancellation.
///
/// A wait point belongs to its loop's thread. A wake that comes while nobody waits ends the next wait at once, as the
/// runtime may let the loop run between an operation that found nothing and the wait that follows it. Who is about to
/// try an operation anew says so with `forgetWake`: wakes from before it tell nothing then.
package final class WaitPoint {
    package let loop: EventLoop
    /// Names this wait point to the loop, also from other threads.
    package let token: UInt64

    private let gate: Gate
    private var isWaiting = false
    /// Tells one wait from the next, so that a late cancellation does not end a wait of another task.
    private var generation: UInt64 = 0
    private(set) var deadline = Deadline.never
    /// How often something was reported that can be read.
    private(set) var arrivals: UInt64 = 0
    /// Whether the peer has closed its side, or the descriptor has failed.
    private(set) var hasEnded = false
    /// Whether something was signalled while nobody waited.
    private var hasPendingWake = false
    private var isClosed = false

    package init(on loop: EventLoop) {
        self.loop = loop
        gate = Gate(on: loop)
        token = loop.nextToken()
        loop.register(self)
    }

    /// Waits until something happens, `deadline` passes, or the task is cancelled. At most one task may wait.
    ///
    /// The caller's actor is handed on by name: a closure given to the standard library would run on the global
    /// executor otherwise, and the wait would begin there, beside the loop's thread.
    package func wait(
        until deadline: Deadline, isolation: isolated (any Actor)? = #isolation
    ) async -> WakeReason {
        loop.preconditionOnLoop()
        precondition(!isWaiting, "one task at a time waits on a stream")
        generation &+= 1
        if isClosed { return .closed }
        if hasPendingWake {
            hasPendingWake = false
            return .signalled
        }
        isWaiting = true
        gate.close()
        self.deadline = deadline
        loop.note(deadline)
        let (loop, token, generation, gate) = (loop, token, generation, gate)
        return await withTaskCancellationHandler(
            operation: {
                _ = isolation
                return await gate.pass()
            },
            onCancel: { loop.signal(token, .cancelled, generation: generation) },
            isolation: isolation)
    }

    /// Says that an operation is tried now, whatever happened before.
    func forgetWake() {
        hasPendingWake = false
    }

    /// Takes what the kernel says of the descriptor, and ends the wait.
    func report(isReadable: Bool, hasEnded: Bool) {
        if isReadable { arrivals &+= 1 }
        if hasEnded { self.hasEnded = true }
        wake(.signalled)
    }

    /// Ends the wait under way, or the next one. `generation` 0 means whichever; of another wait than the last one it is
    /// too late.
    func wake(_ reason: WakeReason, generation: UInt64 = 0) {
        guard generation == 0 || generation == self.generation else { return }
        guard isWaiting else {
            // A deadline or a cancellation that comes late says nothing of the next wait.
            if case .signalled = reason { hasPendingWake = true }
            return
        }
        isWaiting = false
        deadline = .never
        gate.open(reason)
    }

    /// Ends the wait under way, and every later one, with `closed`; the loop forgets this wait point.
    package func close() {
        isClosed = true
        wake(.closed)
        loop.forget(token)
    }
}
