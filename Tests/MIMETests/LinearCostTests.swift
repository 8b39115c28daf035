import Testing

@testable import MIME

/// Shapes of which a reading that looks ahead and comes back, or copies what it holds, once cost the square of the size:
/// each is long enough that such a reading would not end within minutes.
@Suite("A message costs no more than its size")
struct LinearCostTests {
    private static let spaces = String(repeating: " ", count: 200_000)

    @Test(
        "a run of white space in a parameter is read once",
        arguments: [
            "name=x\(spaces)y", "name=x\(spaces)\r\n\(spaces)y", "name=(c)x\(spaces)y", "name=\"x\"\(spaces)y",
            "\(spaces)y; name=x",
        ])
    func whiteSpaceInParameter(_ parameters: String) throws {
        let type = try #require(ContentType(MessageBytes("a/b; \(parameters)")))
        let name = try #require(type[parameter: "name"])
        #expect(name == "x" || name.first == "x" && name.last == "y" && name.utf8.count > Self.spaces.utf8.count)
        let scan = ContentTypeScan(MessageBytes("multipart/mixed; boundary=b; \(parameters)"), MIMELimits())
        #expect(scan.boundary == MessageBytes("b"))
    }

    @Test("a parameter after a run of white space is found without its semicolon")
    func parameterAfterWhiteSpace() throws {
        let type = try #require(ContentType(MessageBytes("a/b; name=x \(Self.spaces)y \(Self.spaces)charset=utf-8")))
        #expect(type[parameter: "charset"] == "utf-8")
        #expect(type[parameter: "name"]?.last == "y")
    }

    @Test("long parameter names in any script are compared within the cost of reading them")
    func longParameterNames() throws {
        let letters = String(repeating: "ä", count: 4_000)
        let parameters = (0..<120).map { "; \(letters)\($0)*0=x" }.joined()
        let type = try #require(ContentType(MessageBytes("a/b\(parameters)")))
        #expect(type.parameters.map(\.value) == [String](repeating: "x", count: 120))
    }

    @Test("quoted-printable white space that comes in small pieces is read once")
    func streamedWhiteSpace() {
        var decoder = ContentDecoder(.quotedPrintable)
        let piece = MessageBytes([UInt8](repeating: 0x20, count: 64))
        for _ in 0..<40_000 where !decoder.decode(piece).isEmpty { Issue.record("white space is held") }
        #expect(decoder.decode(MessageBytes("x")).count == 40_000 * 64 + 1)
        for _ in 0..<40_000 { _ = decoder.decode(piece) }
        #expect(decoder.decode(MessageBytes("\n")).count == 1)
        #expect(decoder.finish().defect == nil)
    }

    @Test("ends of raw text without an end are looked for once (HTML)")
    func unclosedEndTags() {
        let html = "a<script>" + String(repeating: "</script ", count: 40_000)
        #expect(HTMLToText.convert(html, limit: 1 << 20) == "a")
    }

    @Test("words that are no encoded-words share one search for their ends")
    func damagedEncodedWords() {
        let text = String(repeating: String(repeating: "=?u?x? ", count: 500) + "?=", count: 60)
        #expect(HeaderText.decode(MessageBytes(text)) == text)
    }

    @Test("images that a page names in turn are decoded once each")
    func alternatingImages() throws {
        func image(_ id: String, _ content: String) -> String {
            "--b\nContent-Type: image/png\nContent-ID: <\(id)>\nContent-Transfer-Encoding: base64\n\n\(content)\n"
        }
        let large = String(repeating: "QUJD", count: 100_000)
        let page = String(repeating: "<img src=cid:a><img src=cid:b>", count: 10_000)
        let text =
            "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n\(page)\n"
            + image("a", large) + image("b", "QQ==") + "--b--\n"
        var options = MailOptions()
        options.inlinedImageBytes = 500_000
        let html = try #require(try Mail(MessageBytes(text), options: options).html)
        #expect(html.hasPrefix("<img src=data:image/png;base64,QUJD"))
        #expect(html.utf8.count <= page.utf8.count + 500_000)
    }

    @Test("a long type of a multipart is read once for all the parts in it")
    func longTypeOfMultipart() throws {
        let comment = "(" + String(repeating: "x", count: 400_000) + ")"
        let text =
            "Content-Type: multipart/ \(comment) digest; boundary=b\n\n"
            + String(repeating: "--b\n\nSubject: x\n\ny\n", count: 2_000) + "--b--\n"
        let mail = try Mail(MessageBytes(text))
        #expect(mail.document.partCount == 4_001)
        #expect(mail.document.parts[1].contentType.mediaType == "message/rfc822")
        #expect(mail.content.blocks.count == 2_000)
    }

    @Test("a long Content-Location of a multipart is resolved once for all the parts in it (RFC 2557 §5)")
    func longLocation() throws {
        let location = "http://example.org/" + String(repeating: "x/", count: 200_000)
        let text =
            "Content-Type: multipart/related; boundary=b\nContent-Location: \(location)\n\n"
            + String(repeating: "--b\nContent-Location: y\n\nz\n", count: 2_000) + "--b--\n"
        let mail = try Mail(MessageBytes(text))
        let part = mail.document.parts[1]
        #expect(part.related(to: "y")?.index == 1)
        #expect(part.related(to: "nothing") == nil)
    }
}
