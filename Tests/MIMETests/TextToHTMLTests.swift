import Testing

@testable import MIME

@Suite("Text to HTML")
struct TextToHTMLTests {
    private func convert(_ text: String, linking: Bool = true) -> String {
        String(decoding: TextToHTML.paragraphs(Array(text.utf8), linking: linking), as: UTF8.self)
    }

    @Test("everything that could be markup is escaped")
    func escaped() {
        #expect(
            convert("<script>\"a\" & 'b'</script>")
                == "<p>&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;</p>")
    }

    @Test("empty lines end paragraphs, other line ends are kept")
    func paragraphs() {
        #expect(convert("a\nb\n\n \nc\n") == "<p>a<br/>b</p><p>c</p>")
        #expect(convert("") == "")
        #expect(convert("\n\n") == "")
    }

    @Test("links are made only where they are wanted")
    func withoutLinks() {
        #expect(convert("http://x.test", linking: false) == "<p>http://x.test</p>")
    }

    @Test("a link's text and target are escaped")
    func escapedLinks() {
        #expect(
            convert("http://x.test/?a&b'c")
                == "<p><a href=\"http://x.test/?a&amp;b&#39;c\">http://x.test/?a&amp;b&#39;c</a></p>")
    }
}

@Suite("Links in text (RFC 3986)")
struct LinkFinderTests {
    private func links(_ text: String) -> [String] {
        let octets = Array(text.utf8)
        var finder = LinkFinder(octets[...])
        var links: [String] = []
        while let link = finder.next() {
            links.append(link.kind.prefix + String(decoding: octets[link.range], as: UTF8.self))
        }
        return links
    }

    @Test(
        "a URL is found, without the punctuation around it",
        arguments: [
            ("see http://x.test.", "http://x.test"),
            ("(http://x.test/a)", "http://x.test/a"),
            ("http://x.test/a_(b)", "http://x.test/a_(b)"),
            ("http://x.test/a_(b)_c[d]{e}.", "http://x.test/a_(b)_c[d]{e}"),
            ("http://x.test/f(a(b),c)&d", "http://x.test/f(a(b),c)&d"),
            ("http://x.test/a,b;c!d, e", "http://x.test/a,b;c!d"),
            ("\"http://x.test/a\"", "http://x.test/a"),
            ("<http://x.test/a>", "http://x.test/a"),
            ("http://x.test/a...", "http://x.test/a"),
            ("http://x.test/a...b", "http://x.test/a...b"),
            ("HTTP://X.TEST", "HTTP://X.TEST"),
            ("http://x.test:8080/?q=1#f", "http://x.test:8080/?q=1#f"),
            ("is it http://x.test/a?", "http://x.test/a"),
            ("http://user:secret@x.test/", "http://user:secret@x.test/"),
            ("https://[2001:db8::1]:443/a", "https://[2001:db8::1]:443/a"),
            ("ftp://x.test/a", "ftp://x.test/a"),
            ("http://localhost/a", "http://localhost/a"),
            ("http://bücher.test/straße", "http://bücher.test/straße"),
            ("http://x.test/a。次", "http://x.test/a"),
            ("«http://x.test/a»", "http://x.test/a"),
            ("見よhttp://x.test/a", "http://x.test/a"),
            ("http://x.test/a\u{A0}b", "http://x.test/a"),
            ("text:http://x.test/", "http://x.test/"),
            ("www.x.test/a", "http://www.x.test/a"),
            ("mailto:ada@x.test?subject=a", "mailto:ada@x.test?subject=a"),
        ])
    func urls(_ text: String, _ link: String) { #expect(links(text) == [link]) }

    @Test(
        "a name that ends like a host is one",
        arguments: [
            ("see example.com.", "http://example.com"), ("(example.org/a)", "http://example.org/a"),
            ("EXAMPLE.COM", "http://EXAMPLE.COM"),
            ("s.l.o.w.io", "http://s.l.o.w.io"), ("a-b.com:8080/?q", "http://a-b.com:8080/?q"),
            (">>example.com", "http://example.com"),
            ("<example.com>", "http://example.com"), ("президент.рф", "http://президент.рф"),
            ("bücher.de, x", "http://bücher.de"),
            ("example.com?", "http://example.com"), ("google.com: yes", "http://google.com"),
        ])
    func hosts(_ text: String, _ link: String) { #expect(links(text) == [link]) }

    @Test(
        "an address is found",
        arguments: [
            ("ada@x.test", "mailto:ada@x.test"),
            ("(ada@x.test)", "mailto:ada@x.test"),
            ("<ada+b.c@x.test>.", "mailto:ada+b.c@x.test"),
            (">>ada@x.test", "mailto:ada@x.test"),
            ("ada@bücher.test", "mailto:ada@bücher.test"),
            ("192.0.2.1@x.test", "mailto:192.0.2.1@x.test"),
        ])
    func addresses(_ text: String, _ link: String) { #expect(links(text) == [link]) }

    @Test(
        "what is none makes none",
        arguments: [
            "http://", "http://.", "http://..", "http://#", "http://?", "http:// x.test", "hppt://x.test",
            "xhttp://x.test", "_http://x.test", "ada@localhost", "ada@", "@x.test", "a@@b", "1.2.3", "www.", "www.x",
            "javascript:alert(1)", "a.b@1.2", "", "example.invalid", "README.md", "main.py", "image.jpg", "e.g.",
            "i.e. this", "1.5",
            "end.Next", "done.It was", "path/to/file.com", "path:to:file.com", "-example.com", "_example.com",
            "example.com_",
            "a..com", ".com", "3.com.x",
        ])
    func none(_ text: String) { #expect(links(text).isEmpty) }

    @Test("several links of a line are found in order")
    func several() {
        #expect(
            links("www.a.test, http://b.test and c@d.test/http://e.test")
                == ["http://www.a.test", "http://b.test", "mailto:c@d.test", "http://e.test"])
    }

    @Test("no link is longer than its line, or begins where another has not ended", arguments: 0..<20)
    func anyText(seed: Int) {
        let pieces = [
            "http://", "www.", "@", ".", "a", "b.test", "(", ")", ":", "/", "mailto:", "é", "?", "-", "[", "]", " ",
        ]
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<40 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            let octets = Array(text.utf8)
            var finder = LinkFinder(octets[...])
            var end = 0
            while let link = finder.next() {
                #expect(link.range.lowerBound >= end && link.range.upperBound <= octets.count && !link.range.isEmpty)
                end = link.range.upperBound
                #expect(Array(octets[link.range]).isUTF8)
            }
        }
    }
}
