import BIOTransport
import MailStorage
import POP3Wire

extension POP3Session {
    /// Retrieves whole messages (RFC 1939 §5, RETR), several on their way at once where the server can take that.
    ///
    /// Nothing is read from the server before the loop asks for it, so a slow consumer slows the server down, and
    /// memory holds one batch. A message that cannot be had ends the sequence with an error; `retrieveInChunks` goes
    /// on.
    public nonisolated func retrieve(
        _ selection: MessageSelection, deleting: DeletionPolicy = .never
    ) -> MessageSequence {
        MessageSequence(chunks: ChunkSequence(session: self, selection: selection, threshold: .max, deleting: deleting))
    }

    /// Retrieves messages, those of `threshold` octets or more in chunks, so that none has to fit in memory.
    ///
    /// Mark messages as deleted by `delete` within the loop, whenever they are durable.
    public nonisolated func retrieveInChunks(
        _ selection: MessageSelection, threshold: Int = 4 * 1024 * 1024
    ) -> ChunkSequence {
        ChunkSequence(session: self, selection: selection, threshold: threshold, deleting: .never)
    }

    /// Replies after which pipelining counts as working, so that a silence is put down to the network.
    private static let convincingReplies = 64

    var mayPipeline: Bool {
        configuration.pipelining.isEnabled && !pipeliningIsBroken && announcesPipelining
    }

    /// Of this capability it makes no difference whether the session has logged in (RFC 2449 §6.6).
    private var announcesPipelining: Bool {
        (knownCapabilities ?? capabilitiesBeforeLogin)?.supports("PIPELINING") ?? false
    }

    // MARK: Beginning

    func beginRetrieval(
        _ selection: MessageSelection, threshold: Int, handle: Retrieval.Handle, consumer: Retrieval.Consumer
    ) async throws(POP3Error) {
        try await takeTurn()
        defer { endTurn() }
        try requireTransaction("RETR")
        let maildrop: MaildropSummary
        if case .listed(let listing, _) = selection {
            maildrop = listing
        } else {
            maildrop = try await readMaildrop()
        }
        scanner.limits.streamingThreshold = threshold
        retrieval = Retrieval(
            maildrop: maildrop, plan: try plan(selection, maildrop), handle: handle, consumer: consumer)
    }

    private func plan(
        _ selection: MessageSelection, _ maildrop: MaildropSummary
    ) throws(POP3Error) -> [Retrieval.Planned] {
        func planned(_ position: Int) -> Retrieval.Planned {
            Retrieval.Planned(
                number: maildrop.sizes.number(at: position), size: maildrop.sizes.size(at: position) ?? 0,
                position: position)
        }
        switch selection {
        case .all: return maildrop.indices.map(planned)
        case .listed(_, let positions): return positions.map(planned)
        case .matching(let isWanted): return maildrop.indices.filter { isWanted(maildrop[$0]) }.map(planned)
        case .numbers(let numbers):
            var plan: [Retrieval.Planned] = []
            for number in numbers {
                guard let position = maildrop.sizes.index(ofNumber: number) else {
                    throw POP3Error(
                        .invalidArgument("the maildrop has no message \(number)"), command: "RETR \(number)",
                        message: number)
                }
                plan.append(planned(position))
            }
            return plan
        }
    }

    /// LIST and UIDL, together where the server can take that.
    func readMaildrop() async throws(POP3Error) -> MaildropSummary {
        if !announcesPipelining { _ = try await readCapabilities() }
        while true {
            let isTogether = mayPipeline
            do throws(POP3Error) {
                return try await readListings(together: isTogether)
            } catch {
                guard isTogether, error.mayComeFromPipelining else { throw error }
                try await reconnectWithoutPipelining(after: error)
            }
        }
    }

    private func readListings(together: Bool) async throws(POP3Error) -> MaildropSummary {
        let list = try POP3Command.checked("LIST", reply: .lines)
        let uidl = try POP3Command.checked("UIDL", reply: .lines)
        try send(list)
        if together { try send(uidl) }
        let limit = together ? stallLimit(repliesSoFar: 0) : commandLimit
        var sizes = MaildropListing(limit: configuration.limits.listingEntries)
        let listStatus = try await nextStatus(limit, "LIST")
        if listStatus.isOK {
            try await readListing("LIST", into: &sizes) { listing, line throws(ListingError) in
                try listing.appendSize(line)
            }
        }
        if !together { try send(uidl) }
        var uniqueIDs = MaildropListing(limit: configuration.limits.listingEntries)
        let uidlStatus = try await nextStatus(limit, "UIDL")
        if uidlStatus.isOK {
            try await readListing("UIDL", into: &uniqueIDs) { listing, line throws(ListingError) in
                try listing.appendUniqueID(line)
            }
        } else {
            ownQuirks.insert(.noUniqueIDs)
        }
        guard listStatus.isOK else { throw refusal(listStatus, "LIST") }
        noteQuirks(of: sizes, uidlStatus.isOK ? uniqueIDs : nil)
        return MaildropSummary(sizes: sizes, uniqueIDs: uidlStatus.isOK ? uniqueIDs : nil)
    }

