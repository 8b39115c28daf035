internal import ByteCoding
public import MessageBuffers
import POP3Wire

extension POP3Session {
    // MARK: The maildrop

    /// The number of messages and their size in bytes (STAT, RFC 1939 §5).
    ///
    /// - Throws: ``POP3Error``; `.badResponse` where the reply is not two numbers.
    public func fetchStatus() async throws(POP3Error) -> MaildropStatus {
        let text = try await sendCommand("STAT")
        guard let statistics = Self.statistics(text) else {
            throw POP3Error(.badResponse(EscapedText(Array(text)).description), command: "STAT").from(origin)
        }
        return statistics
    }

    /// What the text of STAT's answer says; nil where it is not two numbers.
    static func statistics(_ text: MessageBytes) -> MaildropStatus? {
        let words = text.split(separator: 0x20, omittingEmptySubsequences: true)
        guard words.count >= 2, let count = ListingReply.decimal(words[0]),
            let size = ListingReply.decimal(words[1])
        else { return nil }
        return MaildropStatus(count: count, size: size)
    }

    /// Every message's number, size and, where the server has UIDL, id.
    ///
    /// LIST and UIDL go out together where the server can take that.
    ///
    /// - Throws: ``POP3Error``; `.listingTooLong` over the limit ``POP3Configuration/Limits/listingEntries``.
    public func list() async throws(POP3Error) -> MaildropSummary {
        try await exclusively { () async throws(POP3Error) in
            try requireTransaction("LIST")
            let maildrop = try await readMaildrop()
            take(listing: maildrop)
            return maildrop
        }
    }

    /// One message's size in bytes by LIST; nil if there is no such message, it is marked as deleted, or LIST gives no
    /// usable size.
    ///
    /// - Throws: ``POP3Error``; `.invalidArgument` for a number below 1.
    public func fetchSize(of number: Int) async throws(POP3Error) -> Int? {
        try await listed("LIST", number) { listing, line throws(ListingError) in try listing.appendSize(line) }
            .flatMap { $0.count > 0 ? $0.size(at: 0) : nil }
    }

    /// One message's UIDL id; nil if there is no such message, or it is marked as deleted.
    ///
    /// - Throws: ``POP3Error``; `.invalidArgument` for a number below 1.
    public func fetchUniqueID(of number: Int) async throws(POP3Error) -> UniqueID? {
        try await listed("UIDL", number) { listing, line throws(ListingError) in try listing.appendUniqueID(line) }
            .flatMap { $0.count > 0 && !$0.value(at: 0).isEmpty ? UniqueID(bytes: $0.value(at: 0)) : nil }
    }

    private func listed(
        _ keyword: String, _ number: Int,
        _ append: (inout ListingReply, MessageBytes) throws(ListingError) -> Void
    ) async throws(POP3Error) -> ListingReply? {
        let text: MessageBytes
        do throws(POP3Error) {
            text = try await sendCommand(keyword, try argument(number))
        } catch {
            // "No such message" is an answer.
            if case .refused(nil, _) = error.reason { return nil }
            throw error
        }
        var listing = ListingReply(limit: 1)
        do throws(ListingError) {
            try append(&listing, text)
        } catch {
            throw POP3Error(error, command: keyword).from(origin)
        }
        return listing
    }

    // MARK: Marking

    /// Marks a message as deleted; QUIT commits it (RFC 1939 §5, DELE).
    ///
    /// Within a retrieval's loop the command goes out after those in flight, and the retrieval reports a refusal.
    ///
    /// - Throws: ``POP3Error``; `.refused` where the server does not mark it, `.notIdentified` where it is not certain
    ///   after a new connection which message that is.
    public func delete(_ number: Int) async throws(POP3Error) {
        if let refusal = try await delete([number]).first { throw refusal }
    }

    /// Marks messages as deleted, several commands in flight at once where the server can take that.
    ///
    /// - Returns: the refusals, each with its message. Within a retrieval's loop there are none yet: the commands go
    ///   out after those in flight, and the retrieval reports refusals.
    /// - Throws: ``POP3Error`` where the session fails; then nothing is committed.
    public func delete(_ numbers: [Int]) async throws(POP3Error) -> [POP3Error] {
        for number in numbers { try Self.requireNumber(number) }
        if let current = currentRetrieval, !current.isAbandoned {
            current.queue.add(deletions: numbers)
            return []
        }
        return try await exclusively { () async throws(POP3Error) in try await mark(numbers) }
    }

