import BIOTransport
import MessageBuffers
import POP3Wire

extension POP3Session {
    /// Retrieves whole messages (RFC 1939 §5, RETR), several in flight at once where the server can take that.
    ///
    /// A message is given once it is confirmed: the server has answered a question about the maildrop in its place, so
    /// that replies and commands are known to match, and nothing about the message is suspicious, or it has come twice
    /// the same. Where replies stop to match, what is not confirmed is retrieved again over a new connection.
    ///
    /// Nothing is read from the server before the loop asks for it, so a slow consumer slows the server down, and
    /// memory holds one batch. A message that cannot be had ends the sequence with an error; `retrieveInChunks` goes
    /// on. Any other command of the session but `delete` gives the retrieval up.
    public nonisolated func retrieve(
        _ selection: MessageSelection, deleting: DeletionPolicy = .never
    ) -> MessageSequence {
        MessageSequence(chunks: ChunkSequence(session: self, selection: selection, threshold: .max, deleting: deleting))
    }

    /// Retrieves messages, those of `threshold` bytes or more in chunks, so that none has to fit in memory.
    ///
    /// The last chunk of a message is given once the message is confirmed, as with `retrieve`. Mark messages as deleted
    /// by `delete` within the loop, whenever they are durable.
    public nonisolated func retrieveInChunks(
        _ selection: MessageSelection, threshold: Int = 4 * 1024 * 1024
    ) -> ChunkSequence {
        ChunkSequence(session: self, selection: selection, threshold: threshold, deleting: .never)
    }

    /// Replies after which pipelining counts as working, so that a silence is put down to the network.
    private static let pipeliningProbationReplies = 64

    func mayPipeline(over connection: POP3Connection) -> Bool {
        configuration.pipelining.isEnabled && !pipeliningIsBroken && connection.announcesPipelining
    }

    // MARK: Beginning

    func beginRetrieval(
        _ selection: MessageSelection, threshold: Int, handle: Retrieval.Handle, consumer: Retrieval.Consumer
    ) async throws(POP3Error) {
        try await exclusively { () async throws(POP3Error) in
            try await startRetrieval(selection, threshold, handle, consumer)
        }
    }

    private func startRetrieval(
        _ selection: MessageSelection, _ threshold: Int, _ handle: Retrieval.Handle, _ consumer: Retrieval.Consumer
    ) async throws(POP3Error) {
        try requireTransaction("RETR")
        let maildrop: MaildropSummary
        if case .listed(let listing, _) = selection {
            maildrop = listing
        } else {
            maildrop = try await readMaildrop()
            take(listing: maildrop)
        }
        let (plan, unidentified) = try plan(selection, maildrop)
        let limit = configuration.limits.messageSize
        let retrieval = Retrieval(
            maildrop: maildrop, plan: plan, unidentified: unidentified, threshold: threshold, handle: handle,
            consumer: consumer)
        if plan.contains(where: { $0.size ?? 0 > limit }) {
            retrieval.listedSizesAreDoubtful = try await !listedSizesAgree(of: maildrop)
        }
        state = .retrieving(try requireTransaction("RETR"), retrieval)
    }

    private func plan(
        _ selection: MessageSelection, _ maildrop: MaildropSummary
    ) throws(POP3Error) -> (plan: [Retrieval.Planned], unidentified: [Int]) {
        var positions: [Int] = []
        switch selection {
        case .all: positions = Array(maildrop.indices)
        case .listed(_, let listed): positions = listed
        case .matching(let isWanted): positions = maildrop.indices.filter { isWanted(maildrop[$0]) }
        case .numbers(let numbers):
            for number in numbers {
                guard let position = maildrop.position(ofNumber: number) else {
                    throw POP3Error(
                        .invalidArgument("the maildrop has no message \(number)"), command: "RETR \(number)",
                        message: number)
                }
                positions.append(position)
            }
        }
        var plan: [Retrieval.Planned] = []
        plan.reserveCapacity(positions.count)
        var unidentified: [Int] = []
        for position in positions {
            if let number = try? currentNumber(of: maildrop.number(at: position)) {
                plan.append(Retrieval.Planned(number: number, size: maildrop.size(at: position), position: position))
            } else {
                unidentified.append(position)
            }
        }
        return (plan, unidentified)
    }

    /// Asks whether STAT and LIST agree on the size of the maildrop: whether a message is refused because LIST says that
    /// it is too large depends on that.
    private func listedSizesAgree(of maildrop: MaildropSummary) async throws(POP3Error) -> Bool {
        let status = try await perform(try POP3Command.checked("STAT", reply: .status))
        guard status.isOK, let told = Self.statistics(status.text) else { return false }
        var sum = 0
        for summary in maildrop where marked[summary.number] == nil {
            guard let size = summary.size else { return false }
            sum = sum.addingReportingOverflow(size).partialValue
        }
        return sum == told.size
    }

