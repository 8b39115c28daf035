/// Mails without parts.
extension MailComposer {
    mutating func composeShort() {
        header(subject: sentence(5))
        line("Content-Type: text/plain; charset=us-ascii")
        line()
        output += text(max(1, sizes.short - output.count - 40))
    }

    mutating func composeCharsets() {
        let charset = MailCharset.allCases[index / MailKind.allCases.count % MailCharset.allCases.count]
        let encoded = charset.encode(charset.sentence)
        header(subject: sentence(3), isMIME: true)
        let isB = random.below(2) == 0
        // Encoded-words hold at most 75 bytes (RFC 2047 §2), so only the first words go into the header.
        let words = charset.sentence.split(separator: " ").prefix(2).joined(separator: " ").prefix(12)
        let name = charset.encode(String(words))
        let word =
            isB
            ? TransferEncoding.bWord(name, charset: charset.rawValue)
            : TransferEncoding.qWord(name, charset: charset.rawValue)
        line(Array("X-Charset-Word: ".utf8) + word)
        line(Array("Comments: ".utf8) + word + Array("\r\n ".utf8) + word)
        line("Content-Type: text/plain; charset=\"\(charset.rawValue)\"")
        let encodedLine: [UInt8] = encoded + [0x0D, 0x0A]
        let body = [UInt8](repeatElement(encodedLine, count: random.within(3...40)).joined())
        switch random.below(3) {
        case 0:
            line("Content-Transfer-Encoding: base64")
            line()
            output += TransferEncoding.base64Lines(body)
        case 1:
            line("Content-Transfer-Encoding: quoted-printable")
            line()
            output += TransferEncoding.quotedPrintable(body)
        default:
            line("Content-Transfer-Encoding: 8bit")
            line()
            output += body
        }
    }

    mutating func composeDots() {
        header(subject: "...")
        line("Content-Type: text/plain")
        line()
        line(".")
        line("..")
        line(".hidden files begin with a dot")
        for _ in 0..<random.within(10...200) {
            switch random.below(4) {
            case 0: line(String(repeating: ".", count: random.within(1...80)))
            case 1: line("." + sentence(random.within(1...9)))
            case 2: line()
            default: line(sentence(random.within(1...9)) + ".")
            }
        }
        line(".")
    }

    mutating func composeLongLines() {
        header(subject: sentence(4))
        line("Content-Type: text/plain; charset=us-ascii")
        line()
        for _ in 0..<random.within(1...5) {
            line(text(random.within(sizes.longLine)).map { $0 < 0x20 ? UInt8(ascii: " ") : $0 })
            line(".")
        }
    }

    mutating func composeManyHeaders() {
        header(subject: sentence(4))
        for number in 0..<random.within(sizes.headerFields) {
            line("X-Field-\(number): \(sentence(random.within(1...12)))")
            if random.below(5) == 0 { line("\t\(sentence(6))") }
        }
        for _ in 0..<random.within(2...20) {
            line("Received: from a.example (a.example [192.0.2.\(random.below(255))])")
            line("        by b.example with ESMTP; 1 Jan 2020 00:00:00 +0000")
        }
        line("Content-Type: text/plain")
        line()
        output += text(400)
    }

    mutating func composeEightBit() {
        let bytes = MailCharset.latin1.encode(MailCharset.latin1.sentence)
        header(subject: sentence(3), isMIME: false)
        line(Array("X-Raw: ".utf8) + bytes)
        line()
        for _ in 0..<random.within(5...60) {
            line(random.bytes(random.within(1...70)).map { $0 < 0x80 ? $0 % 0x5F + 0x20 : $0 })
            line(bytes)
        }
    }

    mutating func composeNUL() {
        header(subject: "NUL")
        line("Content-Type: text/plain")
        line()
        for _ in 0..<random.within(5...40) {
            line(Array(sentence(3).utf8) + [0] + Array(sentence(2).utf8) + [0, 0])
            line([0])
        }
    }

    mutating func composeBareLineEnds() {
        header(subject: sentence(2))
        line("Content-Type: text/plain")
        line()
        let ends: [[UInt8]] = [[0x0A], [0x0D], [0x0D, 0x0D, 0x0A], [0x0A, 0x0D], [0x0D, 0x0A]]
        for _ in 0..<random.within(20...100) {
            output += Array(sentence(random.below(6)).utf8)
            output += random.pick(ends)
            if random.below(3) == 0 { output.append(UInt8(ascii: ".")) }
        }
        // What a careless reader takes for the end: a dot between bare line ends.
        output += Array("\n.\nstill the same message\r.\r and still\n.\r\n".utf8)
    }

    mutating func composeNoFinalNewline() {
        header(subject: sentence(3))
        line("Content-Type: text/plain")
        line()
        output += text(random.within(1...900))
        output += Array("the last line has no end".utf8)
        if random.below(3) == 0 { output += [0x0D] }
        if random.below(3) == 0 { output += [0x0D, 0x0A, 0x2E] }
    }

    mutating func composeEmptyBody() {
        header(subject: "")
        // One in three has not even the empty line that ends a header.
        if random.below(3) > 0 { line() }
    }
}
