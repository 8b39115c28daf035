import CEpoll
import Glibc
import Synchronization

/// One thread that waits on epoll and runs the actors it is the executor of.
///
/// Descriptors are watched edge-triggered for both directions, once, at registration: a stream tries its operation
/// first and waits only when the kernel said "would block", so no `epoll_ctl` call is made while bytes flow.
/// A loop lives as long as the process.
@safe
package final class EventLoop: SerialExecutor, @unchecked Sendable {
    // Sendable: `shared` is guarded by its mutex; `taskExecutor` and `failure` are written by `init` only; all other
    // mutable state is touched on the loop's own thread only, which `preconditionOnLoop` checks at every entrance.

    /// A job of a task: isolated to an actor of this loop, or to none where the task prefers the loop's executor.
    struct Job {
        enum Isolation {
            case loop
            case none
        }

        private let job: UnownedJob
        private let isolation: Isolation
        /// Whether the task prefers this loop, as far as is known.
        let isPreferred: Bool

        init(_ job: UnownedJob, _ isolation: Isolation, isPreferred: Bool) {
            self.job = job
            self.isolation = isolation
            self.isPreferred = isPreferred
        }

        /// Without the task-executor argument the runtime assumes that the thread is the wrong one for a task that prefers
        /// it, and enqueues the task again at every return from an asynchronous function.
        func run(on loop: EventLoop) {
            // The executors live as long as the process.
            switch isolation {
            case .none: unsafe job.runSynchronously(on: loop.taskExecutor.asUnownedTaskExecutor())
            case .loop where isPreferred:
                unsafe job.runSynchronously(
                    isolatedTo: loop.asUnownedSerialExecutor(),
                    taskExecutor: loop.taskExecutor.asUnownedTaskExecutor())
            case .loop: unsafe job.runSynchronously(on: loop.asUnownedSerialExecutor())
            }
        }
    }

    private struct Signal {
        let token: UInt64
        let outcome: WaitOutcome
        let generation: UInt64
    }

    private struct Shared {
        var jobs: [Job] = []
        var signals: [Signal] = []
        var unregistered: [UInt64] = []
        var isAwake = false
    }

    private static let wakeToken: UInt64 = 0
    /// How often what jobs queue is run before descriptors are looked at again.
    private static let roundsOfJobs = 64
    /// The largest write buffer that is kept, in bytes.
    private static let writeBufferLimit = 1 << 20

    /// What deadlines are measured on.
    package let clock: TransportClock
    /// Why the loop has no thread. It then runs no more than the jobs in which that is found out.
    private var failure: TransportError?
    private let name: String
    private let epoll: Int32
    private let wakeEvent: Int32
    private let shared = Mutex(Shared())
    private let tokens = Atomic<UInt64>(1)
    private let thread = Atomic<UInt>(0)

    private var jobs: [Job] = []
    /// The jobs of the round under way; empty between rounds.
    private var running: [Job] = []
    /// Whether the job under way is of a task that prefers this loop.
    private var runsPreferred = false
    /// The memory that a stream writes its commands to, for the next one that has something to send.
    private var spareWriteBuffer: [UInt8] = []
    private var waiters: [UInt64: Waiter] = [:]
    private var deadlines = DeadlineQueue()

    /// For tasks that prefer the loop's thread where they are isolated to no actor.
    package private(set) lazy var taskExecutor = EventLoopTaskExecutor(self)

    /// Starts a loop on a thread of its own. Where the process has no descriptors or threads left, ``checkUsable()``
    /// throws.
    ///
    /// - Parameters:
    ///   - name: the thread's name in debuggers; the system keeps 15 bytes of it.
    ///   - clock: what deadlines are measured on.
    package init(name: String, clock: TransportClock = .monotonic) {
        self.name = name
        self.clock = clock
        epoll = sluice_epoll_create()
        wakeEvent = epoll < 0 ? -1 : sluice_eventfd_create()
        let isWatched = wakeEvent >= 0 && sluice_epoll_watch_level(epoll, wakeEvent, Self.wakeToken) == 0
        let code = errno
        // Made before other threads can ask for it.
        _ = taskExecutor
        // The thread never ends and retains the loop, which so lives as long as the process.
        if !isWatched {
            failure = .outOfResources("descriptors for an event loop", reason: systemError(code))
        } else if let code = startDetachedThread({ self.run() }) {
            failure = .outOfResources("threads for an event loop", reason: systemError(code))
        }
        guard failure != nil else { return }
        // Executors are referred to without a retain, so this loop, too, lives as long as the process.
        _ = unsafe Unmanaged.passRetained(self)
        if wakeEvent >= 0 { close(wakeEvent) }
        if epoll >= 0 { close(epoll) }
    }

    /// - Throws: ``TransportError/outOfResources(_:reason:)`` where the loop could not be started.
    package func checkUsable() throws(TransportError) {
        if let failure { throw failure }
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        enqueue(makeJob(UnownedJob(job), .loop))
    }

    func enqueue(_ job: Job) {
        if isCurrent {
            jobs.append(job)
        } else if failure == nil {
            wake { $0.jobs.append(job) }
        } else {
            runWithoutThread(job)
        }
    }

    /// Runs the jobs of a loop that could not be started, one at a time, on the threads that enqueue them: an actor's
    /// executor has to run every job, if only for the error to be thrown.
    private func runWithoutThread(_ job: Job) {
        let isFirst = shared.withLock { shared in
            shared.jobs.append(job)
            defer { shared.isAwake = true }
            return !shared.isAwake
        }
        guard isFirst else { return }
        while true {
            let job = shared.withLock { shared -> Job? in
                guard !shared.jobs.isEmpty else {
                    shared.isAwake = false
                    return nil
                }
                return shared.jobs.removeFirst()
            }
            guard let job else { return }
            thread.store(UInt(pthread_self()), ordering: .relaxed)
            job.run(on: self)
            thread.store(0, ordering: .relaxed)
            shared.withLock { $0.jobs += jobs }
            jobs.removeAll()
        }
    }

    /// A job that comes from one under way is mostly of the same task, and prefers what that does.
    func makeJob(_ job: UnownedJob, _ isolation: Job.Isolation) -> Job {
        Job(job, isolation, isPreferred: isCurrent && runsPreferred)
    }

    package func isSameExclusiveExecutionContext(other: EventLoop) -> Bool { self === other }

    package func checkIsolated() { preconditionOnLoop() }

    /// Whether the caller runs on the loop's thread.
    package var isCurrent: Bool {
        thread.load(ordering: .relaxed) == UInt(pthread_self())
    }

    package func preconditionOnLoop() {
        precondition(isCurrent, "a stream is used on its own event loop only")
    }

    // MARK: Waiters

    func nextToken() -> UInt64 {
        tokens.wrappingAdd(1, ordering: .relaxed).oldValue
    }

    func register(_ waiter: Waiter) {
        preconditionOnLoop()
        waiters[waiter.token] = waiter
    }

    /// Takes the waiter `token` off the loop: nothing is reported to it any more. Any thread.
    package func unregister(_ token: UInt64) {
        if isCurrent {
            waiters[token] = nil
        } else {
            wake { $0.unregistered.append(token) }
        }
    }

    /// Wakes the waiter `token`. Any thread.
    package func signal(_ token: UInt64, _ outcome: WaitOutcome = .signalled, generation: UInt64 = 0) {
        wake { $0.signals.append(Signal(token: token, outcome: outcome, generation: generation)) }
    }

    /// Reports readiness of `descriptor`, in either direction, to the waiter `token` from now on and until it is closed.
    ///
    /// - Throws: ``TransportError/outOfResources(_:reason:)`` where the system watches no more descriptors (epoll(7)).
    package func watch(_ descriptor: Int32, token: UInt64) throws(TransportError) {
        guard sluice_epoll_watch_edges(epoll, descriptor, token) == 0 else {
            throw .outOfResources("watches for descriptors", reason: systemError(errno))
        }
    }

    /// Makes sure that the deadline of `waiter` is met.
    func addDeadline(of waiter: Waiter) {
        deadlines.add(waiter)
        deadlines.compact(keeping: waiters)
    }

    private func wake(_ change: (inout Shared) -> Void) {
        let mustWake = shared.withLock { shared in
            change(&shared)
            defer { shared.isAwake = true }
            return !shared.isAwake
        }
        if mustWake { sluice_eventfd_signal(wakeEvent) }
    }

    // MARK: Write buffers

    /// Gives a stream that is about to send the loop's memory for that, unless it has some or another stream has it.
    func borrowWriteBuffer(_ buffer: inout [UInt8]) {
        preconditionOnLoop()
        if buffer.capacity == 0 { swap(&buffer, &spareWriteBuffer) }
    }

    /// Takes back the memory of a stream that has sent everything. What is unusually large is freed.
    func returnWriteBuffer(_ buffer: inout [UInt8]) {
        preconditionOnLoop()
        buffer.removeAll(keepingCapacity: buffer.capacity <= Self.writeBufferLimit)
        if spareWriteBuffer.capacity == 0 { swap(&buffer, &spareWriteBuffer) }
    }

    // MARK: The thread

    private func run() -> Never {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        unsafe sluice_name_this_thread(name)
        ignoreBrokenPipes()
        var tokens = [UInt64](repeating: 0, count: Int(SLUICE_EPOLL_BATCH))
        while true {
            takeShared()
            runJobs()
            let count = unsafe sluice_epoll_wait(epoll, &tokens, timeout())
            for token in tokens.prefix(Int(count)) {
                dispatch(token)
                // The jobs of one connection run before the next is read: its bytes are still in the cache, and memory that
                // it releases is there for the next.
                runJobs()
            }
            if count == 0 { advanceVirtualClock() }
            expireDeadlines()
        }
    }

    /// A write to a connection that the peer has closed raises SIGPIPE for the writing thread; held back here, it
    /// shows as EPIPE instead, and the program's own handling of the signal is left alone.
    private func ignoreBrokenPipes() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private func takeShared() {
        var arrived = Shared()
        shared.withLock { shared in
            arrived.jobs = shared.jobs
            arrived.signals = shared.signals
            arrived.unregistered = shared.unregistered
            shared = Shared()
        }
        jobs.append(contentsOf: arrived.jobs)
        for token in arrived.unregistered { waiters[token] = nil }
        for signal in arrived.signals {
            waiters[signal.token]?.wake(signal.outcome, generation: signal.generation)
        }
    }

    /// Runs the queued jobs and those that they queue, for a bounded number of rounds, so that a busy actor cannot
    /// starve the descriptors.
    private func runJobs() {
        for _ in 0..<Self.roundsOfJobs {
            guard !jobs.isEmpty else { return }
            swap(&running, &jobs)
            for job in running {
                runsPreferred = job.isPreferred
                job.run(on: self)
            }
            running.removeAll(keepingCapacity: true)
            runsPreferred = false
        }
    }

    private func dispatch(_ event: UInt64) {
        let token = event & ~(SLUICE_EPOLL_READABLE | SLUICE_EPOLL_ENDED)
        if token == Self.wakeToken {
            sluice_eventfd_clear(wakeEvent)
        } else if let waiter = waiters[token] {
            waiter.report(
                isReadable: event & SLUICE_EPOLL_READABLE != 0, hasEnded: event & SLUICE_EPOLL_ENDED != 0)
        }
    }

    /// Milliseconds to the next deadline, rounded up; 0 with work queued; -1 where there is no deadline.
    private func timeout() -> Int32 {
        guard jobs.isEmpty else { return 0 }
        let earliest = deadlines.earliest
        if case .virtual(let clock) = clock { return earliest == .never || clock.hasWorkElsewhere ? -1 : 0 }
        guard earliest < .never else { return -1 }
        let now = clock.now
        guard now < earliest else { return 0 }
        return Int32(clamping: (earliest.nanoseconds - now.nanoseconds + 999_999) / 1_000_000)
    }

    /// Moves a virtual clock to the next deadline: no descriptor is ready and no job is queued.
    private func advanceVirtualClock() {
        guard case .virtual(let clock) = clock, jobs.isEmpty, deadlines.earliest < .never, !clock.hasWorkElsewhere,
            shared.withLock({ $0.jobs.isEmpty && $0.signals.isEmpty })
        else { return }
        clock.advance(to: deadlines.earliest)
    }

    /// Ends the waits whose deadline has passed. O(log n) for each entry that is due.
    private func expireDeadlines() {
        guard deadlines.earliest < .never else { return }
        let now = clock.now
        while let due = deadlines.popDue(at: now) {
            guard let waiter = waiters[due.token] else { continue }
            if waiter.queuedDeadlines.last == due.deadline { waiter.queuedDeadlines.removeLast() }
            if waiter.deadline <= now {
                waiter.wake(.deadlinePassed)
            } else {
                deadlines.add(waiter)
            }
        }
    }
}
