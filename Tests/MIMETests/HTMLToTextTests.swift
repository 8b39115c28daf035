import Foundation
import SeededRandom
import Testing

@testable import MIME

/// A piece of HTML and what a reader of plain text should see of it.
struct HTMLCase: CustomTestStringConvertible, Sendable {
    var rule: String
    var html: String
    var text: String

    init(_ rule: String, _ html: String, _ text: String) {
        self.rule = rule
        self.html = html
        self.text = text
    }

    var testDescription: String { rule }

    static let blocks = [
        HTMLCase("white space is one space", "<p>a \n\t b</p>", "a b"),
        HTMLCase("white space around inline elements is kept once", "a <b> b </b> c", "a b c"),
        HTMLCase("words are not torn by inline elements", "un<b>believ</b>able", "unbelievable"),
        HTMLCase("paragraphs have an empty line between them", "<p>a</p><p>b</p>", "a\n\nb"),
        HTMLCase("divisions are lines", "<div>a</div><div>b</div>", "a\nb"),
        HTMLCase("nested divisions are one line end", "<div><div>a</div></div><div><div>b</div></div>", "a\nb"),
        HTMLCase("br ends a line, two make an empty one", "a<br>b<br/><br />c", "a\nb\n\nc"),
        HTMLCase("runs of empty lines are cut", "a<br><br><br><br><br><br><br>b", "a\n\n\nb"),
        HTMLCase("headings stand apart", "a<h2>b</h2>c", "a\n\nb\n\nc"),
        HTMLCase("a rule is a line of its own", "a<hr>b", "a\n--------\nb"),
        HTMLCase("preformatted text keeps its lines and spaces", "<pre>\na\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
        HTMLCase("quotes are marked", "a<blockquote>b<br>c</blockquote>d", "a\n\n> b\n> c\n\nd"),
        HTMLCase("quotes nest", "<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        HTMLCase("definitions are lines", "<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a\nb\nc\nd"),
        HTMLCase("nothing is nothing", "<html><body></body></html>", ""),
        HTMLCase("an unclosed comment hides the rest", "a<!-- b", "a"),
        HTMLCase("comments are left out, the shortest too", "a<!-- <p> -->b<!-->c", "abc"),
        HTMLCase("what is no tag is text", "1 < 2, a<3, <>", "1 < 2, a<3, <>"),
        HTMLCase("a tag without an end is text", "a <b", "a <b"),
        HTMLCase("a bracket in a quoted attribute ends no tag", "<img title=\"a>b\" alt='c'>", "c"),
        HTMLCase("a quotation mark without an end ends no page", "<a title=\"x>b</a> c", "b c"),
    ]

    static let lists = [
        HTMLCase("bullets", "<ul><li>a</li><li>b</li></ul>", "* a\n* b"),
        HTMLCase("end tags of items may be left out", "<ul><li>a<li>b</ul>", "* a\n* b"),
        HTMLCase("numbers", "<ol><li>a<li>b</ol>", "1. a\n2. b"),
        HTMLCase("numbers from a start", "<ol start=9><li>a<li>b</ol>", "9. a\n10. b"),
        HTMLCase("a list in an item is indented", "<ul><li>a<ol><li>b</ol><li>c</ul>", "* a\n  1. b\n* c"),
        HTMLCase("text around lists stands apart", "a<ul><li>b</ul>c", "a\n\n* b\n\nc"),
        HTMLCase("paragraphs in items begin at the mark", "<ul><li><p>a</p><li><p>b</p></ul>", "* a\n\n* b"),
        HTMLCase("an end tag too many is nothing", "</ul></ol><ul><li>a</ul></ul>b", "* a\n\nb"),
    ]

    static let tables = [
        HTMLCase(
            "rows are lines, cells have a tab between", "<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a\tb\nc\td"),
        HTMLCase("headings of columns are cells", "<table><tr><th>a</th><th>b</th></tr></table>", "a\tb"),
        HTMLCase(
            "paragraphs in cells keep the row", "<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>", "a\tb"),
        HTMLCase(
            "tables for layout are blocks",
            "<table><tr><td><table><tr><td>a</td></tr></table></td></tr><tr><td>b</td></tr></table>", "a\n\nb"),
        HTMLCase("a caption is a line", "<table><caption>t</caption><tr><td>a</table>", "t\na"),
    ]

    static let links = [
        HTMLCase("a target follows the text", "<a href=\"http://x.test/a\">b</a>.", "b [http://x.test/a]."),
        HTMLCase(
            "a target that is the text is not repeated", "<a href=\"http://x.test/\">http://x.test</a>", "http://x.test"
        ),
        HTMLCase(
            "a target that is the text without scheme is not repeated", "<a href='https://x.test/'>x.test</a>", "x.test"
        ),
        HTMLCase("mailto loses its scheme", "<a href=mailto:a@b.test>Ada</a>", "Ada [a@b.test]"),
        HTMLCase("mailto that is the text is not repeated", "<a href=mailto:a@b.test>a@b.test</a>", "a@b.test"),
        HTMLCase("places in the page lead nowhere", "<a href=\"#top\">up</a>", "up"),
        HTMLCase("programs are no targets", "<a href=\" JavaScript:x()\">a</a> <a href='data:,x'>b</a>", "a b"),
        HTMLCase("a target without text is shown", "<a href=\"http://x.test\"><img></a>", "[http://x.test]"),
        HTMLCase(
            "references in targets are read", "<a href=\"http://x.test/?a=1&amp;b=2\">a</a>",
            "a [http://x.test/?a=1&b=2]"),
        HTMLCase("no line end gets into a target", "<a href=\"http://x.test/\n&#10;b\">a</a>", "a [http://x.test/b]"),
        HTMLCase("a link without an end ends with the text", "<a href=\"http://x.test\">a", "a [http://x.test]"),
        HTMLCase("links do not nest", "<a href=\"u:1\">a<a href=\"u:2\">b</a>", "a [u:1]b [u:2]"),
        HTMLCase("an image is its text", "<img src=x alt=\"A  cat\">", "A cat"),
    ]

    static let hidden = [
        HTMLCase("script and style", "a<script>if (1 < 2) { '</p>' }</script><style>p { }</style>b", "ab"),
        HTMLCase("script ends at its own end tag", "<script>'<script>' </SCRIPT >a", "a"),
        HTMLCase("the title", "<head><title>t</title></head>a", "a"),
        HTMLCase(
            "display none, as preheaders of newsletters have it", "<div style=\"Display : none\">a<div>b</div></div>c",
            "c"),
        HTMLCase("the attribute hidden", "<span hidden>a</span>b", "b"),
        HTMLCase("what Outlook hides", "<p style='mso-hide:all'>a</p>b", "b"),
        HTMLCase("a void element hides nothing behind it", "<br style=\"display:none\">a", "a"),
    ]

    static let references = [
        HTMLCase("names", "&lt;&amp;&gt;&quot;&auml;&Auml;&hellip;&CounterClockwiseContourIntegral;", "<&>\"äÄ…∳"),
        HTMLCase("numbers", "&#228;&#xE4;&#XE4;&#128512;", "äää😀"),
        HTMLCase("old names without a semicolon", "&copy2024 &ampx &notit;", "©2024 &x ¬it;"),
        HTMLCase("new names need their semicolon", "&hellip &foo; &;", "&hellip &foo; &;"),
        HTMLCase("control characters of Windows are what they were meant to be", "&#150;&#x80;", "–€"),
        HTMLCase("what is no character", "&#0;&#xD800;&#x110000;&#99999999999;", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        HTMLCase("a reference makes no markup", "&lt;b&gt;a", "<b>a"),
        HTMLCase("spaces that keep their place", "a&nbsp;&nbsp;b", "a  b"),
        HTMLCase("soft hyphens are left out", "un&shy;think&#173;able", "unthinkable"),
    ]
}

@Suite("HTML to text")
struct HTMLToTextTests {
    private func convert(_ html: String, limit: Int = 1 << 20) -> String { HTMLToText.convert(html, limit: limit) }

    @Test("blocks are lines and paragraphs", arguments: HTMLCase.blocks)
    func blocks(_ example: HTMLCase) { #expect(convert(example.html) == example.text) }

    @Test("lists keep their marks", arguments: HTMLCase.lists)
    func lists(_ example: HTMLCase) { #expect(convert(example.html) == example.text) }

    @Test("tables keep their rows and cells", arguments: HTMLCase.tables)
    func tables(_ example: HTMLCase) { #expect(convert(example.html) == example.text) }

    @Test("links keep their targets", arguments: HTMLCase.links)
    func links(_ example: HTMLCase) { #expect(convert(example.html) == example.text) }

    @Test("what a page hides is left out", arguments: HTMLCase.hidden)
    func hidden(_ example: HTMLCase) { #expect(convert(example.html) == example.text) }

    @Test("character references are replaced (HTML §13.2.5.72)", arguments: HTMLCase.references)
    func references(_ example: HTMLCase) { #expect(convert(example.html) == example.text) }

    @Test("every named reference is what Python's html module says it is")
    func named() throws {
        let python = try #require(PythonScript("html_references"))
        let lines = try #require(try python.lines([]))
        #expect(lines.count > 2_000)
        for line in lines {
            let fields = line.split(separator: " ")
            let octets = fields[1].split(separator: "+").compactMap { UInt8($0, radix: 16) }
            #expect(HTMLReferences.replaced(in: Array(fields[0].utf8)[...]) == octets, "\(fields[0])")
        }
    }

    @Test("a limit cuts no character")
    func limit() {
        #expect(convert("aä€😀", limit: 2) == "a")
        #expect(convert("aä€😀", limit: 3) == "aä")
        #expect(convert("aä€😀", limit: 5) == "aä")
        #expect(convert("aä€😀", limit: 0) == "")
    }

    @Test(
        "any cut of a page is text, and no longer than a small multiple of it",
        arguments: 0..<TestLevel.rounds(40, quick: 8))
    func cuts(seed: Int) {
        let pieces = [
            "<ul>", "<li>", "</ul>", "<blockquote>", "</blockquote>", "<a href='u:x'>", "</a>", "<pre>", "</pre>",
            "<!--",
            "-->", "<br>", "<table><tr><td>", "</table>", "&auml;", "&#x41", "text ", "<p hidden>", "</p>", "\n", "<",
            ">",
            "\"", "<script>", "</script>", "é",
        ]
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        var html = ""
        for _ in 0..<200 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            html += pieces[Int(state >> 33) % pieces.count]
        }
        let octets = Array(html.utf8)
        for end in octets.indices {
            let text = HTMLToText.convert(octets, limit: end)
            #expect(text.isUTF8)
            // A line break within quotes and lists of the greatest depth has 16 marks and 16 indents of two octets.
            #expect(text.count <= 66 * end)
        }
    }
}
