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
    // Sendable: `shared` is behind its mutex; `taskExecutor` is made before anybody else has the loop; all other mutable
    // state is touched on the loop's own thread only, which `preconditionOnLoop` checks at every entrance.

    /// A piece of a task: of an actor on this loop, of no actor, or held back at a gate until now.
    struct Job {
        enum Isolation {
            case loop
            case gate(Gate.Keeper)
            /// To no actor: the task prefers this loop for such pieces.
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

        /// The runtime takes the thread for another one than the task wants where it is not told of the preference: each
        /// return from an asynchronous function would be a job of its own.
        func run(on loop: EventLoop) {
            let serial: UnownedSerialExecutor
            // The executors outlive the call: the gate's as long as this job holds it, the others as the process.
            switch isolation {
            case .none: return unsafe job.runSynchronously(on: loop.taskExecutor.asUnownedTaskExecutor())
            case .loop: unsafe serial = loop.asUnownedSerialExecutor()
            case .gate(let keeper): unsafe serial = keeper.asUnownedSerialExecutor()
            }
            if isPreferred {
                unsafe job.runSynchronously(
                    isolatedTo: serial, taskExecutor: loop.taskExecutor.asUnownedTaskExecutor())
            } else {
                unsafe job.runSynchronously(on: serial)
            }
        }
    }

    private struct Signal {
        let token: UInt64
        let reason: WakeReason
        let generation: UInt64
    }

    private struct Shared {
        var jobs: [Job] = []
        var signals: [Signal] = []
        var forgotten: [UInt64] = []
        var isAwake = false
    }

    private static let wakeToken: UInt64 = 0
    /// How often what jobs queue is run before descriptors are looked at again.
    private static let roundsOfJobs = 64
    private static let spareQueueLimit = 1 << 20

    private let name: String
    private let epoll: Int32
    private let wakeEvent: Int32
    private let shared = Locked(Shared())
    private let tokens = Atomic<UInt64>(1)
    private let thread = Atomic<UInt>(0)

    private var jobs: [Job] = []
    /// The jobs of the round under way; empty between rounds.
    private var running: [Job] = []
    /// Whether the job under way is of a task that prefers this loop.
    private var runsPreferred = false
    /// Memory for what a stream sends, for the next one that has something to send.
    private var spareQueue: [UInt8] = []
    private var waitPoints: [UInt64: WaitPoint] = [:]
    /// No deadline of any wait point comes before this one.
    private var earliestDeadline = Deadline.never

    /// For tasks that prefer the loop's thread where they are isolated to no actor.
    package private(set) lazy var taskExecutor = EventLoopTaskExecutor(self)

    /// Starts a loop on a thread of its own. `name` (at most 15 bytes) is the thread's name in debuggers.
    package init(name: String) {
        self.name = name
        epoll = sluice_epoll_create()
        wakeEvent = sluice_eventfd_create()
        precondition(epoll >= 0 && wakeEvent >= 0, "the process can open two more descriptors for an event loop")
        watch(wakeEvent, token: Self.wakeToken)
        // Made before other threads can ask for it.
        _ = taskExecutor
        startThread()
    }

    private func startThread() {
        var handle = pthread_t()
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        let status = unsafe pthread_create(
            &handle, nil,
            { context in
                guard let context = unsafe context else { return nil }
                // Balances the retain of startThread; the loop then lives as long as this thread, which never ends.
                let loop = unsafe Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue()
                loop.run()
            }, context)
        precondition(status == 0, "the process can start one more thread for an event loop")
        pthread_detach(handle)
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        enqueue(makeJob(UnownedJob(job), .loop))
    }

    func enqueue(_ job: Job) {
        if isCurrent {
            jobs.append(job)
        } else {
            wake { $0.jobs.append(job) }
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

    // MARK: Wait points

    func nextToken() -> UInt64 {
        tokens.wrappingAdd(1, ordering: .relaxed).oldValue
    }

    func register(_ point: WaitPoint) {
        preconditionOnLoop()
        waitPoints[point.token] = point
    }

    /// Drops the wait point `token`. Any thread.
    package func forget(_ token: UInt64) {
        if isCurrent {
            waitPoints[token] = nil
        } else {
            wake { $0.forgotten.append(token) }
        }
    }

    /// Wakes the wait point `token`. Any thread.
    package func signal(_ token: UInt64, _ reason: WakeReason = .signalled, generation: UInt64 = 0) {
        wake { $0.signals.append(Signal(token: token, reason: reason, generation: generation)) }
    }

    /// Reports readiness of `descriptor`, in either direction, to the wait point `token` until it is closed.
    package func watch(_ descriptor: Int32, token: UInt64) {
        let status = sluice_epoll_watch(epoll, descriptor, token)
        precondition(status == 0, "an open descriptor can be watched")
    }

    func note(_ deadline: Deadline) {
        if deadline < earliestDeadline { earliestDeadline = deadline }
    }

    private func wake(_ change: (inout Shared) -> Void) {
        let mustWake = shared.withLock { shared in
            change(&shared)
            defer { shared.isAwake = true }
            return !shared.isAwake
        }
        if mustWake { sluice_eventfd_signal(wakeEvent) }
    }

    // MARK: Memory

    /// Gives a stream that is about to send its memory for that, if none has it.
    func lendQueue(to queue: inout [UInt8]) {
        preconditionOnLoop()
        if queue.capacity == 0 { swap(&queue, &spareQueue) }
    }

    /// Takes back the memory of a stream that has sent all. What is unusually large is freed.
    func takeBackQueue(_ queue: inout [UInt8]) {
        preconditionOnLoop()
        queue.removeAll(keepingCapacity: queue.capacity <= Self.spareQueueLimit)
        if spareQueue.capacity == 0 { swap(&queue, &spareQueue) }
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
                // What one connection sets off comes to rest before the next is looked at: its bytes are then still near
                // the processor, and the memory that it lets go of is there for the next.
                runJobs()
            }
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
            arrived.forgotten = shared.forgotten
            shared = Shared()
        }
        jobs.append(contentsOf: arrived.jobs)
        for token in arrived.forgotten { waitPoints[token] = nil }
        for signal in arrived.signals {
            waitPoints[signal.token]?.wake(signal.reason, generation: signal.generation)
        }
    }

    /// Runs what is queued, and what that queues in turn, but not for ever, so that a busy actor cannot starve the
    /// descriptors.
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
        } else if let point = waitPoints[token] {
            point.report(
                isReadable: event & SLUICE_EPOLL_READABLE != 0, hasEnded: event & SLUICE_EPOLL_ENDED != 0)
        }
    }

    /// Milliseconds to the next deadline, rounded up; 0 with work queued; -1 for ever.
    private func timeout() -> Int32 {
        guard jobs.isEmpty else { return 0 }
        guard earliestDeadline < .never else { return -1 }
        let now = Deadline.now
        guard now < earliestDeadline else { return 0 }
        return Int32(clamping: (earliestDeadline.nanoseconds - now.nanoseconds + 999_999) / 1_000_000)
    }

    /// Deadlines are mostly pushed back and rarely met, so instead of an ordered queue there is one lower bound:
    /// when it passes, all wait points are looked at once and the bound is set anew.
    private func expireDeadlines() {
        guard earliestDeadline < .never else { return }
        let now = Deadline.now
        guard earliestDeadline <= now else { return }
        earliestDeadline = .never
        for point in waitPoints.values {
            if point.deadline <= now {
                point.wake(.deadlinePassed)
            } else {
                note(point.deadline)
            }
        }
    }
}
