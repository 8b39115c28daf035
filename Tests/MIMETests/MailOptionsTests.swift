import Testing

@testable import MIME

@Suite("Options of a mail (simpleParser's)")
struct MailOptionsTests {
    private func mail(_ text: String, _ change: (inout MailOptions) -> Void) throws -> Mail {
        var options = MailOptions()
        change(&options)
        return try Mail(MessageBytes(text), options: options)
    }

    private static let html = "Content-Type: text/html\n\n<p>a</p>"
    private static let page =
        "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<img src=\"CID:a%40b\"><img src='cid:a@b'>"
        + "<img src=cid:none>\n--b\nContent-Type: image/png\nContent-ID: <a@b>\nContent-Transfer-Encoding: base64\n\niVBORw==\n--b--\n"
    private static let uri = "data:image/png;base64,iVBORw=="

    @Test("text is made of HTML unless that is skipped")
    func htmlToText() throws {
        #expect(try mail(Self.html) { _ in }.text == "a")
        #expect(try mail(Self.html) { $0.skipsHTMLToText = true }.text == nil)
    }

    @Test("HTML is made of text unless that is skipped")
    func textToHTML() throws {
        #expect(try mail("\na") { _ in }.textAsHTML == "<p>a</p>")
        #expect(try mail("\na") { $0.skipsTextToHTML = true }.textAsHTML == nil)
    }

    @Test("URLs in text are linked unless that is skipped")
    func textLinks() throws {
        #expect(try mail("\nhttp://x.test") { $0.skipsTextLinks = true }.textAsHTML == "<p>http://x.test</p>")
    }

    @Test("images named by cid: become data URIs, in any spelling of the name (RFC 2392)")
    func images() throws {
        let html = try mail(Self.page) { _ in }.html
        #expect(html == "<img src=\"\(Self.uri)\"><img src='\(Self.uri)'><img src=cid:none>")
    }

    @Test("cid: links are kept where that is asked for, by either name")
    func keptLinks() throws {
        let kept = "<img src=\"CID:a%40b\"><img src='cid:a@b'><img src=cid:none>"
        #expect(try mail(Self.page) { $0.keepsCIDLinks = true }.html == kept)
        #expect(try mail(Self.page) { $0.skipsInlineImages = true }.html == kept)
    }

    @Test("an image named any number of times is put in as often as there is room")
    func repeatedImage() throws {
        let html = try mail(Self.page) { $0.inlinedImageBytes = Self.uri.utf8.count * 2 - 1 }.html
        #expect(html == "<img src=\"\(Self.uri)\"><img src='cid:a@b'><img src=cid:none>")
    }

    @Test("what is no image, and what has a type that could end the attribute, is not put in")
    func noImages() throws {
        for type in ["application/pdf", "image/\"><script>"] {
            let page = Self.page.replacing("image/png", with: type)
            #expect(try mail(page) { _ in }.html == "<img src=\"CID:a%40b\"><img src='cid:a@b'><img src=cid:none>")
        }
    }

    @Test("a delivery status is text unless it is kept as an attachment (RFC 3464)")
    func deliveryStatus() throws {
        let report =
            "Content-Type: multipart/report; boundary=b\n\n--b\n\na\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b--\n"
        #expect(try mail(report) { _ in }.text == "a\nAction: failed")
        let kept = try mail(report) { $0.keepsDeliveryStatus = true }
        #expect(kept.text == "a")
        #expect(kept.attachments.map(\.contentType) == ["message/delivery-status"])
    }

    @Test("embedded messages are shown in place unless they are ignored")
    func embedded() throws {
        let forward = "Content-Type: message/rfc822\n\nSubject: in\n\ntext"
        #expect(try mail(forward) { _ in }.text == "\nSubject: in\n\ntext")
        let ignored = try mail(forward) { $0.ignoresEmbeddedMessages = true }
        #expect(ignored.text == nil)
        #expect(ignored.attachments.map(\.filename) == ["message.eml"])
    }

    @Test("no more HTML is made text than asked for")
    func htmlLength() throws {
        #expect(try mail("Content-Type: text/html\n\nabcdef") { $0.htmlLengthToConvert = 3 }.text == "abc")
    }

    @Test("dates of embedded messages are shown as they came, or by the formatter")
    func dates() throws {
        let forward = "Content-Type: message/rfc822\n\nDate: Mon, 23 Nov 2026 08:00:00 +0100\n\ntext"
        #expect(try mail(forward) { _ in }.text == "\nDate: Mon, 23 Nov 2026 08:00:00 +0100\n\ntext")
        let formatted = try mail(forward) { $0.formatDate = { "at \($0.secondsSince1970)" } }
        #expect(formatted.text == "\nDate: at 1795417200\n\ntext")
    }

    @Test("the checksum of an attachment is made as asked for", arguments: ChecksumAlgorithm.allCases)
    func checksum(_ algorithm: ChecksumAlgorithm) throws {
        let mail = try mail("Content-Type: a/b\nContent-Disposition: attachment\n\nabc") {
            $0.checksumAlgorithm = algorithm
        }
        let attachment = try #require(mail.attachments.first)
        #expect(try attachment.checksum == algorithm.digest(MessageBytes("abc")))
    }

    @Test("headers and parts beyond what is asked for are left out, with a defect")
    func limits() throws {
        var limits = MIMELimits()
        limits.headerBytes = 20
        let parser = NativeMIMEParser()
        let long = try Mail(
            MessageBytes("A: 1\nB: \(String(repeating: "x", count: 40))\n\nbody"), parser: parser, limits: limits)
        #expect(long.text == "body")
        #expect(long.document.defects.map(\.code) == [.tooManyHeaderBytes])
        limits = MIMELimits()
        limits.parts = 2
        let many = try Mail(
            MessageBytes("Content-Type: multipart/a; boundary=b\n\n--b\n\n1\n--b\n\n2\n--b--"), parser: parser,
            limits: limits)
        #expect(many.text == "1")
        #expect(many.document.defects.map(\.code) == [.tooManyParts])
    }
}

@Suite("The preview of a mail")
struct TextPreviewTests {
    private func preview(_ text: String, _ length: Int) throws -> String {
        try Mail(MessageBytes(text)).preview(length)
    }

    @Test("is the first characters on one line")
    func beginning() throws {
        #expect(try preview("\na  b\r\n\r\n\tc", 100) == "a b c")
        #expect(try preview("\nabcdef", 3) == "abc")
        #expect(try preview("\n", 3) == "")
        #expect(try preview("\nabc", 0) == "")
        #expect(try preview("\nabc", -1) == "")
    }

    @Test("counts characters, and cuts none")
    func characters() throws {
        #expect(try preview("\n👩‍👩‍👧é日本", 3) == "👩‍👩‍👧é日")
    }

    @Test("leaves out quotes with what introduces them, and the signature")
    func quotes() throws {
        #expect(try preview("\nYes.\n\nOn Monday, Ada wrote:\n> Well?\n\nBob\n-- \nBob Ltd.", 100) == "Yes. Bob")
    }

    @Test("is made of HTML where there is no text")
    func html() throws {
        #expect(try preview("Content-Type: text/html\n\n<style>p{}</style><p>a</p><p>b", 100) == "a b")
    }

    @Test("costs the same however large the mail is, and is the same")
    func large() throws {
        let text = String(repeating: "Straße ", count: 500_000)
        #expect(try preview("Content-Type: text/plain; charset=utf-8\n\n" + text, 20) == "Straße Straße Straße")
    }
}