    // MARK: Batches

    /// What comes next for the iterator that has `handle`: at least one event, or the end.
    func nextBatch(_ handle: Retrieval.Handle) async throws(POP3Error) -> RetrievalBatch {
        guard currentRetrieval?.handle === handle else {
            if case .closed = state { throw POP3Error(.notConnected, command: "RETR").from(origin) }
            throw POP3Error(.wrongState("a later command has given this retrieval up"), command: "RETR").from(origin)
        }
        guard commandLock.tryAcquire() else { throw POP3Error(.busy, command: "RETR").from(origin) }
        defer { release() }
        do throws(POP3Error) {
            var batch = try await makeBatch()
            batch.nameOrigin(origin)
            SessionMetrics.retrieved(batch)
            return batch
        } catch {
            // Nothing goes on from here.
            if case .failed = state { close() }
            SessionMetrics.failed(error)
            throw error.from(origin)
        }
    }

    private func makeBatch() async throws(POP3Error) -> RetrievalBatch {
        var batch = RetrievalBatch()
        if case .retrieving(_, let retrieval) = state { retrieval.takeConfirmed() }
        while true {
            if case .failed(let failure) = state, let consequence = failure.consequence {
                switch consequence {
                case .end(let error): throw error
                case .recover(let error):
                    failure.consequence = nil
                    if try await !recover(failure, from: error, &batch) {
                        guard !batch.events.isEmpty else { throw error }
                        // Messages that were given up are reported first.
                        failure.consequence = .end(error)
                        return batch
                    }
                }
            }
            do throws(POP3Error) {
                try await collect(&batch)
                return batch
            } catch {
                // What was confirmed before the failure is given first.
                if case .failed(let failure) = state { failure.consequence = .recover(error) }
                if !batch.events.isEmpty { return batch }
                guard case .failed = state else { throw error }
            }
        }
    }

    private func collect(_ batch: inout RetrievalBatch) async throws(POP3Error) {
        var limit: TimeLimit?
        try requireConnection("RETR").rate.restart()
        while true {
            guard case .retrieving(let connection, let retrieval) = state else {
                throw POP3Error(.notConnected, command: "RETR")
            }
            chooseThreshold(connection, retrieval)
            while !batch.isFull, let event = try scan(connection, retrieval.queue.commandInFlight) {
                try take(event, retrieval, &batch)
                chooseThreshold(connection, retrieval)
            }
            try fillPipeline(connection, retrieval, &batch)
            if retrieval.isFinished {
                // The consumer may still confirm what it is given now, so the end comes in a batch of its own.
                guard batch.events.isEmpty else { return }
                try requireNothingUnread(connection, retrieval.queue.commandInFlight)
                state = .ready(connection)
                batch.isFinal = true
                return
            }
            // The server gets its next commands before the consumer its batch, so that both work at once.
            if batch.isFull {
                try sendQueued(connection, retrieval)
                return
            }
            switch try receive(connection, retrieval.queue.commandInFlight) {
            case .bytes: limit = nil
            case .end:
                guard let event = try finishAtEnd(connection, retrieval.queue.commandInFlight) else {
                    throw fail(POP3Error(.transport(.closedByPeer), command: retrieval.queue.commandInFlight))
                }
                try take(event, retrieval, &batch)
            case .wouldBlock:
                if try await gatherArrivals(connection, retrieval) { continue }
                if !batch.events.isEmpty { return }
                let waiting =
                    limit
                    ?? (connection.scanner.isWithinReply ? bodyLimit : stallLimit(connection, retrieval))
                limit = waiting
                if let event = try await waitForBytes(connection, waiting, retrieval.queue.commandInFlight) {
                    try take(event, retrieval, &batch)
                }
            }
        }
    }

    /// Sends of the queue what the socket takes, without waiting.
    private func sendQueued(_ connection: POP3Connection, _ retrieval: Retrieval) throws(POP3Error) {
        do throws(TransportError) {
            try connection.stream.sendQueued()
        } catch {
            throw fail(POP3Error(.transport(error), command: retrieval.queue.commandInFlight))
        }
    }

    /// A message is given in chunks only when everything before it has been given.
    private func chooseThreshold(_ connection: POP3Connection, _ retrieval: Retrieval) {
        connection.streamingThreshold = retrieval.unconfirmed.isEmpty ? retrieval.queue.threshold : .max
    }

    /// How long small arrivals are let gather while several replies are in flight: to be woken for each costs more than to
    /// read it.
    private static let coalescingDelay: Duration = .milliseconds(1)
    /// What is worth being woken for at once, in bytes.
    private static let coalescingBytes = 256 * 1024

