/// Runs tasks on the thread of an event loop that prefer it; actors have the loop itself as their executor.
package final class EventLoopTaskExecutor: TaskExecutor {
    // The loop lives as long as the process.
    private unowned let loop: EventLoop

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        loop.enqueue(EventLoop.Job(UnownedJob(job), .none, isPreferred: true))
    }
}
