/// Why a wait ended.
package enum WakeReason: Sendable {
    /// Something happened: try the operation again.
    case signalled
    /// The deadline passed first.
    case deadlinePassed
    /// The waiting task was cancelled.
    case cancelled
}

/// Where one task at a time waits for its event loop to report something: readiness of a descriptor, the end of a
/// lookup, a deadline, or cancellation.
///
/// A wait point belongs to its loop's thread. A wake that comes while nobody waits ends the next wait at once, as the
/// runtime may let the loop run between an operation that found nothing and the wait that follows it. Who is about to
/// try an operation anew says so with `forgetWake`: wakes from before it tell nothing then.
@safe
package final class WaitPoint {
    package let loop: EventLoop
    /// Names this wait point to the loop, also from other threads.
    package let token: UInt64

    private var waiter: UnsafeContinuation<WakeReason, Never>?
    /// Tells one wait from the next, so that a late cancellation does not end a wait of another task.
    private var generation: UInt64 = 0
    private(set) var deadline = Deadline.never
    /// A wake that found nobody waiting.
    private var missedWake: WakeReason?

    package init(on loop: EventLoop) {
        self.loop = loop
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
        precondition(unsafe waiter == nil, "one task at a time waits on a stream")
        generation &+= 1
        if case .cancelled = missedWake { missedWake = nil }
        let (loop, token, generation) = (loop, token, generation)
        return await withTaskCancellationHandler(
            operation: {
                _ = isolation
                return await unsafe withUnsafeContinuation(isolation: isolation) { continuation in
                    loop.preconditionOnLoop()
                    if let reason = missedWake {
                        missedWake = nil
                        return unsafe continuation.resume(returning: reason)
                    }
                    unsafe waiter = continuation
                    self.deadline = deadline
                    loop.note(deadline)
                }
            },
            onCancel: { loop.signal(token, .cancelled, generation: generation) },
            isolation: isolation)
    }

    /// Says that an operation is tried now, whatever happened before.
    func forgetWake() {
        if case .signalled = missedWake { missedWake = nil }
    }

    /// Ends the wait under way, or the next one. `generation` 0 means whichever; of another wait than the last one it is
    /// too late.
    func wake(_ reason: WakeReason, generation: UInt64 = 0) {
        guard generation == 0 || generation == self.generation else { return }
        guard let continuation = unsafe waiter else {
            missedWake = reason
            return
        }
        unsafe waiter = nil
        deadline = .never
        unsafe continuation.resume(returning: reason)
    }
}
