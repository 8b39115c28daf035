/// HTML as readable text: paragraphs, lists, tables, quotes and links kept, markup, scripts and what is hidden dropped.
///
/// Tokens only, no tree: a tree would have to be built, held and taken down for input that anybody may choose, and text
/// needs no more of it than what the few counters here keep. Iterative and O(n), the output too.
struct HTMLToText {
    private var tokenizer: HTMLTokenizer
    private var output = IndentedText()
    private var lists: [List] = []
    /// Lists beyond the limit, which are open and not in `lists`.
    private var uncountedLists = 0
    private var preformatted = 0
    private var isBehindPreTag = false
    private var link: (target: String, start: Int)?
    /// Whether the table row has a cell before.
    private var isBehindCell = false
    /// The element that hides its content, and how many of its kind are open in it.
    private var hidden: (element: HTMLElement, depth: Int)?

    private struct List {
        /// The number of the next item; nil in a list with bullets.
        var number: Int?
    }

    /// Deeper lists are not numbered or indented further.
    private static let listDepthLimit = 16
    /// Longer targets help no reader.
    private static let linkLimit = 2048

    /// The text of the first `limit` octets of `html`, which is UTF-8.
    static func convert(_ html: [UInt8], limit: Int) -> [UInt8] {
        var length = min(html.count, max(0, limit))
        // No character is cut.
        while length < html.count, length > 0, html[length] & 0xC0 == 0x80 { length -= 1 }
        var converter = HTMLToText(tokenizer: HTMLTokenizer(length == html.count ? html : Array(html[..<length])))
        return converter.run()
    }

    static func convert(_ html: String, limit: Int) -> String {
        String(decoding: convert(Array(html.utf8), limit: limit), as: UTF8.self)
    }

    private init(tokenizer: HTMLTokenizer) {
        self.tokenizer = tokenizer
    }

    private mutating func run() -> [UInt8] {
        while let token = tokenizer.next() {
            switch token {
            case .text(let range): if hidden == nil { write(range) }
            case .tag(let tag): if !isHidden(tag) { act(on: tag) }
            }
        }
        endLink()
        return output.finish()
    }

    // MARK: Text

    private mutating func write(_ range: Range<Int>) {
        let text = tokenizer.input[range]
        var start = range.lowerBound
        var index = start
        while index < range.upperBound {
            guard text[index] == UInt8(ascii: "&"), let (characters, end) = HTMLReferences.read(text, at: index) else {
                index += 1
                continue
            }
            write(text[start..<index])
            writeReference(characters)
            start = end
            index = end
        }
        write(text[start...])
    }

    private mutating func write(_ text: ArraySlice<UInt8>) {
        guard !text.isEmpty else { return }
        guard preformatted > 0 else { return output.appendCollapsing(text) }
        // The line end right behind the tag is none.
        output.appendLines(isBehindPreTag && text.first == 0x0A ? text.dropFirst() : text)
        isBehindPreTag = false
    }

    private static let noBreakSpace: [UInt8] = [0xC2, 0xA0]
    private static let softHyphen: [UInt8] = [0xC2, 0xAD]

    private mutating func writeReference(_ characters: [UInt8]) {
        switch characters {
        // A space that keeps its place.
        case Self.noBreakSpace: output.append([0x20])
        // Shown only where a line is broken.
        case Self.softHyphen: break
        default: write(characters[...])
        }
    }

    // MARK: What is hidden

    /// Whether the tag is within something hidden, or begins it: `hidden`, `display:none`, `mso-hide:all`.
    private mutating func isHidden(_ tag: HTMLTokenizer.Tag) -> Bool {
        if let (element, depth) = hidden {
            if tag.name == element {
                // An end tag of a paragraph may be left out: the next one ends it.
                let open = tag.isClosing || element == .p ? depth - 1 : depth + 1
                hidden = open > 0 ? (element, open) : nil
                return tag.isClosing || open > 0
            }
            if element == .p, tag.name.isBlock { hidden = nil }
            return hidden != nil
        }
        guard !tag.isClosing, tag.attributes.count >= 6, !tag.name.isVoid, tag.name != .other, tag.name != .body else {
            return false
        }
        guard hides(tag) else { return false }
        hidden = (tag.name, 1)
        return true
    }

    private func hides(_ tag: HTMLTokenizer.Tag) -> Bool {
        if tokenizer.attribute("hidden", of: tag) != nil { return true }
        guard let style = tokenizer.attribute("style", of: tag) else { return false }
        let plain = String(
            decoding: style.utf8.lazy.filter { $0 > 0x20 }.map(\.asciiLowercased), as: UTF8.self)
        return plain.contains("display:none") || plain.contains("visibility:hidden") || plain.contains("mso-hide:all")
    }

