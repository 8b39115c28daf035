extension SandboxSession {
    static let terminalEscapes = " \u{1B}]0;owned\u{7}\u{1B}[31m\u{1B}[2J%s%n%x"
    /// Longer than the 512 bytes that RFC 1939 §3 allows to a status line.
    private static let longText = String(repeating: " very", count: 150) + " long"
    private static let cutPause = Duration.milliseconds(2)

    /// A number for a reply: `value`, unless a fault has another text in the place of each.
    func number(_ value: Int) -> String { numberText ?? String(value) }

    /// A status line; `text` begins with its indicator.
    mutating func reply(_ text: String) {
        var text = text
        if faults.contains(.terminalEscapes), !text.hasPrefix("+ ") { text += Self.terminalEscapes }
        if faults.contains(.longStatusLine), case .transaction = phase { text += Self.longText }
        replyLine(Array(text.utf8))
    }

    mutating func replyLine(_ line: [UInt8]) {
        record(.server, line)
        send(line + [0x0D, 0x0A])
    }

    /// A status line and a short listing.
    mutating func reply(_ text: String, listing: [String]) {
        reply(text)
        var bytes: [UInt8] = []
        for line in listing { bytes += Array(line.utf8) + [0x0D, 0x0A] }
        send(bytes + Array(".\r\n".utf8))
    }

    /// Every byte that leaves goes through here.
    mutating func send(_ bytes: [UInt8], isMessage: Bool = false) {
        var bytes = bytes
        if let mutator = configuration.mutator { bytes = mutator.apply(to: bytes, isMessage: isMessage) }
        if faults.contains(.bareLFLines) { bytes = Self.withoutCR(bytes) }
        if faults.contains(.readCutEveryByte) {
            actions.append(.writeSingly(bytes, pause: .zero))
        } else {
            actions.append(.write(bytes))
        }
    }

    /// CRLF becomes LF; a CR elsewhere stays.
    private static func withoutCR(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for index in bytes.indices {
            let isLineEnd = bytes[index] == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
            if !isLineEnd { output.append(bytes[index]) }
        }
        return output
    }

    /// Sends a piece of a message; the last one ends with the final dot's line.
    mutating func sendMessagePiece(_ piece: [UInt8], isLast: Bool) {
        if faults.contains(.closeMidMessage), retrieved.count == 2 || snapshot.indices.count == 1 {
            send(Array(piece.prefix(piece.count / 2)))
            return close()
        }
        if faults.contains(.silentMessage) {
            send(Array(piece.prefix(piece.count / 2)))
            phase = .silent
            return
        }
        if faults.contains(.slowDrip) {
            actions.append(.writeSingly(piece, pause: configuration.dripInterval))
            return
        }
        if isLast { sendEnd(of: piece) } else { send(piece) }
    }

    private mutating func sendEnd(of piece: [UInt8]) {
        terminatorCount += 1
        let missing =
            if hasMoreCommands {
                0
            } else if faults.contains(.exchangeTerminatorWithoutCRLF), terminatorCount == 1 {
                2
            } else if faults.contains(.cyrusTerminatorWithoutLF) {
                1
            } else {
                0
            }
        if missing > 0 { return send(piece.dropLast(missing)) }
        if faults.contains(.okBeforeTerminator), hasMoreCommands {
            earlyStatus = true
            return send(piece.dropLast(3) + Array("+OK 120 octets\r\n".utf8) + piece.suffix(3))
        }
        if faults.contains(.unstuffedDot) { return send(Self.withoutStuffedDots(piece)) }
        guard faults.contains(.terminatorCut) else { return send(piece, isMessage: true) }
        // CRLF.CRLF is cut before its first byte, then before its second, and so on; the sixth time between all of
        // them.
        let tail = min(5, piece.count)
        let cut = terminatorCount % 6
        send(Array(piece.dropLast(cut == 0 ? tail : max(0, tail - cut + 1))))
        actions += [.flush, .pause(Self.cutPause)]
        let rest = Array(piece.suffix(cut == 0 ? tail : max(0, tail - cut + 1)))
        actions.append(cut == 0 ? .writeSingly(rest, pause: Self.cutPause) : .write(rest))
    }

    /// A line that is a stuffed dot loses the stuffing.
    private static func withoutStuffedDots(_ piece: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for index in piece.indices {
            let isStuffing =
                index >= 2 && piece[index - 2] == 0x0D && piece[index - 1] == 0x0A
                && piece[index...].starts(with: [0x2E, 0x2E, 0x0D, 0x0A])
            if !isStuffing { output.append(piece[index]) }
        }
        return output
    }

    mutating func close() {
        if holdsLock { account?.mailbox.unlock() }
        holdsLock = false
        actions.append(.close)
        phase = .closed
    }
}
