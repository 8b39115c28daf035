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

    /// Connects and logs in again; `serially` if from now on one command at a time is to be sent.
    func reconnect(after error: POP3Error, serially: Bool) async throws(POP3Error) {
        guard let credential else { throw error }
        log.note("\(error); going on over a new connection\(serially ? ", one command at a time" : "")", nil)
        let closes = closeCount
        if let stream = failedStream {
            failedStream = nil
            // A server that still holds the maildrop's lock for the old connection would refuse the new one.
            await stream.closeAfterPeer(until: loop.clock.deadline(after: configuration.timeouts.closing))
        }
        guard closes == closeCount else { throw POP3Error(.transport(.closed)) }
        disconnect()
        if serially, !pipeliningIsBroken {
            pipeliningIsBroken = true
            if announcesPipelining { ownQuirks.insert(.brokenPipelining) }
        }
        let patience = loop.clock.deadline(after: configuration.timeouts.reconnectPatience)
        var delay = configuration.timeouts.reconnectDelay
        while true {
            do throws(POP3Error) {
                try await open()
                try await logIn(credential)
                break
            } catch {
                var pause = delay
                if error.responseCode == "LOGIN-DELAY", let seconds = loginDelay { pause = max(pause, seconds) }
                let isTooLate = patience < loop.clock.deadline(after: pause)
                guard closes == closeCount, error.mayPassAfterUncleanEnd, !isTooLate else { throw error }
                disconnect()
                log.note("\(error); trying again in \(pause)", nil)
                try await self.pause(pause)
                delay = min(delay * 2, .seconds(60))
            }
        }
        ownQuirks.insert(.reconnected)
    }

    /// What CAPA says of the time between logins (RFC 2449 §6.5).
    private var loginDelay: Duration? {
        guard
            let word = capabilitiesBeforeLogin?.arguments(of: "LOGIN-DELAY")?.first
                ?? knownCapabilities?.arguments(of: "LOGIN-DELAY")?.first
        else { return nil }
        return MaildropListing.decimal(word.utf8).map { .seconds(min($0, 24 * 3600)) }
    }

    private func pause(_ duration: Duration) async throws(POP3Error) {
        let point = Waiter(on: loop)
        pausePoint = point
        let reason = await point.wait(until: loop.clock.deadline(after: duration))
        point.close()
        pausePoint = nil
        switch reason {
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
    func recover(from error: POP3Error, _ batch: inout RetrievalBatch) async throws(POP3Error) -> Bool {
        guard let failed = interrupted, !failed.isWindingUp, credential != nil else { return false }
        let isTooLarge = error.isTooLarge
        guard isTooLarge || error.isDesynchronisation || (mayPipeline && failed.inFlight.count > 1) else {
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
        let plan = messages + failed.unsent()
        try await reconnect(after: error, serially: !isTooLarge)
        let present = try await readMaildrop()
        interrupted = nil
        renumbering = Renumbering(from: failed.maildrop, to: present, marked: marked)
        retrievedHere.removeAll()
        var remaining: [Retrieval.Planned] = []
        for var planned in plan {
            let number = failed.maildrop.number(at: planned.position)
            guard let now = renumbering?.number(at: planned.position) else {
                batch.events.append(.failure(failed.summary(planned), notIdentified("RETR", number)))
                continue
            }
            planned.number = now
            remaining.append(planned)
        }
        // What the old connection had marked is not deleted: it had no QUIT.
        deletions += marked.keys.sorted()
        marked.removeAll()
        failed.restart(plan: remaining, deletions: deletions)
        retrieval = failed
        return true
    }

    private func giveUp(
        _ planned: Retrieval.Planned, _ error: POP3Error, _ failed: Retrieval, _ batch: inout RetrievalBatch
    ) {
        failed.failuresInARow += 1
        let summary = failed.summary(planned)
        batch.events.append(
            .failure(summary, POP3Error(error.reason, command: error.command, message: summary.number)))
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
        let listing = (retrieval ?? interrupted)?.maildrop ?? lastListing
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

    /// The extended response code of a refusal, whatever was refused.
    fileprivate var responseCode: String? {
        switch reason {
        case .refused(let code, _): code?.description
        case .authentication(.rejected(_, let code, _)): code
        default: nil
        }
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
