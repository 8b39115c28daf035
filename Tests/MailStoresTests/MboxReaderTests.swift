import ByteCoding
import MailStoresTestSupport
import MessageBuffers
import SeededRandom
import Testing

@testable import MailStores

@Suite("An mbox is read as other programs write it")
struct MboxReaderTests {
    private static let separator = "From ada@a.example Mon Jun  3 12:50:27 1996\n"

    private func messages(_ text: String, _ format: MboxFormat = .automatic) throws -> [String] {
        let folder = try TemporaryFolder()
        try folder.write(Array(text.utf8), to: "mbox")
        var reader = try MboxReader(path: folder["mbox"], format: format)
        var found: [String] = []
        while let message = try reader.nextMessage() { found.append(String(decoding: message.bytes, as: UTF8.self)) }
        return found
    }

    @Test(
        "a line that begins a message has a sender and a date, in any of the forms that programs write",
        arguments: [
            ("From ada Thu Jan  1 00:00:00 1970", "ada", 0), ("From ada Thu Jan 1 00:00 1970\r\n", "ada", 0),
            ("From a b Thu Jan  1 00:00:01 GMT 1970", "a b", 1), ("From - Thu Jan  1 01:00:00 1970 +0100\n", "-", 0),
            ("From Thu Jan  1 00:00:00 1970", "", 0), ("From u Thu Jan  1 00:00:00 1970 remote from host", "u", 0),
            ("From 1@xxx Thu Jan 01 00:00:00 +0000 1970", "1@xxx", 0),
            ("From ada Thu, 1 Jan 1970 00:00:02 +0000", "ada", 2), ("From ada Wed Dec 31 23:59:60 1969", "ada", 0),
            ("From Mon Jun  3 12:50:27 1996 Thu Jan  1 00:00:00 1970", "Mon Jun 3 12:50:27 1996", 0),
        ])
    func separators(_ line: String, _ sender: String, _ date: Int) throws {
        let separator = try #require(MboxSeparator(line: line.utf8))
        #expect(String(decoding: separator.sender, as: UTF8.self) == sender)
        #expect(separator.date == date)
    }

    @Test(
        "a line of text is none",
        arguments: [
            "From here on this is text", "From ", "From", "from ada Thu Jan  1 00:00:00 1970",
            ">From ada Thu Jan  1 00:00:00 1970", "From ada Thu Jan 32 00:00:00 1970",
            "From ada Thu Jan  1 24:00:00 1970",
            "From ada Thu Jan  1 00:00:00", "From ada Thu Jan  1 00:00:00 1970 and then we left",
            "From ada Thu Foo  1 00:00:00 1970", "From ada Mon Feb 30 00:00:00 1970",
            "From ada Thu Jan  1 00:00:00 99999",
            "From " + String(repeating: "a", count: 600) + " Thu Jan  1 00:00:00 1970",
        ])
    func noSeparators(_ line: String) {
        #expect(MboxSeparator(line: line.utf8) == nil)
    }

    @Test("a message begins at a separator, with or without an empty line before it, and at no other line")
    func boundaries() throws {
        let text =
            Self.separator + "Subject: 1\n\nfirst\n" + Self.separator + "Subject: 2\n\nsecond\n\nFrom here on text\n\n"
            + Self.separator + "\n" + Self.separator
        #expect(
            try messages(text) == ["Subject: 1\n\nfirst\n", "Subject: 2\n\nsecond\n\nFrom here on text\n", "\n", ""])
        #expect(try messages("junk\n\n" + Self.separator + "x: y") == ["x: y"])
        #expect(try messages("Subject: no mbox\n\ntext\n") == [])
        #expect(try messages("") == [])
    }

    @Test("line ends with CR stay, and the empty line between messages belongs to none")
    func lineEnds() throws {
        let separator = Self.separator.dropLast() + "\r\n"
        #expect(
            try messages(separator + "a: 1\r\n\r\nx\r\n\r\n" + separator + "a: 2\r\n\r\n") == [
                "a: 1\r\n\r\nx\r\n", "a: 2\r\n",
            ])
    }

    @Test("a file whose first From line has no date is split at those after empty lines")
    func undated() throws {
        let text = "From a\nSubject: 1\n\n>From here\nFrom nowhere\n\nFrom b\nSubject: 2\n\nend\n\n"
        #expect(try messages(text) == ["Subject: 1\n\nFrom here\nFrom nowhere\n", "Subject: 2\n\nend\n"])
    }

    @Test(
        "quoting is undone as the format has it",
        arguments: [
            (MboxFormat.mboxrd, "From a\n>From b\n>>From c\n > From d\n"),
            (.automatic, "From a\n>From b\n>>From c\n > From d\n"),
            (.mboxo, "From a\n>>From b\n>>>From c\n > From d\n"),
            (.mboxcl2, ">From a\n>>From b\n>>>From c\n > From d\n"),
        ])
    func quoting(_ format: MboxFormat, _ body: String) throws {
        let text = Self.separator + "a: b\n\n>From a\n>>From b\n>>>From c\n > From d\n\n"
        #expect(try messages(text, format) == ["a: b\n\n" + body])
    }

    @Test("Content-Length is believed where it leads to the next message, and the body could not be in another form")
    func contentLength() throws {
        let body = "\(Self.separator)>From there\n"
        func message(_ length: Int, _ body: String) -> String {
            "\(Self.separator)Content-Length: \(length)\n\n\(body)\n"
        }
        let count = body.utf8.count
        let expected = "Content-Length: \(count)\n\n\(body)"
        #expect(try messages(message(count, body) + message(count, body)) == [expected, expected])
        #expect(try messages(message(count, body), .mboxcl2) == [expected])
        // A length that leads nowhere: the lines decide.
        #expect(try messages(message(count - 1, body)).count == 2)
        #expect(try messages(message(Int.max, body)).count == 2)
        #expect(
            try messages("\(Self.separator)Content-Length: 99999999999999999999\n\nx\n") == [
                "Content-Length: 99999999999999999999\n\nx\n"
            ])
        // A body that can be quoted is read as one that is.
        #expect(try messages(message(11, ">From there")) == ["Content-Length: 11\n\nFrom there\n"])
        #expect(try messages(message(count, body), .mboxrd).count == 2)
    }

    @Test("what this library writes is read back byte for byte, whatever lines it has, also across windows")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 0x6d62)
        let pieces = [
            "From ", ">", "x", "\n", "\r\n", "From ada Mon Jun  3 12:50:27 1996\n", ">>From ", "\n\n", "a: b\n",
        ]
        let folder = try TemporaryFolder()
        for round in 0..<TestLevel.rounds(2_000, quick: 200) {
            var file: [UInt8] = []
            var expected: [String] = []
            for _ in 0..<3 {
                var message =
                    (0..<Int.random(in: 0..<30, using: &random)).map { _ in
                        pieces[Int.random(in: 0..<pieces.count, using: &random)]
                    }.joined() + "\n"
                if round == 0 { message = String(repeating: "From line\n", count: LineReader.windowLength / 9) }
                var escaper = MboxrdEscaper()
                file += MboxFromLine.line(at: 0) + [0x0A]
                escaper.escape(Array(message.utf8).rawSpan, into: &file)
                escaper.finish(into: &file)
                file.append(0x0A)
                expected.append(message)
            }
            try folder.write(file, to: "mbox")
            var reader = try MboxReader(path: folder["mbox"])
            for message in expected {
                #expect(try reader.nextMessage()?.bytes == MessageBytes(Array(message.utf8)), "round \(round)")
            }
            #expect(try reader.nextMessage() == nil)
        }
    }
}
