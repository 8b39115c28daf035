import BIOTransport
internal import ByteCoding
import POP3Wire

extension POP3Session {
    var commandLimit: TimeLimit { loop.limit(.command, configuration.timeouts.command) }

    /// Sends a command and reads its status line.
    func perform(_ command: POP3Command) async throws(POP3Error) -> StatusLine {
        try send(command)
        return try await nextStatus(commandLimit, command.text)
    }

    /// Queues a command after those in flight.
    func send(_ command: POP3Command) throws(POP3Error) {
        guard let stream else { throw POP3Error(.notConnected, command: command.text) }
        try requireNothingUnread(command.text)
        log.sent(command.text)
        scanner.expect(command.kind)
        stream.enqueue(command.bytes)
    }

    /// Fails where bytes have come while no reply is due: who sends an answer before the question, or two, answers
    /// something else.
    func requireNothingUnread(_ command: @autoclosure () -> String) throws(POP3Error) {
        guard scanner.repliesDue == 0, scanner.hasUnusedBytes else { return }
        throw fail(POP3Error(.desynchronised("bytes came before any command asked for them"), command: command()))
    }

    func nextStatus(_ limit: TimeLimit, _ command: String) async throws(POP3Error) -> StatusLine {
        guard case .status(let status) = try await nextEvent(limit, command) else {
            throw fail(POP3Error(.badResponse("a reply without a status line"), command: command))
        }
        log.received(status)
        return status
    }

    /// Reads the lines of a reply and gives each to `body`; an error of `body` closes the session.
    func readLines(
        _ command: String, within patience: Duration? = nil, _ body: (MessageBytes) throws(POP3Error) -> Void
    ) async throws(POP3Error) {
        while true {
            // Most lines are here when the one before was taken, and need no clock.
            var event = try scan(command)
            if event == nil {
                let limit = patience.map { loop.limit(.body, min($0, configuration.timeouts.idleBody)) } ?? bodyLimit
                event = try await nextEvent(limit, command)
            }
            switch event {
            case .line(let line):
                do throws(POP3Error) {
                    try body(line)
                } catch {
                    throw fail(error)
                }
            case .endOfLines: return
            case .status, .message, nil: throw fail(POP3Error(.badResponse("a line was due"), command: command))
            }
        }
    }

    var bodyLimit: TimeLimit { loop.limit(.body, configuration.timeouts.idleBody) }

    /// The next event, waiting for bytes as long as `limit` allows between two arrivals.
    func nextEvent(_ limit: TimeLimit, _ command: String) async throws(POP3Error) -> WireEvent {
        rate.restart()
        var limit = limit
        while true {
            if let event = try scan(command) { return event }
            switch try receive(command) {
            case .bytes: limit = bodyLimit
            case .end:
                if let event = try finishAtEnd(command) { return event }
                throw fail(POP3Error(.transport(.closedByPeer), command: command))
            case .wouldBlock:
                if let event = try await waitForBytes(limit, command) { return event }
            }
        }
    }

    /// The next event that is here already.
    func scan(_ command: @autoclosure () -> String) throws(POP3Error) -> WireEvent? {
        do throws(WireError) {
            return try scanner.next()
        } catch {
            throw fail(POP3Error(error, command: command()))
        }
    }

    /// Sends of the queue what the socket takes, without waiting.
    func sendQueued(_ command: @autoclosure () -> String) throws(POP3Error) {
        do throws(TransportError) {
            try stream?.sendQueued()
        } catch {
            throw fail(POP3Error(.transport(error), command: command()))
        }
    }

    /// Sends what is queued and reads what is there, without waiting.
    func receive(_ command: @autoclosure () -> String) throws(POP3Error) -> BIOStream.ReadOutcome {
        guard let stream else { throw POP3Error(.notConnected, command: command()) }
        try sendQueued(command())
        ReceiveBlocks.provide(to: &scanner)
        do throws(TransportError) {
            let outcome = unsafe try stream.readAvailable(into: scanner.freeSpace())
            if case .bytes(let count) = outcome {
                scanner.received(count)
                rate.received(count)
            }
            return outcome
        } catch {
            throw fail(POP3Error(.transport(error), command: command()))
        }
    }

    /// Waits until more may be read. Gives an event only for a message whose terminator stays without its line end.
    func waitForBytes(_ limit: TimeLimit, _ command: @autoclosure () -> String) async throws(POP3Error) -> WireEvent? {
        guard let stream else { throw POP3Error(.notConnected, command: command()) }
        let start = loop.clock.now
        // A rate can be told only of a reply that has begun; before that the phase's own limit holds.
        let isRated = limit.phase == .body
        var deadline = isRated ? min(limit.deadline, loop.clock.deadline(after: rate.rest)) : limit.deadline
        let mayBeUnfinished = scanner.awaitsEndOfTerminator
        if mayBeUnfinished {
            deadline = min(deadline, loop.clock.deadline(after: configuration.timeouts.terminatorGrace))
        }
        ReceiveBlocks.lend(from: &scanner)
        do throws(TransportError) {
            let hasProgress = try await stream.waitForProgress(until: deadline)
            let now = loop.clock.now
            if isRated { try rate.waited(now.since(start)) }
            if hasProgress { return nil }
            if mayBeUnfinished, let event = try? scanner.finishUnterminated() {
                pipeliningIsBroken = true
                return event
            }
            if limit.deadline <= now { throw limit.error }
            return nil
        } catch {
            throw fail(POP3Error(.transport(error), command: command()))
        }
    }

    /// At the end of the stream: a message that lacks only the end of its terminator is whole.
    func finishAtEnd(_ command: @autoclosure () -> String) throws(POP3Error) -> WireEvent? {
        do throws(WireError) {
            return scanner.awaitsEndOfTerminator ? try scanner.finishUnterminated() : nil
        } catch {
            throw fail(POP3Error(error, command: command()))
        }
    }

    /// Ends the connection for `error`, and returns it to be thrown.
    func fail(_ error: POP3Error) -> POP3Error {
        if state == .transaction, credential != nil, error.mayBeRecovered, failedStream == nil {
            // Whoever can go on over another connection first lets the server end this one.
            failedStream = stream
            forgetConnection()
        } else {
            disconnect()
        }
        return error
    }

    func refusal(_ status: StatusLine, _ command: String, message: Int? = nil) -> POP3Error {
        POP3Error(
            .refused(code: status.responseCode, text: EscapedText(Array(status.text)).description),
            command: command, message: message)
    }
}

extension POP3Command {
    /// `init`, with its error as the session's.
    static func checked(
        _ keyword: String, _ arguments: [String] = [], reply kind: ResponseKind
    ) throws(POP3Error) -> POP3Command {
        do throws(CommandError) {
            return try POP3Command(keyword, arguments, reply: kind)
        } catch {
            throw POP3Error(error)
        }
    }
}
