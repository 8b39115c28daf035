/// HTML as readable text: paragraphs, lists, tables and links kept, markup and scripts dropped. One pass, no tree.
struct HTMLToText {
    private let input: [UInt8]
    private var position = 0
    private var output: [UInt8] = []
    /// Line ends that are due before the next text, at most two.
    private var breaksDue = 0
    private var spaceDue = false
    private var lists: [Int?] = []
    private var preformatted = 0
    private var link: (target: String, start: Int)?
    private var hasTagEnds = true

    /// Deeper lists are not numbered or indented further.
    private static let listDepthLimit = 16
    /// Longer targets help no reader.
    private static let linkLimit = 2048

    static func convert(_ html: String, limit: Int) -> String {
        var converter = HTMLToText(html, limit: limit)
        converter.run()
        return String(decoding: converter.output, as: UTF8.self)
    }

    private init(_ html: String, limit: Int) {
        input = Array(html.prefix(limit).utf8)
    }

    /// Text with entities, in which `<` is no markup.
    private static func plain(_ text: [UInt8]) -> String {
        var converter = HTMLToText(String(decoding: text, as: UTF8.self), limit: text.count)
        while converter.position < converter.input.count {
            if converter.input[converter.position] == UInt8(ascii: "&") {
                converter.readEntity()
            } else {
                converter.put(converter.input[converter.position])
                converter.position += 1
            }
        }
        return String(decoding: converter.output, as: UTF8.self)
    }

    private mutating func run() {
        while position < input.count {
            switch input[position] {
            case UInt8(ascii: "<"): readMarkup()
            case UInt8(ascii: "&"): readEntity()
            default:
                put(input[position])
                position += 1
            }
        }
        endLink()
        while let last = output.last, last == 0x20 || last == 0x0A { output.removeLast() }
    }

    // MARK: Text

    private mutating func put(_ octet: UInt8) {
        if preformatted == 0, octet == 0x20 || octet == 0x09 || octet == 0x0A || octet == 0x0D {
            spaceDue = true
            return
        }
        if preformatted > 0, octet == 0x0D { return }
        settle()
        output.append(octet)
    }

    private mutating func put(_ text: String) {
        for octet in text.utf8 { put(octet) }
    }

    /// Writes the white space that is due.
    private mutating func settle() {
        if breaksDue > 0 {
            if !output.isEmpty { output.append(contentsOf: [UInt8](repeating: 0x0A, count: breaksDue)) }
        } else if spaceDue, let last = output.last, last != 0x20, last != 0x0A, last != 0x09 {
            output.append(0x20)
        }
        breaksDue = 0
        spaceDue = false
    }

    private mutating func breakLine(_ count: Int) {
        breaksDue = max(breaksDue, count)
        spaceDue = false
    }

    // MARK: Entities

