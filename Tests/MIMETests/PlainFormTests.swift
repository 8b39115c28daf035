import MessageBuffers
import SeededRandom
import Testing

@testable import MIME

/// The common forms of a field are read by ways of their own. An empty comment in front, which says nothing, sends the
/// same value the general way.
@Suite("common forms read as all others are")
struct PlainFormTests {
    /// Every sequence of so many pieces.
    static func sequences(of pieces: [String], length: Int) -> [String] {
        (0..<length).reduce([""]) { sequences, _ in sequences.flatMap { start in pieces.map { start + $0 } } }
    }

    @Test("an address (RFC 5322 §3.4)")
    func addresses() {
        let pieces = [
            "a", "b.c", " ", "  ", "@", "<", ">", "\"", "--", ",", ";", ":", "(d)", "\\", "=?utf-8?q?e?=", "é",
        ]
        let known = [
            "Ada <ada@example.com>", "\"Lovelace, Ada\" <ada@example.com>", "ada@example.com", "<ada@example.com>",
            "Ada Lovelace ada@example.com", "Ada King Lovelace <ada@example.com>, b@example.com;c@example.com",
            "ada@xn--bcher-kva.example", "A <a@mail-out.example>", "\"\" <a@b>", "A\r\n <a@b>\r\n ,\r\n c@d",
            "=?utf-8?q?caf=C3=A9?= <a@b>", "\"=?utf-8?q?caf=C3=A9?=\" <a@b>", "é <a@b>", "a@b@c", "a@b <c@d>",
        ]
        for value in known + Self.sequences(of: pieces, length: 4) {
            var plain = AddressListParser(MessageBytes(value), limit: 100)
            var general = AddressListParser(MessageBytes("()" + value), limit: 100)
            let (found, expected) = (plain.parse(), general.parse())
            if found != expected { Issue.record("\(value.debugDescription): \(found), and not \(expected)") }
            let list = unsafe MessageBytes(value).withUnsafeBytes { unsafe PlainMailbox.list($0, limit: 100) }
            if let list, list != expected { Issue.record("\(value.debugDescription): \(list), and not \(expected)") }
        }
    }

    @Test("a list of mailboxes within its limit")
    func lists() {
        let list = MessageBytes("Ada <ada@example.com>, b@example.com,c@example.com")
        for limit in 0...4 {
            let found = unsafe list.withUnsafeBytes { unsafe PlainMailbox.list($0, limit: limit) }
            #expect(found?.compactMap(\.address) == (limit < 3 ? nil : ["ada", "b", "c"].map { "\($0)@example.com" }))
        }
    }

    @Test("a text (RFC 5322 §2.2.1)")
    func texts() {
        let pieces = ["a", "=", "?", "=?", "é", "\r\n ", "=?utf-8?q?e?=", " ", "\0"]
        for value in Self.sequences(of: pieces, length: 4).map({ MessageBytes($0) }) {
            let found = HeaderText.decode(value)
            let expected = HeaderText.decode(HeaderText.unfold(value))
            if found != expected { Issue.record("\(String(decoding: value).debugDescription): \(found)") }
        }
    }

    @Test("a name by itself, as a backend finds it")
    func names() {
        let pieces = ["a", "B.c", " ", "-", "\"", "(d)", "\\", "=?utf-8?q?e?=", "é", ",", "<", "'", "\r\n "]
        for value in Self.sequences(of: pieces, length: 4) {
            let found = unsafe MessageBytes(value).withUnsafeBytes { unsafe AddressListParser.name($0) }
            let expected = unsafe MessageBytes("()" + value).withUnsafeBytes { unsafe AddressListParser.name($0) }
            if found != expected { Issue.record("\(value.debugDescription): \(String(describing: found))") }
        }
    }