    /// Lets arrivals gather briefly where more than one reply is in flight; false if they came to little.
    private func gatherArrivals(
        _ connection: POP3Connection, _ retrieval: Retrieval
    ) async throws(POP3Error) -> Bool {
        guard retrieval.queue.inFlight.count > 2 else { return false }
        let bytes = min(Self.coalescingBytes, retrieval.queue.bytesInFlight / 8 * 7)
        connection.releaseBlock()
        do throws(TransportError) {
            return try await connection.stream.waitForArrival(
                of: bytes, until: loop.clock.deadline(after: Self.coalescingDelay))
        } catch {
            throw fail(POP3Error(.transport(error), command: retrieval.queue.commandInFlight))
        }
    }

    /// Of several commands sent at once a further reply is waited for less long after the first have come, until
    /// pipelining has proved to work. A server that is slow with the first is not broken.
    private func stallLimit(_ connection: POP3Connection, _ retrieval: Retrieval) -> TimeLimit {
        let timeouts = configuration.timeouts
        let isOnProbation =
            (1..<Self.pipeliningProbationReplies).contains(retrieval.queue.pipelinedReplies)
            && mayPipeline(over: connection)
        return loop.limit(.command, isOnProbation ? min(timeouts.pipeliningStall, timeouts.command) : timeouts.command)
    }

    // MARK: Sending

    /// Sends as many commands as the window allows. It is filled up only when half empty, to send many at once.
    private func fillPipeline(
        _ connection: POP3Connection, _ current: Retrieval, _ batch: inout RetrievalBatch
    ) throws(POP3Error) {
        let window = mayPipeline(over: connection) ? max(1, configuration.pipelining.commands) : 1
        guard current.queue.inFlight.count <= window / 2 else { return }
        if current.queue.inFlight.isEmpty { try requireNothingUnread(connection, "RETR") }
        for summary in current.takeUnidentified() {
            batch.appendFailure(summary, notIdentified("RETR", summary.number))
        }
        var line: [UInt8] = []
        while current.queue.hasRoom(window) {
            if let barrier = current.barrierDue(barrierQuestion) {
                log.sent(barrier.command)
                barrier.write(into: &line)
                connection.scanner.expect(barrier.reply)
                current.queue.sent(barrier)
            } else if let number = current.queue.takeDeletion() {
                mark(number, connection, current, &line, &batch)
            } else if let planned = current.queue.next {
                guard sendNext(planned, connection, current, &line, &batch) else { break }
            } else {
                break
            }
        }
        if !line.isEmpty { connection.stream.enqueue(line) }
    }

    /// Has the message with the caller's `number` marked as deleted, if it is certain which one that is.
    private func mark(
        _ number: Int, _ connection: POP3Connection, _ current: Retrieval, _ line: inout [UInt8],
        _ batch: inout RetrievalBatch
    ) {
        guard let present = deletableNumber(of: number) else {
            batch.appendFailure(current.summary(ofNumber: number), notIdentified("DELE", number))
            return
        }
        log.sent("DELE \(present)")
        POP3Command.write("DELE", present, into: &line)
        connection.scanner.expect(.status)
        current.queue.sentDeletion(of: number)
    }

    /// Sends or skips the next message; false where the window has no room for it yet.
    private func sendNext(
        _ planned: Retrieval.Planned, _ connection: POP3Connection, _ current: Retrieval, _ line: inout [UInt8],
        _ batch: inout RetrievalBatch
    ) -> Bool {
        if let size = planned.size, size > configuration.limits.messageSize, planned.retry == nil {
            let isBelieved = !current.listedSizesAreDoubtful || current.sizes.isReliable
            current.queue.skipNext(later: !isBelieved)
            if isBelieved {
                let summary = current.summary(planned)
                batch.appendFailure(summary, tooLarge(summary, listed: size))
            }
            return true
        }
        let fits = current.queue.bytesInFlight + planned.windowSize <= configuration.pipelining.bytes
        guard current.queue.inFlight.isEmpty || (fits && planned.retry == nil) else { return false }
        log.sent("RETR \(planned.number)")
        POP3Command.write("RETR", planned.number, into: &line)
        connection.scanner.expect(.message, size: planned.size)
        current.queue.sentNext()
        return true
    }

    private func tooLarge(_ summary: MessageSummary, listed: Int?) -> POP3Error {
        POP3Error(
            .messageTooLarge(listed: listed, limit: configuration.limits.messageSize),
            command: "RETR \(summary.number)", message: summary.number)
    }

    /// Reads and drops what an abandoned retrieval still has in flight, and marks what its consumer had confirmed.
    func drainAbandoned() async throws(POP3Error) {
        currentRetrieval?.windUp()
        while case .retrieving = state {
            var dropped = RetrievalBatch()
            try await collect(&dropped)
        }
    }
}
