import Testing

@testable import MIME

/// A message and the parts it has: `depth type body`, a line each.
private struct StructureCase: CustomTestStringConvertible, Sendable {
    let rule: String
    let message: String
    let parts: [String]
    var defects: [MIMEDefect.Code] = []

    var testDescription: String { rule }
}

private let cases: [StructureCase] = [
    StructureCase(
        rule: "a message without a type is plain text (RFC 2045 §5.2)",
        message: "Subject: x\n\nbody\n", parts: ["0 text/plain body\n"]),
    StructureCase(rule: "a header alone has an empty body", message: "Subject: x\n", parts: ["0 text/plain "]),
    StructureCase(rule: "an empty message is one empty part", message: "", parts: ["0 text/plain "]),
    StructureCase(
        rule: "the line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1)",
        message: "Content-Type: multipart/mixed; boundary=b\n\npre\n--b\n\none\n\n--b\n\ntwo\n--b--\nepi\n",
        parts: [
            "0 multipart/mixed pre\n--b\n\none\n\n--b\n\ntwo\n--b--\nepi\n", "1 text/plain one\n", "1 text/plain two",
        ]),
    StructureCase(
        rule: "the line end between the last delimiter of a multipart and one of the outer belongs to the outer one",
        message:
            "Content-Type: multipart/signed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nin\n--i--\n--o\n\nout\n--o--\n",
        parts: [
            "0 multipart/signed --o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nin\n--i--\n--o\n\nout\n--o--\n",
            "1 multipart/mixed --i\n\nin\n--i--", "2 text/plain in", "1 text/plain out",
        ]),
    StructureCase(
        rule: "the line end between a header and a delimiter behind it belongs to the delimiter",
        message:
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nSubject: in\n--b--\n",
        parts: [
            "0 multipart/mixed --b\nContent-Type: message/rfc822\n\nSubject: in\n--b--\n",
            "1 message/rfc822 Subject: in",
            "2 text/plain ",
        ], defects: [.missingBlankLine]),
    StructureCase(
        rule: "white space behind a delimiter is transport padding (RFC 2046 §5.1.1)",
        message: "Content-Type: multipart/mixed; boundary=b\n\n--b \t\n\none\n--b--  \n",
        parts: ["0 multipart/mixed --b \t\n\none\n--b--  \n", "1 text/plain one"]),
    StructureCase(
        rule: "a boundary in mid-line is text",
        message: "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none --b\n--b--\n",
        parts: ["0 multipart/mixed --b\n\none --b\n--b--\n", "1 text/plain one --b"]),
    StructureCase(
        rule: "a line that only begins with the boundary is text (RFC 2046 §5.1.1)",
        message: "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--bc\n--b--\n",
        parts: ["0 multipart/mixed --b\n\n--bc\n--b--\n", "1 text/plain --bc"], defects: [.delimiterWithText]),
    StructureCase(
        rule: "an inner part without an end ends at its parent's boundary",
        message:
            "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nin\n--o\n\nout\n--o--\n",
        parts: [
            "0 multipart/mixed --o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nin\n--o\n\nout\n--o--\n",
            "1 multipart/mixed --i\n\nin", "2 text/plain in", "1 text/plain out",
        ], defects: [.multipartNeverClosed]),
    StructureCase(
        rule: "a part of a digest is a message (RFC 2046 §5.1.5)",
        message: "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: in\n\ntext\n--b--\n",
        parts: [
            "0 multipart/digest --b\n\nSubject: in\n\ntext\n--b--\n", "1 message/rfc822 Subject: in\n\ntext",
            "2 text/plain text",
        ]),
    StructureCase(
        rule: "an embedded message has a header of its own (RFC 2046 §5.2.1)",
        message: "Content-Type: message/rfc822\n\nSubject: in\n\ntext\n",
        parts: ["0 message/rfc822 Subject: in\n\ntext\n", "1 text/plain text\n"]),
    StructureCase(
        rule: "an embedded message in base64 is decoded and read, and what follows is its sibling",
        message: "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n"
            + "Content-Transfer-Encoding: base64\n\nU3ViamVjdDogaW4KCnRleHQ=\n--b\n\ntwo\n--b--\n",
        parts: [
            "0 multipart/mixed --b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
                + "U3ViamVjdDogaW4KCnRleHQ=\n--b\n\ntwo\n--b--\n",
            "1 message/rfc822 U3ViamVjdDogaW4KCnRleHQ=", "2 text/plain text", "1 text/plain two",
        ]),
    StructureCase(
        rule: "an embedded message in quoted-printable is decoded and read, also if it holds another",
        message: "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n"
            + "Content-Type: message/global\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaW4KCnRleHQ=3D\n",
        parts: [
            "0 message/rfc822 Content-Type: message/global\nContent-Transfer-Encoding: base64\n\n"
                + "U3ViamVjdDogaW4KCnRleHQ=3D\n",
            "1 message/global U3ViamVjdDogaW4KCnRleHQ=\n", "2 text/plain text",
        ]),
    StructureCase(
        rule: "a multipart without a boundary is one part", message: "Content-Type: multipart/mixed\n\n--b\n\none\n",
        parts: ["0 multipart/mixed --b\n\none\n"], defects: [.multipartWithoutBoundary]),
    StructureCase(
        rule: "a multipart that is never closed keeps its parts",
        message: "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none",
        parts: ["0 multipart/mixed --b\n\none", "1 text/plain one"], defects: [.multipartNeverClosed]),
    StructureCase(
        rule: "a delimiter right behind a header ends the part",
        message: "Content-Type: multipart/mixed; boundary=b\n\n--b\nX: y\n--b\n\ntwo\n--b--\n",
        parts: ["0 multipart/mixed --b\nX: y\n--b\n\ntwo\n--b--\n", "1 text/plain ", "1 text/plain two"],
        defects: [.missingBlankLine]),
    StructureCase(
        rule: "a line without a colon ends the header", message: "Subject: x\nno field\nmore\n",
        parts: ["0 text/plain no field\nmore\n"], defects: [.headerLineWithoutColon]),
    StructureCase(
        rule: "a line without a colon between fields is left out",
        message: "Subject: x\nno field\nContent-Type: a/b\n\nc",
        parts: ["0 a/b c"], defects: [.strayLineInHeader]),
    StructureCase(
        rule: "a delimiter right behind the header that names it begins the first part",
        message: "Content-Type: multipart/mixed; boundary=b\nA: b\n--b\nC: d\n\nx\n--b--\n",
        parts: ["0 multipart/mixed --b\nC: d\n\nx\n--b--\n", "1 text/plain x"], defects: [.headerLineWithoutColon]),
    StructureCase(
        rule: "text before any field is no header", message: "no field\nmore: x\n\nc",
        parts: ["0 text/plain no field\nmore: x\n\nc"], defects: [.headerLineWithoutColon]),
    StructureCase(
        rule: "a damaged octet in a field's name does not end the header",
        message: "Subject: x\n\u{E9}A: y\nContent-Type: a/b\n\nc", parts: ["0 a/b c"], defects: []),
    StructureCase(
        rule: "an mbox line before the header is left out", message: "From ada Mon\nSubject: x\n\nb",
        parts: ["0 text/plain b"], defects: [.mboxLineInHeader]),
    StructureCase(
        rule: "the first Content-Type counts", message: "Content-Type: text/html\nContent-Type: text/plain\n\nb",
        parts: ["0 text/html b"], defects: [.duplicateContentType]),
]

