/// The rest of a multi-line reply.
enum ReplyBody: Sendable {
    case message(MessageStream)
    /// LIST or UIDL from message `next` on.
    case listing(Listing, next: Int)
    /// The same bytes again and again.
    case endless([UInt8])

    enum Listing: Sendable {
        case sizes, uniqueIDs
    }
}

extension SandboxSession {
    private static let listingPiece = 4096

    mutating func continueBody() {
        switch body {
        case .message(var stream):
            do {
                let piece = try stream.next()
                body = stream.isFinished ? nil : .message(stream)
                sendMessagePiece(piece, isLast: stream.isFinished)
            } catch {
                // The reply has begun: all that is left is to break off.
                record(.server, Array("(\(error))".utf8))
                close()
            }
        case .listing(let listing, let next): continueListing(listing, from: next)
        case .endless(let pattern): send(pattern)
        case nil: break
        }
    }

    private mutating func continueListing(_ listing: ReplyBody.Listing, from start: Int) {
        let count = snapshot.indices.count
        let end = min(start + Self.listingPiece, count + 1)
        var bytes: [UInt8] = []
        for number in start..<end where !deleted.contains(number) {
            if let line = line(of: listing, number) { bytes += Array(line.utf8) + [0x0D, 0x0A] }
        }
        if faults.contains(.closeMidListing) {
            send(Array(bytes.prefix(bytes.count / 2)))
            return close()
        }
        if end <= count {
            body = .listing(listing, next: end)
            return send(bytes)
        }
        if faults.contains(.endlessListing) {
            body = .endless(Array("4294967295 4294967295\r\n".utf8))
            return send(bytes)
        }
        body = nil
        send(bytes + Array(".\r\n".utf8))
    }

    /// The line of one message in a listing; nil where it is left out.
    func line(of listing: ReplyBody.Listing, _ number: Int) -> String? {
        switch listing {
        case .sizes:
            if faults.contains(.listOmitsMessages), number % 3 == 0 { return nil }
            let odd = ["-5", "9223372036854775808", "word", "", "9223372036854775807"]
            let size =
                faults.contains(.listSizesOdd) ? odd[(number - 1) % odd.count] : self.number(listedSize(of: number))
            return "\(self.number(number)) \(size)"
        case .uniqueIDs:
            if faults.contains(.uidlOmitsMessages), number % 3 == 0 { return nil }
            if faults.contains(.uidlOddLines) {
                switch number % 4 {
                case 1: return ""
                case 2: return "\(number) id \(number)"
                case 3: return "\(number) \u{E9}\(number)"
                default: return "\(number)"
                }
            }
            let gap = faults.contains(.comcastUidlSpaces) ? "   " : " "
            return "\(self.number(number))\(gap)\(uniqueID(of: number))"
                + (faults.contains(.comcastUidlSpaces) ? " " : "")
        }
    }

    func listedSize(of number: Int) -> Int {
        let size = snapshot.sizes[snapshot.indices[number - 1]]
        if faults.contains(.listSizesTooSmall) { return 1 }
        if faults.contains(.listSizesOfLF) { return lineFeedSize(of: number) ?? size }
        if faults.contains(.listSizesRandom) { return (number &* 7919 &+ size &* 31) % 4001 }
        guard faults.contains(.exchangeWrongSizes) else { return size }
        return number % 2 == 1 ? size + size / 4 + 17 : max(0, size - size / 4 - 17)
    }

    /// The size with each CRLF counted as one byte; nil for a message that is not kept ready.
    private func lineFeedSize(of number: Int) -> Int? {
        guard let wire = try? account?.mailbox.wireForm(of: snapshot.indices[number - 1]) else { return nil }
        let lineEnds = zip(wire, wire.dropFirst()).count { $0 == 0x0D && $1 == 0x0A }
        // The line of the final dot is no part of the message.
        return snapshot.sizes[snapshot.indices[number - 1]] - (lineEnds - 1)
    }

    private func uniqueID(of number: Int) -> String {
        let copied = faults.contains(.uidlDuplicate) ? (number - 1) / 2 * 2 + 1 : number
        let uid = account?.mailbox.maildrop.uid(of: snapshot.indices[copied - 1]) ?? ""
        if faults.contains(.uidlEmpty) { return "" }
        if faults.contains(.uidlPath) { return "../../etc/x\(number)" }
        if faults.contains(.uidl71Octets) {
            return uid.prefix(70) + String(repeating: "x", count: max(1, 71 - uid.utf8.count))
        }
        return uid
    }
}
