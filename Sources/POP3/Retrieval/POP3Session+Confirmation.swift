internal import ByteCoding
import MessageBuffers
import POP3Wire

/// What arrives within a retrieval, and when it counts.
extension POP3Session {
    func take(
        _ event: WireEvent, _ retrieval: Retrieval, _ batch: inout RetrievalBatch
    ) throws(POP3Error) {
        switch event {
        case .status(let status): try take(status, retrieval, &batch)
        case .message(let bytes, let isLast): take(bytes, isLast: isLast, retrieval, &batch)
        case .line(let line): try takeListed(line, retrieval)
        case .endOfLines: try endListing(retrieval, &batch)
        }
    }

    private func take(
        _ status: StatusLine, _ retrieval: Retrieval, _ batch: inout RetrievalBatch
    ) throws(POP3Error) {
        log.received(status)
        guard let sent = retrieval.queue.replyArrived() else { return }
        switch sent {
        case .deletion(let number):
            retrieval.queue.answered()
            guard !status.isOK else {
                noteMark(of: number)
                return
            }
            batch.appendFailure(retrieval.summary(ofNumber: number), refusal(status, "DELE \(number)", message: number))
        case .message(let planned):
            guard !status.isOK else { return }
            retrieval.queue.received(planned)
            let refusal = refusal(status, "RETR \(planned.number)", message: retrieval.summary(planned).number)
            arrived(Retrieval.Arrived(planned: planned, outcome: .refused(refusal)), retrieval)
        case .barrier(let barrier):
            if status.isOK, barrier.reply == .entry, !status.hasNumber {
                // The server ignores the number, and lists all messages.
                retrieval.barrierListing = (false, 0)
                return
            }
            retrieval.queue.answered()
            try settle(barrier, status, retrieval, &batch)
        }
    }

    private func take(
        _ bytes: MessageBytes, isLast: Bool, _ retrieval: Retrieval, _ batch: inout RetrievalBatch
    ) {
        guard case .message(let planned) = retrieval.queue.inFlight.first else { return }
        guard isLast else {
            let isFirst = retrieval.streamed == nil
            if isFirst {
                // Where LIST counts bytes, any other size is suspicious, whatever the number of lines.
                retrieval.streamed = StreamedMessage(
                    isRetry: planned.retry != nil,
                    countsLineEnds: planned.size != nil && !retrieval.sizes.areMostlyExact)
            }
            retrieval.streamed?.append(bytes)
            guard !retrieval.queue.isWindingUp else { return }
            batch.bytes += bytes.count
            batch.events.append(
                .chunk(
                    MessageChunk(
                        summary: retrieval.summary(planned), bytes: bytes, isFirst: isFirst, isLast: false)))
            return
        }
        retrieval.queue.received(planned)
        var message: Retrieval.Arrived
        if var streamed = retrieval.streamed {
            retrieval.streamed = nil
            streamed.append(bytes)
            message = Retrieval.Arrived(
                planned: planned, outcome: .streamed(last: bytes, size: streamed.size, hash: streamed.hash))
            message.fit = SizeModel.Fit(size: streamed.size, listed: planned.size, lineEnds: streamed.lineEnds ?? 0)
            message.frame = streamed.frame
        } else {
            message = Retrieval.Arrived(planned: planned, outcome: .whole(bytes))
            message.fit = SizeModel.Fit(
                size: bytes.count, listed: planned.size, lineEnds: MessageFrame.lineEnds(in: bytes))
            message.frame = MessageFrame(bytes)
        }
        arrived(message, retrieval)
    }

    private func arrived(_ message: consuming Retrieval.Arrived, _ retrieval: Retrieval) {
        guard !retrieval.queue.isWindingUp else { return }
        retrieval.unconfirmed.append(message)
    }

    // MARK: Barriers

