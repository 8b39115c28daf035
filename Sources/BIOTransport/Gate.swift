/// Holds one task back on its event loop until it is let through.
///
/// The task hops onto this actor, whose executor keeps the job instead of running it. A continuation would do too, but
/// the runtime resumes one on the global executor, from where the task hops to its actor: two changes of threads for
/// each wait of a task that prefers no executor.
actor Gate {
    /// The executor: keeps a job while the gate is closed, and has the loop run it once it is open.
    @safe
    final class Keeper: SerialExecutor, @unchecked Sendable {
        // Sendable: all mutable state is touched on the loop's thread only, which every entrance checks.

        private let loop: EventLoop
        private var held: EventLoop.Job?
        /// Why the gate is open; nil while it is closed.
        fileprivate private(set) var reason: WakeReason?

        fileprivate init(_ loop: EventLoop) {
            self.loop = loop
        }

        func enqueue(_ job: consuming ExecutorJob) {
            loop.preconditionOnLoop()
            let job = loop.makeJob(UnownedJob(job), .gate(self))
            if reason == nil {
                precondition(held == nil, "one task at a time waits at a gate")
                held = job
            } else {
                loop.enqueue(job)
            }
        }

        fileprivate func open(_ reason: WakeReason) {
            loop.preconditionOnLoop()
            self.reason = reason
            guard let job = held else { return }
            held = nil
            loop.enqueue(job)
        }

        fileprivate func close() {
            loop.preconditionOnLoop()
            reason = nil
        }
    }

    private nonisolated let keeper: Keeper

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        // The executor lives as long as this actor.
        unsafe keeper.asUnownedSerialExecutor()
    }

    init(on loop: EventLoop) {
        keeper = Keeper(loop)
    }

    /// Closes the gate behind whoever passed it last.
    nonisolated func close() { keeper.close() }

    /// Lets the task through that is held, or the next one that comes.
    nonisolated func open(_ reason: WakeReason) { keeper.open(reason) }

    /// Comes back once the gate is open, with why it was opened.
    ///
    /// Not inlined: a hop that nothing is done after could be left out.
    @inline(never)
    func pass() -> WakeReason { keeper.reason ?? .signalled }
}
