internal import ByteCoding

/// Writes one mail.
struct MailComposer {
    private static let words =
        "the maildrop holds mail that a client asks for and a server sends line by line until one dot ends it all so keep calm read on and never trust what you have not checked"
        .split(separator: " ").map(String.init)
    private static let names = ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Edsger Dijkstra", "Barbara Liskov"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    var random: RandomSource
    let sizes: MailSizes
    let index: Int
    var output: [UInt8] = []

    init(_ random: RandomSource, sizes: MailSizes, index: Int) {
        self.random = random
        self.sizes = sizes
        self.index = index
    }

    mutating func compose(_ kind: MailKind) {
        switch kind {
        case .short: composeShort()
        case .newsletter: composeNewsletter()
        case .attachments: composeAttachments()
        case .forwards: composeForwards()
        case .charsets: composeCharsets()
        case .parameters: composeParameters()
        case .dots: composeDots()
        case .longLines: composeLongLines()
        case .manyHeaders: composeManyHeaders()
        case .eightBit: composeEightBit()
        case .nul: composeNUL()
        case .bareLineEnds: composeBareLineEnds()
        case .noFinalNewline: composeNoFinalNewline()
        case .emptyBody: composeEmptyBody()
        case .calendar: composeCalendar()
        case .signed: composeSigned()
        case .report: composeReport()
        case .digest: composeDigest()
        }
    }

    // MARK: Lines and fields

    mutating func line(_ text: String = "") {
        output += Array(text.utf8)
        output += [0x0D, 0x0A]
    }

    mutating func line(_ bytes: [UInt8]) {
        output += bytes
        output += [0x0D, 0x0A]
    }

    /// From, To, Subject, Date and Message-ID; the empty line is the caller's.
    mutating func header(subject: String, isMIME: Bool = true) {
        if output.isEmpty { trace(sizes.trace) }
        let (sender, receiver) = (random.pick(Self.names), random.pick(Self.names))
        line("Return-Path: <\(address(sender))>")
        line("From: \(sender) <\(address(sender))>")
        line("To: \"\(receiver)\" <\(address(receiver))>")
        line("Subject: \(subject)")
        let day = random.within(1...28)
        let time = [random.below(24), random.below(60), random.below(60)].map { $0 < 10 ? "0\($0)" : "\($0)" }
        let zone = random.pick(["+0000", "+0200", "-0730", "+0545"])
        line(
            "Date: \(day) \(random.pick(Self.months)) \(random.within(1995...2025)) \(time.joined(separator: ":")) \(zone)"
        )
        line("Message-ID: <\(index).\(random.next())@example.org>")
        if isMIME { line("MIME-Version: 1.0") }
    }

    /// What servers on the way write, the last one first.
    private mutating func trace(_ byteCount: Int) {
        while output.count < byteCount {
            let (host, next) = (random.below(90), random.below(90))
            line("Received: from mx\(host).example.net (mx\(host).example.net [192.0.2.\(random.below(255))])")
            line("\tby in\(next).example.org (Postfix) with ESMTPS id \(String(random.next(), radix: 36).uppercased())")
            line("\tfor <someone@example.org>; Tue, 24 Nov 2026 10:\(10 + random.below(50)):00 +0000 (UTC)")
            guard random.below(3) == 0 else { continue }
            line("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=s\(host);")
            line("\th=from:to:subject:date:message-id; bh=\(base64(32));")
            line("\tb=\(base64(48))")
            line("\t \(base64(48))")
        }
    }

    private mutating func base64(_ byteCount: Int) -> String {
        String(decoding: Base64.encode(random.bytes(byteCount)), as: UTF8.self)
    }

    private func address(_ name: String) -> String {
        name.lowercased().split(separator: " ").joined(separator: ".") + "@example.org"
    }

    // MARK: Text

    mutating func sentence(_ count: Int = 8) -> String {
        (0..<count).map { _ in random.pick(Self.words) }.joined(separator: " ")
    }

    /// Lines of text of about `byteCount` bytes, each ended with CRLF.
    mutating func text(_ byteCount: Int) -> [UInt8] {
        var text: [UInt8] = []
        while text.count < byteCount {
            text += Array(sentence(random.within(4...13)).utf8)
            text += random.below(12) == 0 ? [0x2E, 0x0D, 0x0A, 0x0D, 0x0A] : [0x0D, 0x0A]
        }
        return text
    }

    // MARK: Multiparts

    mutating func boundary() -> String {
        "=_\(String(random.next(), radix: 36))_\(index)"
    }

    /// A part: delimiter, fields, empty line, body and the line end that belongs to the next delimiter.
    mutating func part(_ boundary: String, _ fields: [String], _ body: [UInt8]) {
        line("--" + boundary)
        for field in fields { line(field) }
        line()
        output += body
        if !body.suffix(2).elementsEqual([0x0D, 0x0A]) { line() }
    }

    mutating func closeMultipart(_ boundary: String) {
        line("--\(boundary)--")
    }
}
