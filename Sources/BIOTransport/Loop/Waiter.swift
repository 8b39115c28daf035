/// Why a wait ended.
package enum WaitOutcome: Sendable {
    /// Something happened: try the operation again.
    case signalled
    /// The deadline passed first.
    case deadlinePassed
    /// The waiting task was cancelled.
    case cancelled
    /// The owner of what was waited for closed it.
    case closed
}

/// Suspends one task at a time until its event loop reports something: readiness of a descriptor, the end of a lookup,
/// a deadline, a cancellation, or that the waiter was closed.
///
/// A waiter belongs to its loop's thread. Readiness that is reported while no task waits ends the next wait at once,
/// because the loop may run between an operation that found nothing and the wait that follows it. ``clearPendingWake()``
/// drops it before the operation is tried again.
@safe
package final class Waiter {
    package let loop: EventLoop
    /// Names this waiter to the loop, also from other threads.
    package let token: UInt64

    @safe
    private enum State {
        case idle
        /// A task has begun to wait; jobs of the loop may run before it is suspended.
        case entering
        /// The task is resumed exactly once: the state changes as its continuation is taken, on the loop's thread.
        case suspended(UnsafeContinuation<WaitOutcome, Never>)
        /// The wait was ended before the task was suspended.
        case ended(WaitOutcome)
    }

    private var state = State.idle
    /// Distinguishes one wait from the next, so that a late cancellation does not end a wait of another task.
    private var generation: UInt64 = 0
    private(set) var deadline = Deadline.never
    /// The moments at which the loop's ``DeadlineQueue`` has an entry of this waiter, the earliest last.
    var queuedDeadlines: [Deadline] = []
    /// How many times the descriptor was reported readable.
    private(set) var readableEdges: UInt64 = 0
    /// Whether the peer has closed its side, or the descriptor has failed.
    private(set) var hasEnded = false
    /// Whether something was signalled while no task waited.
    private var hasPendingWake = false
    private var isClosed = false

    package init(on loop: EventLoop) {
        self.loop = loop
        token = loop.nextToken()
        loop.register(self)
    }

    deinit {
        // A task that is still suspended here would never be resumed.
        if case .suspended = state { preconditionFailure("a waiter is closed before it is released") }
    }

    /// Suspends the task until something happens, `deadline` passes, the task is cancelled, or the waiter is closed. At
    /// most one task may wait.
    ///
    /// `isolation` is passed on explicitly: the standard library would run the closures on the global executor
    /// otherwise. Within the wait the task prefers the loop's executor, so that the continuation resumes it on the
    /// loop's thread; without the preference it would be enqueued on the global executor, and from there on the loop.
    package func wait(
        until deadline: Deadline, isolation: isolated (any Actor)? = #isolation
    ) async -> WaitOutcome {
        loop.preconditionOnLoop()
        guard case .idle = state else { preconditionFailure("one task at a time waits on a stream") }
        generation &+= 1
        if isClosed { return .closed }
        if hasPendingWake {
            hasPendingWake = false
            return .signalled
        }
        state = .entering
        self.deadline = deadline
        loop.addDeadline(of: self)
        let (loop, token, generation) = (loop, token, generation)
        return await withTaskCancellationHandler(
            operation: {
                await withTaskExecutorPreference(loop.taskExecutor, isolation: isolation) {
                    _ = isolation
                    return unsafe await withUnsafeContinuation(isolation: isolation) { continuation in
                        unsafe self.suspend(continuation)
                    }
                }
            },
            onCancel: { loop.signal(token, .cancelled, generation: generation) },
            isolation: isolation)
    }

    /// Drops a readiness report that came before now: an operation is about to be tried.
    func clearPendingWake() {
        hasPendingWake = false
    }

    /// Records what the kernel reports of the descriptor, and ends the wait.
    func report(isReadable: Bool, hasEnded: Bool) {
        if isReadable { readableEdges &+= 1 }
        if hasEnded { self.hasEnded = true }
        wake(.signalled)
    }

    /// Ends the wait under way, or the next one. A `generation` other than 0 and that of the last wait is too late.
    func wake(_ outcome: WaitOutcome, generation: UInt64 = 0) {
        guard generation == 0 || generation == self.generation else { return }
        switch state {
        case .idle:
            // Only readiness concerns the next wait; a deadline or a cancellation concerned the one before.
            if case .signalled = outcome { hasPendingWake = true }
        case .entering: state = .ended(outcome)
        case .suspended(let continuation):
            state = .idle
            deadline = .never
            unsafe continuation.resume(returning: outcome)
        case .ended: break
        }
    }

    private func suspend(_ continuation: UnsafeContinuation<WaitOutcome, Never>) {
        guard case .ended(let outcome) = state else {
            state = unsafe .suspended(continuation)
            return
        }
        state = .idle
        deadline = .never
        unsafe continuation.resume(returning: outcome)
    }

    /// Ends the wait under way, and every later one, with ``WaitOutcome/closed``, and takes the waiter off its loop.
    package func close() {
        isClosed = true
        wake(.closed)
        loop.unregister(token)
    }
}