    private func mark(_ numbers: [Int]) async throws(POP3Error) -> [POP3Error] {
        let connection = try requireTransaction("DELE")
        var refusals: [POP3Error] = []
        let window = mayPipeline(over: connection) ? max(1, configuration.pipelining.commands) : 1
        for start in stride(from: 0, to: numbers.count, by: window) {
            var sent: [Int] = []
            for number in numbers[start..<min(start + window, numbers.count)] {
                if let present = deletableNumber(of: number) {
                    try send(try POP3Command.checked("DELE", [String(present)], reply: .status))
                    sent.append(number)
                } else {
                    refusals.append(notIdentified("DELE", number))
                }
            }
            for number in sent {
                let status = try await nextStatus(commandLimit, "DELE \(number)")
                if status.isOK {
                    noteMark(of: number)
                } else {
                    refusals.append(refusal(status, "DELE \(number)", message: number))
                }
            }
        }
        return refusals
    }

    /// Removes all deletion marks (RFC 1939 §5, RSET).
    ///
    /// - Throws: ``POP3Error``.
    public func reset() async throws(POP3Error) {
        _ = try await sendCommand("RSET")
        marked.removeAll()
    }

    /// Does nothing, which keeps the server from closing an idle connection (RFC 1939 §5, NOOP).
    ///
    /// - Throws: ``POP3Error``.
    public func noop() async throws(POP3Error) {
        _ = try await sendCommand("NOOP")
    }

    /// The highest message number accessed (LAST, RFC 1460 §5); nil where the server does not know the command.
    ///
    /// - Throws: ``POP3Error``.
    public func fetchLastAccessed() async throws(POP3Error) -> Int? {
        do throws(POP3Error) {
            return ListingReply.decimal(try await sendCommand("LAST").prefix { $0 != 0x20 })
        } catch {
            if case .refused = error.reason { return nil }
            throw error
        }
    }

    // MARK: One message

    /// One whole message (RFC 1939 §5, RETR).
    ///
    /// - Throws: ``POP3Error``; `.refused` where there is no such message, `.messageTooLarge` over the limit.
    public func retrieveMessage(_ number: Int) async throws(POP3Error) -> MessageBytes {
        try await wholeMessage("RETR", try argument(number), number)
    }

    /// The header of a message and the first `lines` lines of its body (RFC 1939 §7, TOP).
    ///
    /// - Throws: ``POP3Error``; `.refused` where there is no such message, or the server has no TOP.
    public func retrieveTop(of number: Int, lines: Int = 0) async throws(POP3Error) -> MessageBytes {
        guard lines >= 0 else {
            throw POP3Error(.invalidArgument("TOP takes a number of lines from 0 on")).from(origin)
        }
        return try await wholeMessage("TOP", try argument(number) + [String(lines)], number)
    }

    private func wholeMessage(
        _ keyword: String, _ arguments: [String], _ number: Int
    ) async throws(POP3Error) -> MessageBytes {
        try await exclusively { () async throws(POP3Error) in
            try await readWholeMessage(keyword, arguments, number)
        }
    }

    private func readWholeMessage(
        _ keyword: String, _ arguments: [String], _ number: Int
    ) async throws(POP3Error) -> MessageBytes {
        let connection = try requireTransaction(keyword)
        let command = try POP3Command.checked(keyword, arguments, reply: .message)
        connection.streamingThreshold = .max
        let status = try await perform(command)
        guard status.isOK else { throw refusal(status, command.text, message: number) }
        while true {
            guard case .message(let bytes, let isLast) = try await nextEvent(bodyLimit, command.text) else {
                continue
            }
            guard isLast else { continue }
            log.received(message: number, size: bytes.count)
            return bytes
        }
    }

    // MARK: What the server can do