    @Test("a date (RFC 5322 §3.3)")
    func dates() {
        let parts = [
            ["", "Tue, ", "Tuesday, ", "Tue ", "tue,"], ["24 ", "4 ", "31 ", "124 ", "24  "],
            ["Nov ", "NOV ", "Feb ", "Foo ", "November "], ["2026 ", "26 ", "0026 "],
            ["06:46:10", "06:46", "24:00", "6:46", "06:46:61"],
            [" +0000", " -0000", " +0130", " -0800 (PST)", " GMT", ""],
        ]
        let values = parts.reduce([""]) { values, next in values.flatMap { start in next.map { start + $0 } } }
        for value in values {
            let found = MailDate(MessageBytes(value))
            let expected = MailDate(MessageBytes("()" + value))
            if found != expected { Issue.record("\(value): \(String(describing: found))") }
        }
        #expect(MailDate.plain(MessageBytes("Tue, 24 Nov 2026 06:46:10 +0100 (CET)"))?.hour == 6)
    }

    @Test("what a text part's type says, and its charset")
    func textTypes() {
        let pieces = [
            "", "; charset=utf-8", "; charset=\"US-ASCII\"", "; Charset=ISO-8859-2", "; charset*=utf-8''latin1",
            "; format=Flowed", "; delsp=YES", "; charset=", "; charset", ";;", "; name=a", " charset=utf-8", "; (c)",
            ";\r\n\tcharset=koi8-r \r\n ", "; name=\"a;b\"", "; name=\"a\\\"b\"", "; name=\"open", "; charset = utf-8",
            "; name=a\"b", "/", ";",
        ]
        for type in ["text/plain", "text/html", "Text / Plain", "text", "application/pdf"] {
            for value in Self.sequences(of: pieces, length: 2).map({ MessageBytes(type + $0) }) {
                let found = TextType(value, limit: 128)
                let expected = ContentType(value).map { TextType($0) }
                if found != expected { Issue.record("\(String(decoding: value)): \(String(describing: found))") }
            }
        }
    }

    @Test("what structure depends on in a type (RFC 2046 §5.1.1)")
    func structure() {
        let pieces = [
            "", "; boundary=a", "; boundary=\"b c \"", "; Boundary=\"d\\e\"", "; boundary*0=f; boundary*1=g",
            ";\r\n\tboundary=h \r\n ", "; boundary=", "; boundary", ";;", "; type=i", " boundary=j", "; (k)",
            "; boundary=l m",
            "; boundary=n(o)", "; boundary=\"open", "; boundary=\"folded\r\n p\"", "; boundary = q", "; boundary=r\"",
        ]
        let types = [
            "multipart/mixed", "Multipart/Digest", "multipart / mixed", "multipart", "message/rfc822", "MESSAGE/News",
            "message/partial", "text/plain", "", "/", "multipart/", "a/b/c",
        ]
        for type in types {
            for value in Self.sequences(of: pieces, length: 2).map({ type + $0 }) {
                let found = ContentTypeScan(MessageBytes(value), MIMELimits())
                let expected = ContentTypeScan(MessageBytes("()" + value), MIMELimits())
                if found != expected { Issue.record("\(value.debugDescription): \(found), and not \(expected)") }
            }
        }
        let many = MessageBytes("multipart/mixed" + String(repeating: "; a=b", count: 3) + "; boundary=c")
        var limits = MIMELimits()
        limits.parametersPerField = 3
        #expect(ContentTypeScan(many, limits).boundary == nil)
    }

    @Test("a text that is its own UTF-8, in every charset that says so")
    func plainTexts() {
        let texts = ["", "plain\r\ntext\r\n", "caf\u{E9}\r\n", "\u{FEFF}mark", "\u{1B}$B", "bare\rCR\n"]
        for text in texts.map({ MessageBytes($0) }) + [MessageBytes([0xE9, 0x0D, 0x0A]), MessageBytes([0xFF, 0xFE])] {
            for name in [nil, "utf-8", "us-ascii", "iso-8859-1", "windows-1252", "koi8-r"] {
                for isHTML in [false, true] {
                    let header = "text/\(isHTML ? "html" : "plain")" + (name.map { "; charset=\($0)" } ?? "")
                    guard let type = TextType(MessageBytes(header), limit: 128) else { continue }
                    let found = DecodedText(type, DecodedBody(bytes: text, defect: nil))
                    let expected = CharsetReading(Array(text), declared: type.charset, isHTML: isHTML)
                    #expect(found.utf8 == LineEnds.unix(expected.decoded.utf8), "\(header)")
                    #expect(found.charset == expected.charset.name && found.charsetSource == expected.source)
                    #expect(found.defect == expected.decoded.defect)
                }
            }
        }
    }

