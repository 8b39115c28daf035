import BIOTransport
import POP3Wire

extension POP3Error {
    /// Whether a server that cannot handle several commands at once fails like this.
    var mayComeFromPipelining: Bool {
        switch reason {
        case .transport(.timedOut), .transport(.closedByPeer), .transport(.connectionLost): true
        default: isDesynchronisation
        }
    }

    /// Whether replies and commands no longer match, for all that is known.
    var isDesynchronisation: Bool {
        switch reason {
        case .badResponse, .desynchronised, .lineTooLong: true
        default: false
        }
    }

    /// Whether a session can go on over another connection after this.
    var mayBeRecovered: Bool {
        if case .messageTooLarge(nil, _) = reason { return true }
        return mayComeFromPipelining
    }
}

extension POP3Session {
    /// Connections in a row that may fail at one message each, before the session does.
    private static let toleratedFailures = 3
    /// Connections that may fail at a message that is retrieved by itself, before it is given up.
    private static let attemptsAlone = 2

    // MARK: Another connection

    /// Connects and logs in again in the place of a connection that has failed; `serially` if from now on one command at
    /// a time is to be sent. A retrieval stays with the opening, to go on once its messages are found again.
    func reconnect(after error: POP3Error, serially: Bool) async throws(POP3Error) {
        guard case .failed(let failure) = state, let credential = failure.connection.credential else { throw error }
        log.note("\(error); going on over a new connection\(serially ? ", one command at a time" : "")", nil)
        if serially, !pipeliningIsBroken {
            pipeliningIsBroken = true
            if failure.connection.announcesPipelining { ownQuirks.insert(.brokenPipelining) }
        }
        // A server that still holds the maildrop's lock for the old connection would refuse the new one.
        await failure.connection.stream.closeAfterPeer(
            until: loop.clock.deadline(after: configuration.timeouts.closing))
        guard case .failed(let current) = state, current === failure else { throw POP3Error(.transport(.closed)) }
        failure.connection.close()
        let opening = Opening(for: failure.retrieval)
        state = .opening(opening)
        do throws(POP3Error) {
            let connection = try await openAgain(opening, credential, failure.connection.loginDelay)
            ownQuirks.insert(.reconnected)
            SessionMetrics.reconnected()
            if opening.retrieval == nil { state = .ready(connection) }
        } catch {
            close()
            throw error
        }
    }

    /// Connects and logs in, as often as patience allows: the server may hold the maildrop's lock for the old connection.
    private func openAgain(
        _ opening: Opening, _ credential: POP3Credential, _ knownDelay: Duration?
    ) async throws(POP3Error) -> POP3Connection {
        let end = loop.clock.deadline(after: configuration.timeouts.reconnectPatience)
        var delay = configuration.timeouts.reconnectDelay
        while true {
            do throws(POP3Error) {
                try await logIn(credential, try await open(opening))
                return try requireConnection("AUTH")
            } catch {
                var pause = delay
                if error.responseCode == .loginDelay, let known = opening.connection?.loginDelay ?? knownDelay {
                    pause = max(pause, known)
                }
                guard case .opening(let current) = state, current === opening, error.mayPassAfterUncleanEnd,
                    loop.clock.deadline(after: pause) <= end
                else { throw error }
                disconnect()
                log.note("\(error); trying again in \(pause)", nil)
                try await wait(pause, opening)
                delay = min(delay * 2, .seconds(60))
            }
        }
    }

    private func wait(_ duration: Duration, _ opening: Opening) async throws(POP3Error) {
        let waiter = Waiter(on: loop)
        opening.pause = waiter
        let outcome = await waiter.wait(until: loop.clock.deadline(after: duration))
        waiter.close()
        opening.pause = nil
        switch outcome {
        case .cancelled: throw POP3Error(.transport(.cancelled))
        case .closed: throw POP3Error(.transport(.closed))
        case .signalled, .deadlinePassed: return
        }
    }

    // MARK: A retrieval over another connection