    /// Not inlined: a thousand sessions that wait here at once have a frame each, and need not have this one twice.
    @inline(never)
    private func readListing(
        _ command: String, into listing: inout MaildropListing,
        _ append: (inout MaildropListing, MessageBytes) throws(ListingError) -> Void
    ) async throws(POP3Error) {
        // The session's own state must not be held while waiting, so the listing is filled beside it.
        var filling = listing
        try await readLines(command) { line throws(POP3Error) in
            do throws(ListingError) {
                try append(&filling, line)
            } catch {
                throw POP3Error(error, command: command)
            }
        }
        listing = filling
    }

    private func noteQuirks(of sizes: MaildropListing, _ uniqueIDs: MaildropListing?) {
        if sizes.hasExtraSpaces || uniqueIDs?.hasExtraSpaces ?? false { ownQuirks.insert(.extraSpacesInListing) }
        guard let uniqueIDs else { return }
        if sizes.count != uniqueIDs.count { ownQuirks.insert(.incompleteListing) }
        if uniqueIDs.hasDuplicateValues { ownQuirks.insert(.duplicateUniqueID) }
    }

    // MARK: Batches

    /// What comes next: at least one event, or the end.
    func nextBatch() async throws(POP3Error) -> RetrievalBatch {
        guard turns.tryTake() else { throw POP3Error(.busy) }
        defer { endTurn() }
        if let error = pendingFailure {
            pendingFailure = nil
            throw error
        }
        guard retrieval != nil else { throw POP3Error(.notConnected, command: "RETR") }
        retrieval?.takeConfirmed()
        var batch = RetrievalBatch()
        do throws(POP3Error) {
            try await collect(&batch)
        } catch {
            // What came whole before the failure is given first.
            guard batch.events.isEmpty else {
                pendingFailure = error
                return batch
            }
            guard try await recover(from: error) else { throw error }
            try await collect(&batch)
        }
        return batch
    }

    private func collect(_ batch: inout RetrievalBatch) async throws(POP3Error) {
        rate.restart()
        var limit: TimeLimit?
        while true {
            while !batch.isFull, let event = try scan(commandOnItsWay) { take(event, &batch) }
            fillPipeline(&batch)
            guard let retrieval else { throw POP3Error(.notConnected, command: "RETR") }
            if retrieval.isFinished {
                // The consumer may still confirm what it is given now, so the end is told apart from the last messages.
                guard batch.events.isEmpty else { return }
                self.retrieval = nil
                batch.isFinal = true
                return
            }
            // The server gets its next commands before the consumer its batch, so that both work at once.
            try sendQueued(commandOnItsWay)
            if batch.isFull { return }
            switch try receive(commandOnItsWay) {
            case .bytes: limit = scanner.isWithinReply ? bodyLimit : nil
            case .end:
                guard let event = try finishAtEnd(commandOnItsWay) else {
                    throw fail(POP3Error(.transport(.closedByPeer), command: commandOnItsWay))
                }
                take(event, &batch)
            case .wouldBlock:
                if try await gatherArrivals(commandOnItsWay) { continue }
                if !batch.events.isEmpty { return }
                let waiting = limit ?? stallLimit(repliesSoFar: retrieval.pipelinedReplies)
                limit = waiting
                if let event = try await waitForBytes(waiting, commandOnItsWay) { take(event, &batch) }
            }
        }
    }

    /// How long small arrivals are let gather while several replies are on their way: to be woken for each costs more
    /// than to read it.
    private static let gatheringTime: Duration = .milliseconds(1)
    /// What is worth being woken for at once.
    private static let gatheringOctets = 256 * 1024

    /// Lets arrivals gather briefly where more than one reply is on its way; false if they came to little.
    private func gatherArrivals(_ command: @autoclosure () -> String) async throws(POP3Error) -> Bool {
        guard let stream, let retrieval, retrieval.onTheirWay.count > 1 else { return false }
        let octets = min(Self.gatheringOctets, retrieval.octetsOnTheirWay / 8 * 7)
        ReceiveBlocks.lend(from: &scanner)
        do throws(TransportError) {
            return try await stream.waitForArrival(of: octets, until: .after(Self.gatheringTime))
        } catch {
            throw fail(POP3Error(.transport(error), command: command()))
        }
    }