    /// What CAPA says (RFC 2449), asked for once in each state; empty where the server knows no CAPA.
    ///
    /// - Throws: ``POP3Error``.
    public func fetchCapabilities() async throws(POP3Error) -> POP3Capabilities {
        try await exclusively { () async throws(POP3Error) in try await readCapabilities() }
    }

    /// Whether the server advertises `name`, in any case.
    ///
    /// - Throws: ``POP3Error``.
    public func supports(_ name: String) async throws(POP3Error) -> Bool {
        try await fetchCapabilities().supports(name)
    }

    /// Whether CAPA is sent to this server.
    var sendsCapabilities: Bool { configuration.asksForCapabilities && !capabilitiesAreBroken }

    func readCapabilities() async throws(POP3Error) -> POP3Capabilities {
        let connection = try requireConnection("CAPA")
        if let known = connection.capabilities { return known }
        var lines: [String] = []
        if sendsCapabilities {
            do throws(POP3Error) {
                lines = try await readCapabilityLines()
            } catch {
                guard error.mayComeFromPipelining else { throw error }
                try await continueWithoutCapabilities(after: error, connection.credential)
            }
        }
        if lines.isEmpty { ownQuirks.insert(.noCapabilities) }
        let capabilities = POP3Capabilities(lines: lines)
        try requireConnection("CAPA").capabilities = capabilities
        return capabilities
    }

    private func readCapabilityLines() async throws(POP3Error) -> [String] {
        guard try await perform(try POP3Command.checked("CAPA", reply: .lines)).isOK else { return [] }
        var lines: [String] = []
        let limit = configuration.limits.capabilities
        try await readLines("CAPA", within: configuration.timeouts.capabilities) { line throws(POP3Error) in
            guard lines.count < limit else { throw POP3Error(.listingTooLong(limit: limit), command: "CAPA") }
            guard !StatusLine.begins(line) else {
                throw POP3Error(.desynchronised("a status line within a listing"), command: "CAPA")
            }
            lines.append(String(decoding: line))
        }
        return lines
    }

    /// Connects again, and never sends CAPA to this server again: it has closed the connection at it, or its listing does
    /// not end.
    private func continueWithoutCapabilities(
        after error: POP3Error, _ credential: POP3Credential?
    ) async throws(POP3Error) {
        log.note("CAPA fails (\(error)); going on without it over a new connection", nil)
        disconnect()
        capabilitiesAreBroken = true
        ownQuirks.insert(.brokenCapabilities)
        if case .opening(let opening) = state {
            // The login follows, as it would have.
            _ = try await open(opening)
        } else {
            let opening = Opening()
            state = .opening(opening)
            do throws(POP3Error) {
                let connection = try await open(opening)
                if let credential { try await logIn(credential, connection) }
                state = .ready(connection)
            } catch {
                close()
                throw error
            }
        }
    }

    /// Switches to UTF-8 (RFC 6856 §2).
    ///
    /// - Throws: `.unsupported` where it is not advertised: some servers close the connection at an unknown UTF8.
    public func enableUTF8() async throws(POP3Error) {
        try await requireSupport(of: "UTF8")
        _ = try await sendCommand("UTF8")
    }

    /// The languages of the server's texts: a tag and a description each (RFC 6856 §3).
    ///
    /// - Throws: `.unsupported` where it is not advertised.
    public func fetchLanguages() async throws(POP3Error) -> [(tag: String, description: String)] {
        try await requireSupport(of: "LANG")
        return try await sendCommand("LANG", expectingLines: true).lines.map { line in
            let text = String(decoding: line)
            let parts = text.split(separator: " ", maxSplits: 1)
            return (String(parts.first ?? ""), parts.count > 1 ? String(parts[1]) : "")
        }
    }

    /// Asks for texts in the language `tag` (RFC 6856 §3).
    ///
    /// - Throws: `.unsupported` where it is not advertised.
    public func setLanguage(_ tag: String) async throws(POP3Error) {
        try await requireSupport(of: "LANG")
        _ = try await sendCommand("LANG", [tag])
    }

    private func requireSupport(of name: String) async throws(POP3Error) {
        guard try await supports(name) else {
            throw POP3Error(.unsupported(capability: name), command: name).from(origin)
        }
    }