    // MARK: Markup

    private mutating func act(on tag: HTMLTokenizer.Tag) {
        switch tag.name {
        case .br: output.breakLine()
        case .p, .h1, .h2, .h3, .h4, .h5, .h6, .dl, .figure, .form, .fieldset: output.needBreaks(2)
        case .table:
            output.needBreaks(2)
            isBehindCell = false
        case .tr:
            output.needBreaks(1)
            isBehindCell = false
        case .td, .th: actOnCell(tag)
        case .blockquote:
            output.needBreaks(2)
            if tag.isClosing { output.unquote() } else { output.quote() }
        case .pre, .listing, .xmp:
            output.needBreaks(2)
            preformatted = max(0, preformatted + (tag.isClosing ? -1 : 1))
            isBehindPreTag = !tag.isClosing
        case .hr:
            output.needBreaks(1)
            if !tag.isClosing { output.append(Array("--------".utf8)) }
            output.needBreaks(1)
        case .ul, .ol, .menu, .dir: actOnList(tag)
        case .li: beginItem(tag)
        case .a: tag.isClosing ? endLink() : beginLink(tag)
        case .q: output.append(Array("\"".utf8))
        case .img: if let text = tokenizer.attribute("alt", of: tag) { output.appendCollapsing(Array(text.utf8)[...]) }
        default: if tag.name.isBlock { output.needBreaks(1) }
        }
    }

    /// Cells of a row stand on one line, with a tab between them.
    private mutating func actOnCell(_ tag: HTMLTokenizer.Tag) {
        guard !tag.isClosing else { return output.endCell() }
        output.beginCell(isFirst: !isBehindCell)
        isBehindCell = true
    }

    private mutating func actOnList(_ tag: HTMLTokenizer.Tag) {
        guard tag.isClosing else {
            output.needBreaks(lists.isEmpty ? 2 : 1)
            guard lists.count < Self.listDepthLimit else {
                uncountedLists += 1
                return
            }
            let start = tag.name == .ol ? tokenizer.attribute("start", of: tag).flatMap { Int($0) } ?? 1 : nil
            // The items of a list within an item stand under the item's text.
            if !lists.isEmpty { output.indent() }
            return lists.append(List(number: start))
        }
        if uncountedLists > 0 {
            uncountedLists -= 1
        } else if lists.popLast() != nil, !lists.isEmpty {
            output.unindent()
        }
        output.needBreaks(lists.isEmpty ? 2 : 1)
    }

    private mutating func beginItem(_ tag: HTMLTokenizer.Tag) {
        output.needBreaks(1)
        guard !tag.isClosing else { return }
        var mark = "*"
        if let last = lists.indices.last, let number = lists[last].number {
            mark = "\(number)."
            lists[last].number = number &+ 1
        }
        output.beginItem(Array(mark.utf8))
    }

    // MARK: Links

    private mutating func beginLink(_ tag: HTMLTokenizer.Tag) {
        endLink()
        guard let target = tokenizer.attribute("href", of: tag), let shown = Self.shown(target) else { return }
        output.settle()
        link = (shown, output.count)
    }

    /// A target as a reader may use it; nil where it leads nowhere outside the page, or runs a program.
    private static func shown(_ target: String) -> String? {
        let target = target.utf8.drop { $0 <= 0x20 }
        guard let first = target.first, first != UInt8(ascii: "#"), target.count <= linkLimit else { return nil }
        let scheme = String(decoding: target.prefix(11).map(\.asciiLowercased), as: UTF8.self)
        for useless in ["javascript:", "vbscript:", "data:", "cid:"] where scheme.hasPrefix(useless) { return nil }
        let bare = scheme.hasPrefix("mailto:") ? target.dropFirst(7) : target
        // On one line, whatever the attribute holds.
        let printable = bare.filter { $0 > 0x20 && $0 != 0x7F }
        return printable.isEmpty ? nil : String(decoding: printable, as: UTF8.self)
    }

    /// Writes a link's target behind its text, unless the text is the target, whole or without scheme and last slash.
    private mutating func endLink() {
        guard let (target, start) = link else { return }
        link = nil
        let octets = Array(target.utf8)
        let text = output.text(from: start)
        guard Self.core(of: text) != Self.core(of: octets[...]) else { return }
        if !text.isEmpty { output.needSpace() }
        output.append([UInt8(ascii: "[")] + octets + [UInt8(ascii: "]")])
    }

    private static func core(of target: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var core = target
        if let colon = target.firstIndex(of: UInt8(ascii: ":")), target[(colon + 1)...].starts(with: [0x2F, 0x2F]) {
            core = target[(colon + 3)...]
        }
        return core.last == UInt8(ascii: "/") ? core.dropLast() : core
    }
}
