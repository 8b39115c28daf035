import MIME
import MIMEMimetic
import Testing

@Suite("the mimetic backend")
struct MimeticParserTests {
    /// What a document says, backend aside, and aside from line ends: mimetic's quoted-printable ends lines with LF.
    static func describe(_ document: MIMEDocument) -> [String] {
        document.parts.map { part in
            let fields = part.headers.filter { $0.name.lowercased() != "content-type" }
            let header = fields.map { "\($0.name): \($0.text)" }.joined(separator: "; ")
            let type = part.contentType
            let parameters = type.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
            let body =
                part.kind == .leaf ? String(decoding: part.decodedBody().bytes).replacing("\r\n", with: "\n") : ""
            return "\(part.partID) \(part.kind) \(type.mediaType) \(parameters) [\(header)] \(body)"
        }
    }

    /// A message on which both backends must agree.
    struct Ordinary: CustomTestStringConvertible {
        let kind: String
        let text: String
        var testDescription: String { kind }

        init(_ kind: String, _ lines: String...) {
            self.kind = kind
            text = lines.joined(separator: "\r\n") + "\r\n"
        }
    }

    static let ordinary = [
        Ordinary("plain text", "From: Ada <ada@example.com>", "Subject: one", " two", "", "body", "more"),
        Ordinary("no body", "From: a@example.com", "Subject: x", ""),
        Ordinary(
            "encoded-words and quoted-printable", "Subject: =?utf-8?Q?caf=C3=A9?=",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: Quoted-Printable", "", "caf=C3=A9 =",
            "au lait"),
        Ordinary(
            "alternative with an attachment", "Content-Type: multipart/mixed; boundary=\"outer\"", "", "preamble",
            "--outer", "Content-Type: multipart/alternative; boundary=inner", "", "--inner",
            "Content-Type: text/plain; charset=us-ascii", "", "plain", "--inner", "Content-Type: text/html", "",
            "<p>html</p>", "--inner--", "--outer", "Content-Type: application/pdf; name=a.pdf",
            "Content-Transfer-Encoding: base64", "Content-Disposition: attachment; filename=\"a.pdf\"", "", "Zm9v",
            "YmFy", "--outer--", "epilogue"),
        Ordinary(
            "an embedded message", "Content-Type: multipart/mixed; boundary=b", "", "--b",
            "Content-Type: message/rfc822", "", "Subject: inner", "Content-Type: text/plain", "", "text", "--b--"),
    ]

    @Test("ordinary mail reads the same by both backends", arguments: ordinary)
    func agreement(item: Ordinary) throws {
        let message = MessageBytes(item.text)
        let native = try NativeMIMEParser().parse(message)
        let mimetic = try MimeticParser().parse(message)
        #expect(Self.describe(mimetic) == Self.describe(native))
        #expect(mimetic.backend == "mimetic")
    }

    @Test("it cannot tell where things lie, and says so")
    func ranges() throws {
        #expect(MimeticParser.capabilities == [.addresses, .dates, .transferDecoding])
        let document = try MimeticParser().parse(MessageBytes("A: b\r\n\r\nbody"))
        #expect(document.root.bodyRange == nil)
        #expect(document.root.range == nil)
        #expect(document.root.headers.first("a")?.range == nil)
    }

    /// A message over a limit, and the defect that says so.
    struct Limited: CustomTestStringConvertible {
        let limit: String
        let text: String
        let defect: MIMEDefect.Code
        var testDescription: String { limit }
    }

    static let limited = [
        Limited(
            limit: "depth", text: String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 150),
            defect: .tooDeep),
        Limited(
            limit: "depth, by 100,000", text: String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 100_000),
            defect: .tooDeep),
        Limited(
            limit: "parts",
            text: "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                + String(repeating: "--b\r\n\r\nx\r\n", count: 30_000), defect: .tooManyParts),
        Limited(
            limit: "header fields", text: String(repeating: "A: b\r\n", count: 12_000) + "\r\nbody",
            defect: .tooManyHeaderFields),
        Limited(
            limit: "header bytes", text: "A: " + String(repeating: "b", count: 1 << 20) + "\r\n\r\nbody",
            defect: .tooManyHeaderBytes),
    ]

    @Test("a message over a limit gives a partial document with a defect", arguments: limited)
    func limits(item: Limited) throws {
        let limits = MIMELimits()
        let document = try MimeticParser().parse(MessageBytes(item.text), limits: limits)
        #expect(document.defects.contains { $0.code == item.defect })
        #expect(document.partCount <= limits.parts)
        #expect(document.parts.allSatisfy { $0.depth < limits.depth })
        #expect(document.parts.reduce(0) { $0 + $1.headers.count } <= limits.headerFields)
    }

    @Test("bytes outlive the document and the parser's other results")
    func ownership() throws {
        let body: MessageBytes = try {
            try MimeticParser().parse(MessageBytes("A: b\r\n\r\n" + String(repeating: "x", count: 4096))).root.body
        }()
        #expect(String(decoding: body) == String(repeating: "x", count: 4096))
    }

    @Test("a document that is used again says what a new one does, and what was taken from it stays")
    func reuse() throws {
        let parser = MimeticParser()
        var document = try parser.parse(MessageBytes("A: b\r\n\r\nfirst"))
        let first = document.root.body
        for item in Self.ordinary {
            let expected = try parser.parse(MessageBytes(item.text))
            try parser.parse(MessageBytes(item.text), into: &document)
            #expect(document.outline == expected.outline)
            #expect(Self.describe(document) == Self.describe(expected))
        }
        #expect(String(decoding: first) == "first")
        let held = document
        try parser.parse(MessageBytes("\r\nlast"), into: &document)
        #expect(String(decoding: document.root.body) == "last")
        #expect(held !== document)
    }

    @Test("a document that mimetic breaks down over is one part that has nothing")
    func reuseAfterFailure() throws {
        var document = try MimeticParser().parse(MessageBytes("A: b\r\n\r\nfirst"))
        let claimed = unsafe MessageBytes(
            unowned: UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 4096), count: 1 << 31),
            keptAliveBy: nil)
        let reading = { try MimeticParser().parse(claimed, into: &document) }
        #expect(throws: MIMEError.self) { try reading() }
        #expect(document.partCount == 1 && document.root.headers.isEmpty && document.root.body.isEmpty)
    }
}