    private static let entities: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "copy": "©", "reg": "®", "trade": "™",
        "hellip": "…", "mdash": "—", "ndash": "–", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "bull": "•",
        "middot": "·", "euro": "€", "pound": "£", "yen": "¥", "cent": "¢", "sect": "§", "para": "¶", "deg": "°",
        "laquo": "«", "raquo": "»", "auml": "ä", "ouml": "ö", "uuml": "ü", "Auml": "Ä", "Ouml": "Ö", "Uuml": "Ü",
        "szlig": "ß", "eacute": "é", "egrave": "è", "agrave": "à", "aacute": "á", "ccedil": "ç", "ntilde": "ñ",
        "oacute": "ó", "iacute": "í", "uacute": "ú", "ecirc": "ê", "acirc": "â", "ocirc": "ô", "times": "×",
        "zwnj": "", "zwj": "", "shy": "",
    ]
    private static let entityLimit = 32

    private mutating func readEntity() {
        let window = input[(position + 1)..<min(input.count, position + Self.entityLimit)]
        guard let end = window.firstIndex(of: UInt8(ascii: ";")) else {
            put(UInt8(ascii: "&"))
            position += 1
            return
        }
        let name = String(decoding: input[(position + 1)..<end], as: UTF8.self)
        if let text = Self.character(name) {
            position = end + 1
            // A no-break space keeps its place.
            if name == "nbsp" {
                settle()
                output.append(0x20)
            } else {
                put(text)
            }
        } else {
            put(UInt8(ascii: "&"))
            position += 1
        }
    }

    private static func character(_ name: String) -> String? {
        guard name.first == "#" else { return entities[name] }
        let digits = name.dropFirst()
        let value = digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        guard let value, value != 0 else { return nil }
        return Unicode.Scalar(value).map { String(Character($0)) } ?? "\u{FFFD}"
    }

    // MARK: Markup

    private mutating func readMarkup() {
        if input[position...].starts(with: "<!--".utf8) { return skip(past: "-->") }
        let next = position + 1 < input.count ? input[position + 1] : 0
        let isTag = next == UInt8(ascii: "/") || next == UInt8(ascii: "!") || next == UInt8(ascii: "?") || next.isLetter
        guard isTag, let end = tagEnd() else {
            put(input[position])
            position += 1
            return
        }
        let tag = input[(position + 1)..<end]
        position = end + 1
        let isClosing = tag.first == UInt8(ascii: "/")
        let name = String(
            decoding: tag.drop { $0 == UInt8(ascii: "/") }.prefix { $0.isLetter || $0.isDigit }.map(\.asciiLowercased),
            as: UTF8.self)
        switch name {
        case "script", "style", "head", "title":
            if !isClosing, tag.last != UInt8(ascii: "/") { skip(past: "</\(name)") }
        default: act(on: name, isClosing, tag)
        }
    }

    /// How far a quoted attribute may put off the end of a tag.
    private static let quoteLimit = 4096

    /// The `>` that ends the tag, which is in no quoted attribute. A quote that does not end soon is no quote.
    private mutating func tagEnd() -> Int? {
        guard hasTagEnds else { return nil }
        var quote: UInt8?
        for index in (position + 1)..<min(input.count, position + Self.quoteLimit) {
            let octet = input[index]
            if let open = quote {
                if octet == open { quote = nil }
            } else if octet == UInt8(ascii: ">") {
                return index
            } else if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "'") {
                quote = octet
            }
        }
        let end = input[position...].firstIndex(of: UInt8(ascii: ">"))
        // Asked once: otherwise many tags without an end would each look through the rest.
        hasTagEnds = end != nil
        return end
    }

    private mutating func skip(past text: String) {
        let pattern = Array(text.utf8)
        while position < input.count {
            if input.count - position >= pattern.count,
                zip(pattern, input[position...]).allSatisfy({ $0 == $1.asciiLowercased })
            {
                position += pattern.count
                if pattern.last != UInt8(ascii: ">") {
                    while position < input.count, input[position] != UInt8(ascii: ">") { position += 1 }
                    position += 1
                }
                return
            }
            position += 1
        }
    }

    private mutating func act(on name: String, _ isClosing: Bool, _ tag: ArraySlice<UInt8>) {
        switch name {
        case "br":
            settle()
            output.append(0x0A)
        case "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "dl": breakLine(2)
        case "div", "tr", "section", "article", "header", "footer", "dt", "dd": breakLine(1)
        case "pre":
            breakLine(2)
            preformatted = max(0, preformatted + (isClosing ? -1 : 1))
        case "hr":
            breakLine(1)
            if !isClosing { put("--------") }
            breakLine(1)
        case "td", "th": if isClosing, !output.isEmpty, breaksDue == 0 { output.append(0x09) }
        case "ul", "ol": actOnList(name, isClosing)
        case "li": if !isClosing { beginItem() }
        case "a": isClosing ? endLink() : beginLink(tag)
        case "img":
            if let text = Self.attribute("alt", tag)?.nonEmpty { put(text) }
        default: break
        }
    }

    private mutating func actOnList(_ name: String, _ isClosing: Bool) {
        if isClosing { _ = lists.popLast() }
        breakLine(lists.isEmpty ? 2 : 1)
        if !isClosing, lists.count < Self.listDepthLimit { lists.append(name == "ol" ? 0 : nil) }
    }

    private mutating func beginItem() {
        breakLine(1)
        settle()
        output.append(contentsOf: [UInt8](repeating: 0x20, count: 2 * max(0, lists.count - 1)))
        if let last = lists.indices.last, let number = lists[last] {
            lists[last] = number + 1
            put("\(number + 1).")
        } else {
            put("*")
        }
        spaceDue = true
    }

    private mutating func beginLink(_ tag: ArraySlice<UInt8>) {
        endLink()
        guard let target = Self.attribute("href", tag), !target.hasPrefix("#") else { return }
        if spaceDue || breaksDue > 0 { settle() }
        link = (target, output.count)
    }

    /// Writes a link's target behind its text, unless the text is the target.
    private mutating func endLink() {
        guard let (target, start) = link else { return }
        link = nil
        guard target.utf8.count <= Self.linkLimit else { return }
        let text = String(decoding: output[min(start, output.count)...], as: UTF8.self)
        let bare = target.hasPrefix("mailto:") ? String(target.dropFirst(7)) : target
        guard !text.contains(bare), !bare.isEmpty else { return }
        put(text.isEmpty ? "[\(bare)]" : " [\(bare)]")
    }

    /// An attribute's value with its entities replaced.
    private static func attribute(_ name: String, _ tag: ArraySlice<UInt8>) -> String? {
        var cursor = HeaderCursor(tag)
        while !cursor.isAtEnd {
            let key = cursor.word { $0 == UInt8(ascii: "=") }
            cursor.skipSpace()
            guard cursor.take(UInt8(ascii: "=")) else {
                if key.isEmpty { cursor.advance() }
                continue
            }
            cursor.skipSpace()
            var value: [UInt8] = []
            if let quote = cursor.peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                cursor.advance()
                while let octet = cursor.peek, octet != quote {
                    value.append(octet)
                    cursor.advance()
                }
                cursor.advance()
            } else {
                value = cursor.word { _ in false }
            }
            if String(decoding: key.map(\.asciiLowercased), as: UTF8.self) == name {
                return plain(value)
            }
            cursor.skipSpace()
        }
        return nil
    }
}

extension UInt8 {
    var isLetter: Bool { (asciiLowercased >= 0x61) && (asciiLowercased <= 0x7A) }
}
