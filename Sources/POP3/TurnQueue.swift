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
    /// Waits for the connection to be free and up, and for a retrieval that its consumer has left to be drained.
    func takeTurn() async throws(POP3Error) {
        if let retrieval {
            guard retrieval.isAbandoned else { throw POP3Error(.busy) }
        }
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
            if let retrieval, retrieval.isAbandoned { try await drainAbandoned() }
        } catch {
            endTurn()
            throw error
        }
    }

    func endTurn() {
        ReceiveBlocks.lend(from: &scanner)
        turns.end()
    }

    private func cancelTurn(_ id: UInt64) {
        turns.cancel(id)
    }
}
