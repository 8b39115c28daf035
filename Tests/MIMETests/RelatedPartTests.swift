import Testing

@testable import MIME

@Suite("Links to parts (RFC 2392, RFC 2557)")
struct RelatedPartTests {
    @Test(
        "references are resolved as the standard's examples are (RFC 3986 §5.4)",
        arguments: [
            ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"), (";x", "http://a/b/c/;x"),
            ("g;x?y#s", "http://a/b/c/g;x?y#s"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
            ("../../", "http://a/"), ("../../g", "http://a/g"), ("../../../g", "http://a/g"),
            ("../../../../g", "http://a/g"),
            ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"),
            ("g..", "http://a/b/c/g.."), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"), ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
            ("g;x=1/../y", "http://a/b/c/y"), ("g?y/./x", "http://a/b/c/g?y/./x"),
            ("g#s/../x", "http://a/b/c/g#s/../x"),
        ])
    func resolution(_ reference: String, _ target: String) {
        #expect(URIReference(reference).resolved(against: URIReference("http://a/b/c/d;p?q")).text == target)
    }

    private func page(_ header: String, _ image: String) throws -> MIMEPart {
        let text =
            "Content-Type: multipart/related; boundary=b\n\(header)\n--b\nContent-Type: text/html\n\n<p>\n--b\n"
            + "Content-Type: image/png\n\(image)\nimage\n--b--\n"
        return try #require(try Mail(MessageBytes(text)).document.root.children.first)
    }

    @Test("cid: leads to the part with that Content-ID, in any spelling of the URL")
    func contentID() throws {
        let html = try page("", "Content-ID: <a%b@c>\n")
        #expect(html.related(to: "cid:a%25b@c")?.index == 2)
        #expect(html.related(to: "CID:a%25b%40c")?.index == 2)
        #expect(html.related(to: "cid:other") == nil)
    }

    @Test(
        "other links lead to the part with that Content-Location, whole or relative",
        arguments: [
            ("", "Content-Location: http://x.test/a.png\n", "http://x.test/a.png"),
            ("", "Content-Location: http://x.test/\n a.png\n", "HTTP://x.test/a.png#top"),
            ("", "Content-Location: a.png\n", "./a.png"),
            ("Content-Location: http://x.test/b/\n", "Content-Location: a.png\n", "http://x.test/b/a.png"),
            ("Content-Location: http://x.test/b/\n", "Content-Location: http://x.test/a.png\n", "../a.png"),
        ])
    func contentLocation(_ header: String, _ image: String, _ link: String) throws {
        #expect(try page(header, image).related(to: link)?.index == 2)
    }

    @Test("what is in no multipart/related leads nowhere")
    func unrelated() throws {
        let mail = try Mail(
            MessageBytes("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-ID: <a>\n\nx\n--b\n\ny\n--b--\n"))
        #expect(mail.document.parts.allSatisfy { $0.related(to: "cid:a") == nil })
    }

    @Test("parts of embedded messages are their own")
    func embedded() throws {
        let html = try page("", "Content-ID: <other>\n\nx\n--b\nContent-Type: message/rfc822\n\nContent-ID: <a>\n")
        #expect(html.related(to: "cid:a") == nil)
    }
}