    /// Goes on with a retrieval whose connection has failed with `error`; false where that is of no use.
    ///
    /// Nothing that has arrived since the last barrier counts, and it is retrieved again. After replies have stopped to
    /// match commands, what was about to be confirmed then is retrieved by itself.
    func recover(
        _ failure: Failure, from error: POP3Error, _ batch: inout RetrievalBatch
    ) async throws(POP3Error) -> Bool {
        guard let failed = failure.retrieval, !failed.queue.isWindingUp, failure.connection.isLoggedIn else {
            return false
        }
        let isTooLarge = error.isTooLarge
        guard
            isTooLarge || error.isDesynchronisation
                || (mayPipeline(over: failure.connection) && failed.queue.inFlight.count > 1)
        else {
            return false
        }
        var (messages, deletions) = failed.unanswered()
        let isByItself = messages.count == 1
        if isTooLarge {
            // The message after those that have arrived is the one that was arriving.
            let index = failed.unconfirmed.count
            guard index < messages.count else { return false }
            giveUp(messages.remove(at: index), error, failed, &batch)
        } else if error.isDesynchronisation {
            if isByItself {
                messages[0] = messages[0].again { $0.failures += 1 }
                if messages[0].retry?.failures ?? 0 >= Self.attemptsAlone {
                    giveUp(messages.removeFirst(), error, failed, &batch)
                }
            } else if messages.isEmpty {
                failed.idleFailures += 1
                guard failed.idleFailures < Self.toleratedFailures else { return false }
            } else {
                // Where the replies went astray is among these; the others have not been answered.
                let suspects = min(failed.unconfirmed.count + 1, messages.count)
                for index in 0..<suspects { messages[index] = messages[index].again() }
            }
        } else {
            BrokenPipelining.remember(endpoint)
        }
        guard failed.failuresInARow <= Self.toleratedFailures else { return false }
        let plan = messages + failed.queue.unsent()
        try await reconnect(after: error, serially: !isTooLarge)
        let present = try await readMaildrop()
        let connection = try requireConnection("RETR")
        renumbering = Renumbering(from: failed.maildrop, to: present, marked: marked)
        retrievedHere.removeAll()
        var remaining: [Retrieval.Planned] = []
        for var planned in plan {
            let number = failed.maildrop.number(at: planned.position)
            guard let now = renumbering?.number(at: planned.position) else {
                batch.appendFailure(failed.summary(planned), notIdentified("RETR", number))
                continue
            }
            planned.number = now
            remaining.append(planned)
        }
        // What the old connection had marked is not deleted: it had no QUIT.
        deletions += marked.keys.sorted()
        marked.removeAll()
        failed.restart(plan: remaining, deletions: deletions)
        state = .retrieving(connection, failed)
        return true
    }

    private func giveUp(
        _ planned: Retrieval.Planned, _ error: POP3Error, _ failed: Retrieval, _ batch: inout RetrievalBatch
    ) {
        failed.failuresInARow += 1
        let summary = failed.summary(planned)
        batch.appendFailure(summary, POP3Error(error.reason, command: error.command, message: summary.number))
    }

    // MARK: Numbers

    /// Takes note of a listing that the caller gets: its numbers are those of this connection.
    func take(listing: MaildropSummary) {
        lastListing = listing
        retrievedHere.removeAll()
        guard let renumbering else { return }
        // Old numbers would name other messages from now on.
        var present: [Int: MessageSummary?] = [:]
        for (number, summary) in marked {
            guard let now = renumbering.mark(of: number) ?? renumbering.number(of: number) else { continue }
            present[now] = summary
        }
        marked = present
        self.renumbering = nil
    }

    /// Takes note that the server has marked the message with the caller's `number`, and which one that is.
    func noteMark(of number: Int) {
        let listing = currentRetrieval?.maildrop ?? lastListing
        marked[number] = .some(listing?.position(ofNumber: number).flatMap { listing?[$0] })
    }

    /// The number on this connection of the message that has `number` in the caller's listing.
    func currentNumber(of number: Int) throws(POP3Error) -> Int {
        guard let renumbering else { return number }
        guard let now = renumbering.number(of: number) else { throw notIdentified("the message", number) }
        return now
    }

    /// The same, of a message that may be deleted: its id is its own, or it was retrieved on this connection. Nil where
    /// it is not certain which one it is.
    func deletableNumber(of number: Int) -> Int? {
        guard let renumbering else { return number }
        return renumbering.number(of: number, isCertain: !retrievedHere.contains(number))
            ?? renumbering.mark(of: number)
    }

    func notIdentified(_ command: String, _ number: Int) -> POP3Error {
        POP3Error(
            .notIdentified("after a new connection it is not certain which message was \(number)"), command: command,
            message: number)
    }
}

extension POP3Error {
    fileprivate var isTooLarge: Bool {
        if case .messageTooLarge(nil, _) = reason { true } else { false }
    }

    /// Whether to try again to log in after a connection that had no clean end: the server may hold the maildrop's lock
    /// for it still, which some report as a wrong password.
    fileprivate var mayPassAfterUncleanEnd: Bool {
        switch reason {
        case .authentication(.rejected), .refused: true
        case .transport(.notConnected), .transport(.timedOut), .transport(.closedByPeer), .transport(.connectionLost),
            .transport(.tooSlow):
            true
        default: false
        }
    }
}
