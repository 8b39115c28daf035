import BIOTransport
internal import ByteCoding
import POP3Wire

extension POP3Session {
    var commandLimit: TimeLimit { loop.limit(.command, configuration.timeouts.command) }

    /// Sends a command and reads its status line.
    func perform(_ command: POP3Command) async throws(POP3Error) -> StatusLine {
        try send(command)
        let start = loop.clock.now
        defer { SessionMetrics.answered(after: loop.clock.now.since(start)) }
        return try await nextStatus(commandLimit, command.text)
    }

    /// Queues a command after those in flight.
    func send(_ command: POP3Command) throws(POP3Error) {
        let connection = try requireConnection(command.text)
        try requireNothingUnread(connection, command.text)
        log.sent(command.text)
        connection.scanner.expect(command.kind)
        connection.stream.enqueue(command.bytes)
    }

    /// Fails where bytes have come while no reply is due: an answer before its question, or a second one, answers
    /// something else.
    func requireNothingUnread(_ connection: POP3Connection, _ command: @autoclosure () -> String) throws(POP3Error) {
        guard connection.scanner.repliesDue == 0, connection.scanner.hasUnusedBytes else { return }
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
            var event = try scan(try requireConnection(command), command)
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
        var limit = limit
        try requireConnection(command).rate.restart()
        while true {
            let connection = try requireConnection(command)
            if let event = try scan(connection, command) { return event }
            switch try receive(connection, command) {
            case .bytes: limit = bodyLimit
            case .end:
                guard let event = try finishAtEnd(connection, command) else {
                    throw fail(POP3Error(.transport(.closedByPeer), command: command))
                }
                return event
            case .wouldBlock:
                if let event = try await waitForBytes(connection, limit, command) { return event }
            }
        }
    }

    /// The next event that is here already.
    func scan(_ connection: POP3Connection, _ command: @autoclosure () -> String) throws(POP3Error) -> WireEvent? {
        do throws(WireError) {
            return try connection.scanner.next()
        } catch {
            throw fail(POP3Error(error, command: command()))
        }
    }

    /// Sends what is queued and reads what is there, without waiting.
    func receive(
        _ connection: POP3Connection, _ command: @autoclosure () -> String
    ) throws(POP3Error) -> BIOStream.ReadOutcome {
        do throws(TransportError) {
            return try connection.receive()
        } catch {
            throw fail(POP3Error(.transport(error), command: command()))
        }
    }

    /// The event for a message that lacks only the end of its terminator, at the end of the stream; nil for none.
    func finishAtEnd(
        _ connection: POP3Connection, _ command: @autoclosure () -> String
    ) throws(POP3Error) -> WireEvent? {
        do throws(WireError) {
            return try connection.finishAtEnd()
        } catch {
            throw fail(POP3Error(error, command: command()))
        }
    }

    /// Waits until more may be read. Gives an event only for a message whose terminator stays without its line end.
    func waitForBytes(
        _ connection: POP3Connection, _ limit: TimeLimit, _ command: @autoclosure () -> String
    ) async throws(POP3Error) -> WireEvent? {
        let start = loop.clock.now
        // A rate is known only of a reply that has begun; before that the phase's own limit applies.
        let isRated = limit.phase == .body
        var deadline = isRated ? min(limit.deadline, start.advanced(by: connection.rate.remaining)) : limit.deadline
        let mayBeUnfinished = connection.scanner.awaitsEndOfTerminator
        if mayBeUnfinished {
            deadline = min(deadline, start.advanced(by: configuration.timeouts.terminatorGrace))
        }
        connection.releaseBlock()
        do throws(TransportError) {
            let hasProgress = try await connection.stream.waitForProgress(until: deadline)
            let now = loop.clock.now
            if isRated { try connection.rate.waited(now.since(start)) }
            if hasProgress { return nil }
            if mayBeUnfinished, let event = try? connection.scanner.finishUnterminated() {
                pipeliningIsBroken = true
                return event
            }
            if limit.deadline <= now { throw limit.error }
            return nil
        } catch {
            throw fail(POP3Error(.transport(error), command: command()))
        }
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