    // MARK: Raw commands

    /// Sends a command of the caller's own and reads a reply of one line.
    ///
    /// - Returns: the text after `+OK`.
    /// - Throws: `.invalidArgument` before anything is sent where an argument holds a control character or does not fit
    ///   the line; `.refused` for `-ERR`.
    public func sendCommand(_ keyword: String, _ arguments: [String] = []) async throws(POP3Error) -> MessageBytes {
        try await raw(keyword, arguments, .status).status
    }

    /// Sends a command of the caller's own whose reply has lines up to a dot, if `expectingLines`.
    ///
    /// - Returns: the text after `+OK`, and the lines, unstuffed and without their ends.
    /// - Throws: as ``sendCommand(_:_:)``; `.listingTooLong` over the limit
    ///   ``POP3Configuration/Limits/rawReplyLines``.
    public func sendCommand(
        _ keyword: String, _ arguments: [String] = [], expectingLines: Bool
    ) async throws(POP3Error) -> (status: MessageBytes, lines: [MessageBytes]) {
        try await raw(keyword, arguments, expectingLines ? .lines : .status)
    }

    private func raw(
        _ keyword: String, _ arguments: [String], _ kind: ResponseKind
    ) async throws(POP3Error) -> (status: MessageBytes, lines: [MessageBytes]) {
        // These change what the stream is or says, and have calls of their own.
        guard !["QUIT", "STLS", "AUTH", "USER", "PASS", "APOP"].contains(keyword.uppercased()) else {
            throw POP3Error(.invalidArgument("\(keyword.uppercased()) cannot be sent raw; it has a call of its own"))
                .from(origin)
        }
        return try await exclusively { () async throws(POP3Error) in try await exchange(keyword, arguments, kind) }
    }

    private func exchange(
        _ keyword: String, _ arguments: [String], _ kind: ResponseKind
    ) async throws(POP3Error) -> (status: MessageBytes, lines: [MessageBytes]) {
        let command = try POP3Command.checked(keyword, arguments, reply: kind)
        let status = try await perform(command)
        guard status.isOK else { throw refusal(status, command.text) }
        var lines: [MessageBytes] = []
        if kind == .lines {
            let limit = configuration.limits.rawReplyLines
            try await readLines(command.text) { line throws(POP3Error) in
                guard lines.count < limit else { throw POP3Error(.listingTooLong(limit: limit), command: keyword) }
                lines.append(line)
            }
        }
        return (status.text, lines)
    }

    // MARK: The end

    /// Ends the session: after a login this commits the deletions (RFC 1939 §6). Harmless without a connection.
    ///
    /// - Throws: `.refused` where the server could not remove all of them. A lost answer is no error but the quirk
    ///   `.lostQuitReply`: the next UIDL shows what was removed.
    public func quit() async throws(POP3Error) {
        guard connection != nil else { return }
        try await exclusively { () async throws(POP3Error) in try await quitExclusively() }
    }

    private func quitExclusively() async throws(POP3Error) {
        let refusal: POP3Error?
        do throws(POP3Error) {
            refusal = try await askToQuit()
        } catch {
            guard case .transport(let cause) = error.reason, cause != .cancelled, cause != .closed else { throw error }
            ownQuirks.insert(.lostQuitReply)
            return
        }
        disconnect()
        if let refusal { throw refusal }
    }

    /// Separate function: `StatusLine` retains its slab, which must be released before `disconnect()` returns the slab to
    /// the pool.
    private func askToQuit() async throws(POP3Error) -> POP3Error? {
        let status = try await perform(try POP3Command.checked("QUIT", reply: .status))
        return status.isOK ? nil : refusal(status, "QUIT")
    }

    static func requireNumber(_ number: Int) throws(POP3Error) {
        guard number > 0 else { throw POP3Error(.invalidArgument("message numbers begin with 1")) }
    }

    /// The argument that names the message with the caller's `number`.
    func argument(_ number: Int) throws(POP3Error) -> [String] {
        try Self.requireNumber(number)
        return [String(try currentNumber(of: number))]
    }
}