@Suite("Structure (RFC 2046 §5.1)")
struct StructureTests {
    private func describe(_ document: MIMEDocument) -> [String] {
        document.parts.map { "\($0.depth) \($0.contentType.mediaType) \(String(decoding: $0.body))" }
    }

    @Test(arguments: cases)
    private func structure(_ example: StructureCase) {
        let document = NativeMIMEParser().parse(MessageBytes(example.message), limits: MIMELimits())
        #expect(describe(document) == example.parts)
        #expect(document.defects.map(\.code) == example.defects)
    }

    @Test("CRLF and LF give the same parts", arguments: cases)
    private func lineEnds(_ example: StructureCase) {
        let message = example.message.replacing("\n", with: "\r\n")
        let document = NativeMIMEParser().parse(MessageBytes(message), limits: MIMELimits())
        #expect(describe(document) == example.parts.map { $0.replacing("\n", with: "\r\n") })
    }

    @Test("ranges are those of the message's own octets")
    func ranges() throws {
        let text = "A: b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nC: d\r\n\r\none\r\n--b--\r\n"
        let message = MessageBytes(text)
        let document = NativeMIMEParser().parse(message, limits: MIMELimits())
        for part in document.parts {
            #expect(message.extracting(try #require(part.bodyRange)) == part.body)
            for field in part.headers {
                #expect(String(decoding: message.extracting(try #require(field.range))).hasPrefix(field.name + ":"))
            }
        }
        #expect(document.parts.map(\.partID) == ["", "1"])
    }

    @Test("part numbers are those of IMAP (RFC 3501 §6.4.5)")
    func partNumbers() {
        let text =
            "Content-Type: multipart/mixed; boundary=o\n\n--o\n\n1\n--o\nContent-Type: message/rfc822\n\n"
            + "Content-Type: multipart/mixed; boundary=i\n\n--i\n\n2.1\n--i\n\n2.2\n--i--\n--o--\n"
        let document = NativeMIMEParser().parse(MessageBytes(text), limits: MIMELimits())
        #expect(document.parts.map(\.partID) == ["", "1", "2", "2", "2.1", "2.2"])
    }

    @Test("a message's control characters do not get into the outline")
    func outline() {
        let text = "Content-Type: text/plain; charset=\"\u{1B}[31mred\u{7}\"; name=\"\u{1B}x\"\n\nbody"
        let outline = NativeMIMEParser().parse(MessageBytes(text), limits: MIMELimits()).outline
        #expect(outline.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        #expect(outline.contains("31mred"))
    }
}