    @Test("a large text is read in pieces that cut no character and no CRLF, whatever lies at their ends")
    func piecesOfText() {
        let size = LineEnds.pieceSize
        // What is put over the end of the first piece, at every place that touches it.
        let seams = ["\r\n", "\r\r\n\r", "\u{E9}", "\u{20AC}", "\u{1F600}", "a\u{1F600}\r\n"].map { Array($0.utf8) }
        let broken: [[UInt8]] = [[0x80], [0xE2, 0x82], [0xF0, 0x9F, 0x98], Array(repeating: 0xBF, count: 9), [0x1B]]
        var memory = DecodingMemory()
        for seam in seams + broken {
            for place in size - seam.count - 1...size + 1 {
                var octets = [UInt8](repeating: 0x61, count: 2 * size + 100)
                octets.replaceSubrange(place..<place + seam.count, with: seam)
                let names = [nil, "utf-8", "iso-8859-1"]
                for name in TestLevel.isLong ? names : [names[place % names.count]] {
                    let header = "text/plain" + (name.map { "; charset=\($0)" } ?? "")
                    guard let type = TextType(MessageBytes(header), limit: 128) else { continue }
                    let body = DecodedBody(bytes: MessageBytes(octets), defect: nil)
                    let expected = CharsetReading(octets, declared: type.charset, isHTML: false)
                    for found in [DecodedText(type, body), DecodedText(type, body, in: &memory)] {
                        let isRight = found.utf8 == LineEnds.unix(expected.decoded.utf8)
                        #expect(isRight && found.charset == expected.charset.name, "\(seam) at \(place), \(header)")
                        #expect(found.defect == expected.decoded.defect)
                    }
                }
            }
        }
    }

    @Test("memory for what is decoded is used again once nobody holds it, within its limit, and not before")
    func decodingMemory() throws {
        func place(_ bytes: MessageBytes) -> UInt {
            unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        }
        func part(_ text: String) throws -> MIMEPart {
            try Mail(MessageBytes("Content-Transfer-Encoding: base64\r\n\r\n" + text)).document.root
        }
        let (first, second) = (try part("Zmlyc3QgdGV4dA=="), try part("c2Vjb25kIHRleHQ="))
        var memory = DecodingMemory()
        let held = first.decodedBody(in: &memory)
        let other = second.decodedBody(in: &memory)
        #expect(String(decoding: held.bytes) == "first text" && String(decoding: other.bytes) == "second text")
        #expect(place(held.bytes) != place(other.bytes))
        let heldText = first.decodedText(in: &memory)
        #expect(heldText.text == "first text" && second.decodedText(in: &memory).text == "second text")
        #expect(heldText.text == "first text")

        var reused = DecodingMemory()
        let places = try (0..<5).map { _ in place(try part("YWdhaW4=").decodedBody(in: &reused).bytes) }
        #expect(Set(places).count == 1)
        let large = String(repeating: "YWdh", count: 1_000)
        var bounded = DecodingMemory(limit: 1_000)
        #expect(try part(large).decodedBody(in: &bounded).bytes.count == 3_000)
        #expect(try part("YWdhaW4=").decodedBody(in: &bounded).bytes.count == 5)
    }

    @Test("a document whose memory is used again says what a new one says, and one that is held keeps what it said")
    func reuse() {
        let messages = [
            "Subject: a\r\nTo: b@c\r\n\r\ntext", "", "x\r\n\r\n",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na",
            "A: 1\r\nB: 2\r\n C\r\n\r\n",
        ].map { MessageBytes($0) }
        var document = NativeMIMEParser().parse(MessageBytes("First: 1\r\n\r\n"), limits: MIMELimits())
        let held = document
        for message in messages + messages {
            NativeMIMEParser().parse(message, into: &document)
            let fresh = NativeMIMEParser().parse(message, limits: MIMELimits())
            #expect(document.outline == fresh.outline && document.message == message)
            #expect(document.root.headers.map(\.text) == fresh.root.headers.map(\.text))
            #expect(document.defects == fresh.defects)
        }
        #expect(held.root.headers.first("first")?.text == "1")
    }
}
