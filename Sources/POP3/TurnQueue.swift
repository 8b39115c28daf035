/// Who may use the connection, in order of arrival: an actor lets others in at each `await`, a protocol does not.
struct TurnQueue {
    private var isTaken = false
    private var waiting: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    private var nextID: UInt64 = 0

    /// Takes the turn if it is free.
    mutating func tryTake() -> Bool {
        guard !isTaken else { return false }
        isTaken = true
        return true
    }

    mutating func makeID() -> UInt64 {
        nextID += 1
        return nextID
    }

    mutating func wait(_ id: UInt64, _ continuation: CheckedContinuation<Bool, Never>) {
        waiting.append((id, continuation))
    }

    /// Gives up waiting: the continuation gets false.
    mutating func cancel(_ id: UInt64) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).continuation.resume(returning: false)
    }

    /// Hands the turn to whoever waits longest.
    mutating func end() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().continuation.resume(returning: true)
        }
    }
}

extension POP3Session {
    /// Waits for the connection to be free and up. A retrieval that is under way is given up: its replies in flight are
    /// read and dropped, and its loop gets an error when it asks for more.
    func takeTurn() async throws(POP3Error) {
        if !turns.tryTake() {
            let id = turns.makeID()
            let isMine = await withTaskCancellationHandler {
                await withCheckedContinuation { turns.wait(id, $0) }
            } onCancel: {
                Task { await self.cancelTurn(id) }
            }
            guard isMine else { throw POP3Error(.transport(.cancelled)) }
        }
        do throws(POP3Error) {
            try await openIfAwaited()
            if retrieval != nil { try await drainAbandoned() }
        } catch {
            endTurn()
            throw error
        }
    }

    func endTurn() {
        if pendingFailure == nil {
            // Nobody goes on from the failure.
            failedStream?.close()
            failedStream = nil
        }
        ReceiveBlocks.lend(from: &scanner)
        turns.end()
    }

    private func cancelTurn(_ id: UInt64) {
        turns.cancel(id)
    }
}
