/// Plain text as HTML: everything escaped, paragraphs and lines kept, URLs and addresses made links. One pass, O(n).
enum TextToHTML {
    private static let lineBreak = Array("<br/>".utf8)
    private static let paragraphStart = Array("<p>".utf8)
    private static let paragraphEnd = Array("</p>".utf8)

    /// `text` is UTF-8 with LF line ends. Empty lines end a paragraph; white space at the ends of lines goes.
    static func paragraphs(_ text: [UInt8], linking: Bool = true) -> [UInt8] {
        var html: [UInt8] = []
        html.reserveCapacity(text.count + text.count / 8 + 16)
        var isInParagraph = false
        var start = 0
        while start < text.count {
            let next = text[start...].firstIndex(of: 0x0A) ?? text.count
            var end = next
            while end > start, text[end - 1] == 0x20 || text[end - 1] == 0x09 || text[end - 1] == 0x0D { end -= 1 }
            if end == start {
                if isInParagraph { html += paragraphEnd }
                isInParagraph = false
            } else {
                html += isInParagraph ? lineBreak : paragraphStart
                isInParagraph = true
                write(text[start..<end], linking: linking, to: &html)
            }
            start = next + 1
        }
        if isInParagraph { html += paragraphEnd }
        return html
    }

    private static func write(_ line: ArraySlice<UInt8>, linking: Bool, to html: inout [UInt8]) {
        guard linking else { return escape(line, to: &html) }
        var finder = LinkFinder(line)
        var start = line.startIndex
        while let link = finder.next() {
            escape(line[start..<link.range.lowerBound], to: &html)
            html += Array("<a href=\"".utf8)
            html += Array(link.kind.prefix.utf8)
            escape(line[link.range], to: &html)
            html += Array("\">".utf8)
            escape(line[link.range], to: &html)
            html += Array("</a>".utf8)
            start = link.range.upperBound
        }
        escape(line[start...], to: &html)
    }

    /// Appends text with markup characters as entities; safe within text and within quotes.
    static func escape(_ text: ArraySlice<UInt8>, to html: inout [UInt8]) {
        var start = text.startIndex
        for index in text.indices {
            let entity: StaticString
            switch text[index] {
            case UInt8(ascii: "&"): entity = "&amp;"
            case UInt8(ascii: "<"): entity = "&lt;"
            case UInt8(ascii: ">"): entity = "&gt;"
            case UInt8(ascii: "\""): entity = "&quot;"
            case UInt8(ascii: "'"): entity = "&#39;"
            default: continue
            }
            html += text[start..<index]
            html += entity.description.utf8
            start = index + 1
        }
        html += text[start...]
    }

    /// Text with markup characters as entities; safe within text and within quotes.
    static func escaped(_ text: String) -> String {
        var html: [UInt8] = []
        escape(Array(text.utf8)[...], to: &html)
        return String(decoding: html, as: UTF8.self)
    }
}
