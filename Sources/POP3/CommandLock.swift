import DequeModule

/// Serialises the commands of several tasks, in order of arrival: an actor admits other tasks at each suspension point,
/// a connection does not.
struct CommandLock {
    private var isHeld = false
    private var waiting: Deque<(id: UInt64, continuation: CheckedContinuation<Bool, Never>)> = []
    private var nextID: UInt64 = 0

    /// Acquires the lock if it is free.
    mutating func tryAcquire() -> Bool {
        guard !isHeld else { return false }
        isHeld = true
        return true
    }

    mutating func makeID() -> UInt64 {
        nextID += 1
        return nextID
    }

    mutating func wait(_ id: UInt64, _ continuation: CheckedContinuation<Bool, Never>) {
        waiting.append((id, continuation))
    }

    /// Ends a wait without the lock: the continuation gets false.
    mutating func cancel(_ id: UInt64) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).continuation.resume(returning: false)
    }

    /// Passes the lock to the task that has waited longest.
    mutating func release() {
        guard let next = waiting.popFirst() else {
            isHeld = false
            return
        }
        next.continuation.resume(returning: true)
    }
}

extension POP3Session {
    /// Runs `body` with the connection to itself. Errors name the endpoint and the user.
    func exclusively<Result>(
        _ body: () async throws(POP3Error) -> Result
    ) async throws(POP3Error) -> Result {
        do throws(POP3Error) {
            try await acquire()
            defer { release() }
            return try await body()
        } catch {
            SessionMetrics.failed(error)
            throw error.from(origin)
        }
    }

    /// Waits until the connection is free and up. A retrieval that is under way is given up: its replies in flight are
    /// read and dropped, and its loop gets an error when it asks for more.
    func acquire() async throws(POP3Error) {
        if !commandLock.tryAcquire() {
            let id = commandLock.makeID()
            let isAcquired = await withTaskCancellationHandler {
                await withCheckedContinuation { commandLock.wait(id, $0) }
            } onCancel: {
                Task { await self.cancelWait(id) }
            }
            guard isAcquired else { throw POP3Error(.transport(.cancelled)) }
        }
        do throws(POP3Error) {
            if case .idle(let credential) = state { try await openAwaited(credential) }
            if case .retrieving = state { try await drainAbandoned() }
        } catch {
            release()
            throw error
        }
    }

    /// Lets the next task use the connection.
    func release() {
        // No command goes on from a failure that no retrieval has.
        if case .failed(let failure) = state, failure.retrieval == nil { disconnect() }
        connection?.releaseBlock()
        commandLock.release()
    }

    private func cancelWait(_ id: UInt64) {
        commandLock.cancel(id)
    }
}
