extension SandboxSession {
    /// RFC 1939 §5 and §7.
    mutating func handleInTransaction(_ verb: String, _ argument: [UInt8]) {
        switch verb {
        case "STAT":
            let count = snapshot.indices.count - deleted.count + (faults.contains(.wrongMessageCount) ? 1 : 0)
            let wrong = faults.contains(.exchangeWrongSizes) ? totalBytes / 7 + 1 : 0
            reply("+OK \(self.number(count)) \(self.number(totalBytes + wrong))")
        case "LIST": answerListing(.sizes, argument)
        case "UIDL" where !faults.contains(.uidlMissing): answerListing(.uniqueIDs, argument)
        case "RETR": answerRETR(argument)
        case "TOP" where !faults.contains(.topMissing): answerTOP(argument)
        case "DELE": answerDELE(argument)
        case "RSET":
            for number in deleted { totalBytes += size(of: number) }
            deleted.removeAll()
            // RFC 1460 had LAST, and RSET set it back.
            highest = 0
            reply("+OK \(snapshot.indices.count) messages")
        case "NOOP": reply("+OK")
        case "LAST" where !faults.contains(.lastUnknown): reply("+OK \(highest)")
        default: reply("-ERR Unknown command")
        }
    }

    private func size(of number: Int) -> Int {
        snapshot.sizes[snapshot.indices[number - 1]]
    }

    /// The number of a message that exists and is not marked as deleted.
    private func number(_ text: some Sequence<UInt8>) -> Int? {
        guard let number = Self.decimal(text), snapshot.indices.indices.contains(number - 1),
            !deleted.contains(number)
        else { return nil }
        return number
    }

    private static func decimal(_ text: some Sequence<UInt8>) -> Int? {
        var value = 0
        var digits = 0
        for byte in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits < 18 else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            digits += 1
        }
        return digits > 0 ? value : nil
    }

    private mutating func answerListing(_ listing: ReplyBody.Listing, _ argument: [UInt8]) {
        if faults.contains(.listRefused), snapshot.indices.isEmpty, listing == .sizes {
            return reply("-ERR The maildrop is empty")
        }
        if faults.contains(.refusesListingOfOne), !argument.isEmpty { return reply("-ERR No arguments, please") }
        if faults.contains(.slowFirstReplies), !hasListed { pauseOnce() }
        hasListed = true
        if faults.contains(.listsAllForOne) {
            reply("+OK")
            body = .listing(listing, next: 1)
        } else if argument.isEmpty {
            reply("+OK \(self.number(snapshot.indices.count - deleted.count)) messages")
            body = .listing(listing, next: 1)
        } else if let number = number(argument), let line = line(of: listing, number) {
            reply("+OK " + line)
        } else {
            reply("-ERR No such message")
        }
    }

    private mutating func pauseOnce() {
        actions += [.flush, .pause(configuration.slowReplyPause)]
    }

    private mutating func answerRETR(_ argument: [UInt8]) {
        guard let number = number(argument), let mailbox = account?.mailbox else {
            return reply("-ERR No such message")
        }
        if faults.contains(.retrRefused), number % 3 == 0 { return reply("-ERR [SYS/PERM] The message is damaged") }
        if faults.contains(.slowFirstReplies), !hasRetrieved { pauseOnce() }
        if faults.contains(.extraOK), !hasRetrieved { reply("+OK") }
        hasRetrieved = true
        retrieved.insert(number)
        highest = max(highest, number)
        count { $0.messagesSent += 1 }
        if faults.contains(.endlessLine) {
            send(Array("+OK ".utf8))
            body = .endless(Array(String(repeating: "and so on ", count: 100).utf8))
            return
        }
        let index = snapshot.indices[number - 1]
        do {
            let ready = try mailbox.wireForm(of: index)
            if !earlyStatus { reply("+OK \(self.number(listedSize(of: number))) octets") }
            earlyStatus = false
            if faults.contains(.endlessMessage) {
                body = .endless(Array(String(repeating: "There is no end to this message.\r\n", count: 100).utf8))
            } else if let ready {
                sendMessagePiece(ready, isLast: true)
            } else {
                body = .message(MessageStream(mailbox.maildrop, index))
            }
        } catch {
            reply("-ERR [SYS/TEMP] \(error)")
        }
    }

    private mutating func answerTOP(_ argument: [UInt8]) {
        let words = argument.split(separator: 0x20)
        guard words.count == 2, let number = number(words[0]), let lines = Self.decimal(words[1]),
            let maildrop = account?.mailbox.maildrop
        else { return reply("-ERR TOP takes a message and a number of lines") }
        highest = max(highest, number)
        reply("+OK The top follows")
        body = .message(MessageStream(maildrop, snapshot.indices[number - 1], bodyLines: lines))
    }

    private mutating func answerDELE(_ argument: [UInt8]) {
        guard let number = number(argument) else { return reply("-ERR No such message") }
        if faults.contains(.deleRefused) { return reply("-ERR Deleting is not allowed") }
        highest = max(highest, number)
        deleted.insert(number)
        totalBytes -= size(of: number)
        reply("+OK Deleted at QUIT")
    }

    /// Only here, and only after login, are deletions committed (RFC 1939 §6).
    mutating func answerQUIT() {
        guard case .transaction = phase, let mailbox = account?.mailbox else {
            reply("+OK Goodbye")
            return close()
        }
        if faults.contains(.lostQuitUncommitted) { return close() }
        if faults.contains(.quitRefused) {
            reply("-ERR Some deleted messages were not removed")
            return close()
        }
        let hidden = faults.contains(.gmailHidesAfterQuit) ? retrieved.map { snapshot.indices[$0 - 1] } : []
        do {
            try mailbox.commit(
                deleted: deleted.sorted().map { snapshot.indices[$0 - 1] }, hidden: hidden,
                removing: configuration.removesDeletedMail)
            if !faults.contains(.lostQuitReply) { reply("+OK Goodbye") }
        } catch {
            reply("-ERR [SYS/TEMP] \(error)")
        }
        close()
    }
}