    /// Takes the answer to a barrier: what has arrived before it counts, or nothing since the last one does.
    private func settle(
        _ barrier: Barrier, _ status: StatusLine, _ retrieval: Retrieval, _ batch: inout RetrievalBatch
    ) throws(POP3Error) {
        guard !retrieval.queue.isWindingUp else { return }
        guard status.isOK else {
            guard let fallback = barrier.fallback else {
                throw desynchronised("the server refuses STAT", barrier)
            }
            // The message may be gone, or the server may not know the question; the fallback shows which.
            retrieval.queue.fallBack(to: fallback)
            return
        }
        guard barrier.isAnswered(by: status.text) else {
            throw desynchronised("\(EscapedText(Array(status.text))) is no answer", barrier)
        }
        if barrier.question != .uniqueID, barrier.uniqueID != nil || barrier.question == .statistics,
            !retrieval.unconfirmed.contains(where: { $0.isRefused && $0.planned.number == barrier.number })
        {
            barrierQuestion = barrier.question
        }
        confirm(retrieval, &batch)
    }

    /// Takes a line of a listing that the server sends in the place of a barrier's answer.
    private func takeListed(_ line: MessageBytes, _ retrieval: Retrieval) throws(POP3Error) {
        guard case .barrier(let barrier) = retrieval.queue.inFlight.first else { return }
        guard let first = line.first, (0x30...0x39).contains(first) else {
            throw desynchronised("\(EscapedText(Array(line))) is no line of a listing", barrier)
        }
        var listing = retrieval.barrierListing ?? (false, 0)
        listing.lines += 1
        let limit = configuration.limits.listingEntries
        guard listing.lines <= limit else {
            throw fail(POP3Error(.listingTooLong(limit: limit), command: barrier.command))
        }
        if barrier.isAnswered(by: line) { listing.isNamed = true }
        retrieval.barrierListing = listing
    }

    private func endListing(_ retrieval: Retrieval, _ batch: inout RetrievalBatch) throws(POP3Error) {
        guard case .barrier(let barrier) = retrieval.queue.inFlight.first else { return }
        let isNamed = retrieval.barrierListing?.isNamed ?? false
        retrieval.barrierListing = nil
        retrieval.queue.answered()
        guard !retrieval.queue.isWindingUp else { return }
        guard isNamed else { throw desynchronised("the listing lacks the message", barrier) }
        // To have all messages listed for each group would cost the square of their number.
        barrierQuestion = .statistics
        confirm(retrieval, &batch)
    }

    private func desynchronised(_ what: String, _ barrier: Barrier) -> POP3Error {
        fail(POP3Error(.desynchronised(what), command: barrier.command))
    }

    /// Gives what has arrived since the last barrier, but for what is suspicious.
    private func confirm(_ retrieval: Retrieval, _ batch: inout RetrievalBatch) {
        var group: [Retrieval.Arrived] = []
        swap(&group, &retrieval.unconfirmed)
        retrieval.confirmed()
        var hasStrayReply = false
        for index in group.indices {
            // A call that changes the message in its place: a subscript that is read copies it, each time.
            if group[index].isStray(observing: &retrieval.sizes) { hasStrayReply = true }
        }
        if !hasStrayReply, group.count == 1, !retrieval.sizes.hasOthers, group[0].isOddlySized,
            retrieval.queue.hasMoreToCome
        {
            // The sizes of the next messages will show whether this one's is odd, or the listing's are.
            retrieval.unconfirmed = group
            return
        }
        for message in group { confirm(message, hasStrayReply, retrieval, &batch) }
        // The array's memory serves the next group.
        group.removeAll(keepingCapacity: true)
        if retrieval.unconfirmed.isEmpty { swap(&group, &retrieval.unconfirmed) }
    }

    private func confirm(
        _ message: Retrieval.Arrived, _ hasStrayReply: Bool, _ retrieval: Retrieval,
        _ batch: inout RetrievalBatch
    ) {
        if case .refused(let error) = message.outcome {
            batch.appendFailure(retrieval.summary(message.planned), error)
        } else if let retry = message.planned.retry, let earlier = retry.earlier {
            let copy = message.copy
            if copy?.isSame(as: earlier) != true {
                retrieveOnceMore(message.planned, copy, retrieval, &batch)
            } else if isStray(message, retrieval) {
                refuseStray(message.planned, retrieval, &batch)
            } else {
                give(message, retrieval, &batch)
            }
        } else if message.frame.looksLikeReply || retrieval.sizes.isBroken(by: message.fit) {
            let number = retrieval.summary(message.planned).number
            log.note("message \(number) is retrieved again, as it may have lost a part or got a reply", nil)
            retrieveAgain(message, comparing: true, retrieval)
        } else if hasStrayReply {
            // A reply in one message may be what another one has lost.
            retrieveAgain(message, comparing: false, retrieval)
        } else {
            give(message, retrieval, &batch)
        }
    }