    /// Of several commands sent at once the first reply is waited for less long, until pipelining has proved to work.
    private func stallLimit(repliesSoFar: Int) -> TimeLimit {
        let timeouts = configuration.timeouts
        let isOnTrial = mayPipeline && repliesSoFar < Self.convincingReplies
        return TimeLimit(.command, isOnTrial ? min(timeouts.pipeliningStall, timeouts.command) : timeouts.command)
    }

    /// The command whose reply is due, for errors.
    private var commandOnItsWay: String {
        switch retrieval?.onTheirWay.first {
        case .message(let planned): "RETR \(planned.number)"
        case .deletion(let number): "DELE \(number)"
        case nil: "RETR"
        }
    }

    /// Sends as many commands as the window allows. It is filled up only when half empty, to send many at once.
    private func fillPipeline(_ batch: inout RetrievalBatch) {
        let window = mayPipeline ? max(1, configuration.pipelining.commands) : 1
        guard let stream, let current = retrieval, current.onTheirWay.count <= window / 2 else { return }
        var line: [UInt8] = []
        while current.onTheirWay.count < window, let number = current.deletions.popLast() {
            log.sent("DELE \(number)")
            POP3Command.write("DELE", number, into: &line)
            scanner.expect(.status)
            current.onTheirWay.append(.deletion(number: number))
        }
        while !current.isWindingUp, current.onTheirWay.count < window, current.nextToSend < current.plan.count {
            let planned = current.plan[current.nextToSend]
            if planned.size > configuration.limits.messageSize {
                current.nextToSend += 1
                batch.events.append(tooLarge(current.summary(planned)))
                continue
            }
            let fits = current.octetsOnTheirWay + planned.size <= configuration.pipelining.octets
            guard fits || current.onTheirWay.isEmpty else { break }
            current.nextToSend += 1
            current.octetsOnTheirWay += planned.size
            log.sent("RETR \(planned.number)")
            POP3Command.write("RETR", planned.number, into: &line)
            scanner.expect(.message, size: planned.size)
            current.onTheirWay.append(.message(planned))
        }
        if !line.isEmpty { stream.queue(line) }
    }

    private func tooLarge(_ summary: MessageSummary) -> RetrievalEvent {
        .failure(
            summary,
            POP3Error(
                .messageTooLarge(listed: summary.size, limit: configuration.limits.messageSize),
                command: "RETR \(summary.number)", message: summary.number))
    }

    private func take(_ event: WireEvent, _ batch: inout RetrievalBatch) {
        switch event {
        case .status(let status): take(status, &batch)
        case .message(let bytes, let isLast):
            batch.octets += bytes.count
            take(bytes, isLast: isLast, &batch)
        case .line, .endOfLines: break
        }
    }

    private func take(_ status: StatusLine, _ batch: inout RetrievalBatch) {
        log.received(status)
        guard let retrieval, let sent = retrieval.onTheirWay.first else { return }
        if retrieval.onTheirWay.count > 1 { retrieval.pipelinedReplies += 1 }
        switch sent {
        case .deletion(let number):
            retrieval.onTheirWay.removeFirst()
            if status.isOK {
                retrieval.deleted.append(number)
            } else {
                let summary = MessageSummary(number: number, size: 0, uniqueID: nil)
                batch.events.append(.failure(summary, refusal(status, "DELE \(number)", message: number)))
            }
        case .message(let planned):
            guard !status.isOK else { return }
            retrieval.onTheirWay.removeFirst()
            retrieval.octetsOnTheirWay -= planned.size
            let refusal = refusal(status, "RETR \(planned.number)", message: planned.number)
            batch.events.append(.failure(retrieval.summary(planned), refusal))
        }
    }

    private func take(_ bytes: MessageBytes, isLast: Bool, _ batch: inout RetrievalBatch) {
        guard let retrieval, case .message(let planned) = retrieval.onTheirWay.first else { return }
        let isFirst = retrieval.octetsGiven == 0
        let size = retrieval.octetsGiven + bytes.count
        retrieval.octetsGiven = isLast ? 0 : size
        if isLast {
            log.received(message: planned.number, size: size)
            if size != planned.size { ownQuirks.insert(.wrongListedSize) }
            retrieval.onTheirWay.removeFirst()
            retrieval.octetsOnTheirWay -= planned.size
        }
        let chunk = MessageChunk(summary: retrieval.summary(planned), bytes: bytes, isFirst: isFirst, isLast: isLast)
        batch.events.append(.chunk(chunk))
    }

    /// Reads and drops what an abandoned retrieval still has on its way, and marks what its consumer had confirmed.
    func drainAbandoned() async throws(POP3Error) {
        retrieval?.isWindingUp = true
        retrieval?.takeConfirmed()
        while retrieval != nil {
            var dropped = RetrievalBatch()
            try await collect(&dropped)
        }
    }
}
