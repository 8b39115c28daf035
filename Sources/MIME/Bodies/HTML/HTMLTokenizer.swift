/// Cuts HTML into text and tags, in one pass and without a tree: what conversion to text needs, for any input.
///
/// It follows the tokenizer of the HTML Living Standard (§13.2.5) as far as a mail can tell: comments, bogus comments,
/// quoted attributes, raw text of script and style. Ranges point into `input`. O(n) for the whole.
struct HTMLTokenizer {
    enum Token {
        /// Text with its character references still in it.
        case text(Range<Int>)
        case tag(Tag)
    }

    struct Tag {
        let name: HTMLElement
        let isClosing: Bool
        /// Behind the name and before the `>`.
        let attributes: Range<Int>
    }

    let input: [UInt8]
    private var position = 0
    /// No `>` stands behind this place; asked once, or else many tags without an end would each look through the rest.
    private var isWithoutTagEnds = false
    private var knownTagEnd: (start: Int, end: Int)?

    /// How far a quoted attribute may put off the end of a tag: a quote that does not end is no quote.
    private static let quoteLimit = 4096
    private static let commentStart = Array("<!--".utf8)

    init(_ input: [UInt8]) {
        self.input = input
    }

    mutating func next() -> Token? {
        while position < input.count {
            let start = position
            while position < input.count, !(input[position] == UInt8(ascii: "<") && isMarkup()) { position += 1 }
            if position > start { return .text(start..<position) }
            if let tag = readMarkup() { return .tag(tag) }
        }
        return nil
    }

    /// Whether the `<` here begins a tag or a comment, and is not text.
    private mutating func isMarkup() -> Bool {
        if input[position...].starts(with: Self.commentStart) { return true }
        guard position + 1 < input.count, !isWithoutTagEnds else { return false }
        let next = input[position + 1]
        if next == UInt8(ascii: "/") {
            return position + 2 < input.count && input[position + 2].isLetter && tagEnd() != nil
        }
        return (next == UInt8(ascii: "!") || next == UInt8(ascii: "?") || next.isLetter) && tagEnd() != nil
    }

    /// Takes the markup here, which there is; nil for a comment, or a tag whose content was raw text and is left out.
    private mutating func readMarkup() -> Tag? {
        if input[position + 1] == UInt8(ascii: "!") || input[position + 1] == UInt8(ascii: "?") {
            skipComment()
            return nil
        }
        let end = tagEnd() ?? input.count
        let isClosing = input[position + 1] == UInt8(ascii: "/")
        let nameStart = position + (isClosing ? 2 : 1)
        var nameEnd = nameStart
        while nameEnd < end, input[nameEnd].isLetter || input[nameEnd].isDigit { nameEnd += 1 }
        let name = HTMLElement(input[nameStart..<nameEnd])
        position = min(end + 1, input.count)
        if name.isRawText, !isClosing {
            skipRawText(until: input[nameStart..<nameEnd])
            return nil
        }
        return Tag(name: name, isClosing: isClosing, attributes: nameEnd..<end)
    }

    /// The `>` that ends the tag here, which is in no quoted attribute.
    private mutating func tagEnd() -> Int? {
        if let known = knownTagEnd, known.start == position { return known.end }
        let end = findTagEnd()
        knownTagEnd = end.map { (position, $0) }
        return end
    }

    private mutating func findTagEnd() -> Int? {
        var quote: UInt8?
        var index = position + 1
        let limit = min(input.count, position + Self.quoteLimit)
        while index < limit {
            let octet = input[index]
            if let open = quote {
                if octet == open { quote = nil }
            } else if octet == UInt8(ascii: ">") {
                return index
            } else if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "'"), input[index - 1] == UInt8(ascii: "=") {
                quote = octet
            }
            index += 1
        }
        let end = input[position...].firstIndex(of: UInt8(ascii: ">"))
        isWithoutTagEnds = end == nil
        return end
    }

    private mutating func skipComment() {
        guard input[position...].starts(with: Self.commentStart) else {
            position = (input[position...].firstIndex(of: UInt8(ascii: ">")) ?? input.count - 1) + 1
            return
        }
        position += 4
        // The dashes of the opening may be those of the end: `<!-->` is whole.
        var dashes = 2
        while position < input.count {
            let octet = input[position]
            position += 1
            if octet == UInt8(ascii: "-") {
                dashes += 1
            } else if octet == UInt8(ascii: ">"), dashes >= 2 {
                return
            } else if octet != UInt8(ascii: "!") || dashes < 2 {
                dashes = 0
            }
        }
    }

    /// Goes behind the end tag of that name; to the end where there is none.
    private mutating func skipRawText(until name: ArraySlice<UInt8>) {
        while position < input.count {
            guard let open = input[position...].firstIndex(of: UInt8(ascii: "<")) else { break }
            position = open + 1
            guard position < input.count, input[position] == UInt8(ascii: "/") else { continue }
            let rest = input[(position + 1)...]
            guard rest.count >= name.count,
                zip(name, rest).allSatisfy({ $0.asciiLowercased == $1.asciiLowercased })
            else { continue }
            // Where no tag ends any more, no other end tag does either: each would look through the rest for it.
            guard let close = rest.firstIndex(of: UInt8(ascii: ">")) else { break }
            position = close + 1
            return
        }
        position = input.count
    }

    // MARK: Attributes

    /// An attribute's value by its name in lower case, character references replaced; nil where the tag does not have
    /// it.
    func attribute(_ name: StaticString, of tag: Tag) -> String? {
        var found: Range<Int>?
        forEachAttribute(of: tag) { key, value in
            if found == nil, matches(key, name) { found = value }
        }
        return found.map { String(decoding: HTMLReferences.replaced(in: input[$0]), as: UTF8.self) }
    }

    private func matches(_ range: Range<Int>, _ name: StaticString) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        return name.description.utf8.elementsEqual(input[range].lazy.map(\.asciiLowercased))
    }

    private func forEachAttribute(of tag: Tag, _ body: (_ name: Range<Int>, _ value: Range<Int>) -> Void) {
        let end = tag.attributes.upperBound
        var index = tag.attributes.lowerBound
        while index < end {
            while index < end, input[index] <= 0x20 || input[index] == UInt8(ascii: "/") { index += 1 }
            let nameStart = index
            while index < end, input[index] > 0x20, input[index] != UInt8(ascii: "=") || index == nameStart {
                index += 1
            }
            let name = nameStart..<index
            var lookahead = index
            while lookahead < end, input[lookahead] <= 0x20 { lookahead += 1 }
            guard lookahead < end, input[lookahead] == UInt8(ascii: "=") else {
                if !name.isEmpty { body(name, index..<index) }
                continue
            }
            index = lookahead + 1
            while index < end, input[index] <= 0x20 { index += 1 }
            guard index < end else { break }
            let quote = input[index]
            if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                let start = index + 1
                index = input[start..<end].firstIndex(of: quote) ?? end
                body(name, start..<index)
                index = min(index + 1, end)
            } else {
                let start = index
                while index < end, input[index] > 0x20 { index += 1 }
                body(name, start..<index)
            }
        }
    }
}