    private func retrieveAgain(
        _ message: Retrieval.Arrived, comparing: Bool, _ retrieval: Retrieval
    ) {
        let copy = comparing ? message.copy : nil
        let isObserved = message.isObserved
        retrieval.queue.retrieveAgain(
            message.planned.again {
                $0.earlier = copy
                $0.isObserved = $0.isObserved || isObserved
            })
    }

    /// Whether a message that came twice the same has a reply for its first or last line all the same: a server that
    /// sends each of them twice does so each time. No header begins like a reply, so only the listed size can say that one
    /// does; a last line like a reply is odd only where LIST is right about the others.
    private func isStray(_ message: Retrieval.Arrived, _ retrieval: Retrieval) -> Bool {
        guard !retrieval.sizes.vouches(for: message.fit) else { return false }
        return message.frame.startsLikeReply || (message.frame.endsLikeReply && retrieval.sizes.isReliable)
    }

    private func refuseStray(_ planned: Retrieval.Planned, _ retrieval: Retrieval, _ batch: inout RetrievalBatch) {
        let summary = retrieval.summary(planned)
        let error = POP3Error(
            .desynchronised("the message begins or ends with a reply, and is not of the listed size"),
            command: "RETR \(planned.number)", message: summary.number)
        batch.appendFailure(summary, error)
    }

    /// How often a message may differ from the last attempt before it is given up.
    private static let toleratedDifferences = 2

    private func retrieveOnceMore(
        _ planned: Retrieval.Planned, _ copy: MessageCopy?, _ retrieval: Retrieval, _ batch: inout RetrievalBatch
    ) {
        guard let retry = planned.retry, retry.differences + 1 < Self.toleratedDifferences else {
            let summary = retrieval.summary(planned)
            batch.appendFailure(
                summary,
                POP3Error(.differentEachTime, command: "RETR \(planned.number)", message: summary.number))
            return
        }
        retrieval.queue.retrieveAgain(
            planned.again {
                $0.earlier = copy
                $0.differences += 1
            })
    }

    private func give(
        _ message: Retrieval.Arrived, _ retrieval: Retrieval, _ batch: inout RetrievalBatch
    ) {
        let summary = retrieval.summary(message.planned)
        let bytes: MessageBytes
        let size: Int
        let isWhole: Bool
        switch message.outcome {
        case .whole(let all): (bytes, size, isWhole) = (all, all.count, true)
        case .streamed(let last, let whole, _): (bytes, size, isWhole) = (last, whole, false)
        case .refused: return
        }
        log.received(message: summary.number, size: size)
        batch.messages += 1
        if message.fit != .exact, message.planned.size != nil { ownQuirks.insert(.wrongListedSize) }
        if renumbering != nil { retrievedHere.insert(summary.number) }
        batch.bytes += bytes.count
        batch.events.append(
            .chunk(MessageChunk(summary: summary, bytes: bytes, isFirst: isWhole, isLast: true)))
    }
}

extension Retrieval.Arrived {
    /// Whether the first attempt at the message looks like a reply; if not, its size is counted, once.
    fileprivate mutating func isStray(observing sizes: inout SizeModel) -> Bool {
        guard planned.retry?.earlier == nil else { return false }
        guard !frame.looksLikeReply else { return true }
        if !isObserved, planned.retry?.isObserved != true {
            sizes.observe(fit)
            isObserved = true
        }
        return false
    }

    /// What arrived, to be compared with another attempt; nil where it was given in chunks without being hashed. Then the
    /// next attempt is the first one that counts: large messages are rarely suspicious, and hashing costs more than
    /// receiving.
    fileprivate var copy: MessageCopy? {
        switch outcome {
        case .whole(let bytes): .whole(bytes)
        case .streamed(_, let size, let hash): hash.map { .streamed(size: size, hash: $0) }
        case .refused: .streamed(size: 0, hash: 0)
        }
    }

    /// Whether the size is not the listed one, and the message was not given in chunks: then it can wait for others.
    fileprivate var isOddlySized: Bool {
        guard case .offset = fit, case .whole = outcome else { return false }
        return planned.retry == nil
    }

    fileprivate var isRefused: Bool {
        if case .refused = outcome { true } else { false }
    }
}
