internal import ByteCoding

/// Finds what a reader would take for a link in a line of text: `http:`, `https:` and `ftp:` URLs, `mailto:`, names
/// that begin with `www.` or end like hosts, and bare addresses, with the punctuation around them left out as
/// linkify-it does.
///
/// It looks for what links cannot be without, a colon, a point or an at sign, and around these only: O(n), with bounds
/// on how far it goes back for a name and ahead for a bracket.
struct LinkFinder {
    struct Link {
        enum Kind {
            case url, host, address

            /// What makes the text a URL.
            var prefix: String {
                switch self {
                case .url: ""
                case .host: "http://"
                case .address: "mailto:"
                }
            }
        }

        let range: Range<Int>
        let kind: Kind
    }

    private let text: ArraySlice<UInt8>
    private var position: Int
    /// Where the last link ended: the next one begins there or later.
    private var floor: Int
    /// The end of the run of names and points that was looked at last: a run is a host as a whole, or none.
    private var runEnd: Int

    /// RFC 5321 §4.5.3.1.1.
    private static let localPartLimit = 64
    /// RFC 1035 §2.3.4.
    private static let hostLimit = 253
    /// How far brackets within a URL may be apart.
    private static let bracketLimit = 256

    init(_ text: ArraySlice<UInt8>) {
        self.text = text
        position = text.startIndex
        floor = position
        runEnd = position
    }

    mutating func next() -> Link? {
        while position < text.endIndex {
            let link: Link?
            switch text[position] {
            case UInt8(ascii: ":"): link = url(atColon: position)
            case UInt8(ascii: "."): link = host(atPoint: position) ?? bareHost(atPoint: position)
            case UInt8(ascii: "@"): link = address(atSign: position, from: floor)
            default: link = nil
            }
            position += 1
            if let link {
                floor = link.range.upperBound
                position = floor
                return link
            }
        }
        return nil
    }

    // MARK: The three kinds

    private func url(atColon colon: Int) -> Link? {
        for scheme in ["https", "http", "ftp"] {
            guard let start = word(scheme, before: colon), matches("//", at: colon + 1) else { continue }
            var index = colon + 3
            if let userEnd = userInformationEnd(index) { index = userEnd }
            let hostEnd = index < text.endIndex && text[index] == UInt8(ascii: "[") ? literalEnd(index) : hostEnd(index)
            guard hostEnd > index else { return nil }
            return Link(range: start..<pathEnd(portEnd(hostEnd)), kind: .url)
        }
        guard let start = word("mailto", before: colon), let sign = localPartEnd(colon + 1),
            let address = address(atSign: sign, from: colon + 1), address.range.lowerBound == colon + 1
        else { return nil }
        return Link(range: start..<queryEnd(address.range.upperBound), kind: .url)
    }

    private func host(atPoint point: Int) -> Link? {
        guard let start = word("www", before: point) else { return nil }
        let end = hostEnd(start)
        guard hasTopLevel(start..<end, labels: 3) else { return nil }
        return Link(range: start..<pathEnd(portEnd(end)), kind: .host)
    }

    /// A name that nothing says is a host but its end.
    private mutating func bareHost(atPoint point: Int) -> Link? {
        guard point >= runEnd else { return nil }
        runEnd = point
        while runEnd < text.endIndex, text[runEnd].isHostOctet || ".-_".utf8.contains(text[runEnd]) { runEnd += 1 }
        var start = point
        while start > floor, point - start <= Self.hostLimit, text[start - 1].isHostOctet || text[start - 1] == 0x2D {
            start -= 1
        }
        guard start < point, text[start] != 0x2D,
            start == text.startIndex || " \t(<[{>\"',;*|".utf8.contains(text[start - 1])
        else { return nil }
        let end = hostEnd(start)
        // A point at the end is that of the sentence.
        guard hasTopLevel(start..<end, labels: 2), end == runEnd || (text[end] == 0x2E && end + 1 == runEnd),
            runEnd == text.endIndex || text[runEnd] != UInt8(ascii: "@"),
            let point = text[start..<end].lastIndex(of: UInt8(ascii: ".")),
            TopLevelDomains.contains(text[(point + 1)..<end])
        else { return nil }
        return Link(range: start..<pathEnd(portEnd(end)), kind: .host)
    }

    private func address(atSign sign: Int, from floor: Int) -> Link? {
        var start = sign
        let limit = max(floor, sign - Self.localPartLimit)
        while start > limit, text[start - 1].isLocalPart { start -= 1 }
        if start == limit, start > floor, text[start - 1].isLocalPart { return nil }
        // A name begins with a letter or a digit.
        while start < sign, !text[start].isHostOctet { start += 1 }
        guard start < sign, text[sign - 1] != UInt8(ascii: ".") else { return nil }
        let end = hostEnd(sign + 1)
        guard hasTopLevel(sign + 1..<end, labels: 2) else { return nil }
        return Link(range: start..<end, kind: .address)
    }

    // MARK: Pieces of a URL

    /// Where `word` begins that ends right before `end`, behind no letter or digit of ASCII: writings without spaces
    /// have URLs right behind their words.
    private func word(_ word: String, before end: Int) -> Int? {
        let start = end - word.utf8.count
        guard start >= floor, matches(word, at: start) else { return nil }
        guard start > text.startIndex else { return start }
        let before = text[start - 1]
        return before.isLetter || before.isDigit || before == UInt8(ascii: "_") ? nil : start
    }

    private func matches(_ word: String, at start: Int) -> Bool {
        guard start >= text.startIndex, start + word.utf8.count <= text.endIndex else { return false }
        return word.utf8.elementsEqual(text[start..<start + word.utf8.count].lazy.map(\.asciiLowercased))
    }

    private func userInformationEnd(_ start: Int) -> Int? {
        var index = start
        let limit = min(text.endIndex, start + 2 * Self.localPartLimit)
        while index < limit, text[index].isLocalPart || text[index] == UInt8(ascii: ":") { index += 1 }
        return index < limit && index > start && text[index] == UInt8(ascii: "@") ? index + 1 : nil
    }

    private func localPartEnd(_ start: Int) -> Int? {
        var index = start
        let limit = min(text.endIndex, start + Self.localPartLimit + 1)
        while index < limit, text[index].isLocalPart { index += 1 }
        return index < limit && text[index] == UInt8(ascii: "@") ? index : nil
    }

    /// Behind the last letter or digit of a host's name; `start` where there is none.
    private func hostEnd(_ start: Int) -> Int {
        var index = start
        var end = start
        let limit = min(text.endIndex, start + Self.hostLimit)
        while index < limit {
            let octet = text[index]
            if octet.isHostOctet {
                if octet >= 0x80, isSpaceOrQuote(index) { break }
                index += 1
                end = index
            } else if octet == UInt8(ascii: "-") || octet == UInt8(ascii: "_")
                || (octet == UInt8(ascii: ".") && index == end), index > start
            {
                index += 1
            } else {
                break
            }
        }
        // What is longer than a name may be is none.
        return index == limit && limit < text.endIndex ? start : end
    }

    /// Behind the bracket of an IPv6 address.
    private func literalEnd(_ start: Int) -> Int {
        var index = start + 1
        let limit = min(text.endIndex, start + 48)
        while index < limit,
            Hexadecimal.value(of: text[index]) != nil || text[index] == UInt8(ascii: ":") || text[index] == 0x2E
        {
            index += 1
        }
        return index < limit && index > start + 2 && text[index] == UInt8(ascii: "]") ? index + 1 : start
    }

    /// Whether a name has so many labels, and ends in one that is no number.
    private func hasTopLevel(_ range: Range<Int>, labels: Int) -> Bool {
        guard let point = text[range].lastIndex(of: UInt8(ascii: ".")) else { return false }
        let top = text[(point + 1)..<range.upperBound]
        guard top.count >= 2, top.allSatisfy({ $0.isLetter || $0 >= 0x80 || $0 == 0x2D || $0.isDigit }),
            top.contains(where: { $0.isLetter || $0 >= 0x80 })
        else { return false }
        return text[range].count { $0 == UInt8(ascii: ".") } >= labels - 1
    }

    private func portEnd(_ start: Int) -> Int {
        guard start < text.endIndex, text[start] == UInt8(ascii: ":") else { return start }
        var index = start + 1
        while index < text.endIndex, index < start + 6, text[index].isDigit { index += 1 }
        return index > start + 1 ? index : start
    }

    /// Behind `?subject=…`.
    private func queryEnd(_ start: Int) -> Int {
        start < text.endIndex && text[start] == UInt8(ascii: "?") ? pathEnd(start) : start
    }

    /// Behind path, query and fragment, without the punctuation that ends a sentence. Brackets count in pairs only.
    private func pathEnd(_ start: Int) -> Int {
        guard start < text.endIndex, "/?#".utf8.contains(text[start]) else { return start }
        var index = start
        var end = start
        while index < text.endIndex {
            let octet = text[index]
            switch octet {
            case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "|"),
                UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                return end
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
                guard let close = closingBracket(index) else { return end }
                index = close + 1
                end = index
            case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "!"),
                UInt8(ascii: "'"), UInt8(ascii: "*"):
                index += 1
            case UInt8(ascii: "?"):
                index += 1
                // `?` begins a query, or ends a question.
                if index - 1 == start, index < text.endIndex, text[index] > 0x20 { end = index }
            default:
                if octet >= 0x80, isSpaceOrQuote(index) { return end }
                index += 1
                end = index
            }
        }
        return end
    }

    /// The bracket that ends what begins at `open`, in the same word and not far.
    private func closingBracket(_ open: Int) -> Int? {
        let limit = min(text.endIndex, open + Self.bracketLimit)
        var depth = 0
        for index in open..<limit {
            switch text[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return index }
            case 0...0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""): return nil
            default: break
            }
        }
        return nil
    }

    /// Whether a character beyond ASCII that begins here ends a URL: white space, double quotation marks, and the full
    /// stop and comma of Chinese and Japanese.
    private func isSpaceOrQuote(_ index: Int) -> Bool {
        let second = index + 1 < text.endIndex ? text[index + 1] : 0
        let third = index + 2 < text.endIndex ? text[index + 2] : 0
        switch (text[index], second) {
        case (0xC2, 0xA0), (0xC2, 0xAB), (0xC2, 0xBB): return true
        case (0xE2, 0x80): return third <= 0x8B || (0x9C...0x9F).contains(third) || (0xA8...0xAF).contains(third)
        case (0xE3, 0x80): return third <= 0x82 || (0x8C...0x8F).contains(third)
        case (0xEF, 0xBC): return third == 0x8C || third == 0x8E || third == 0x9C || third == 0x9E
        default: return false
        }
    }
}

extension UInt8 {
    /// Letters, digits, and what is beyond ASCII.
    fileprivate var isHostOctet: Bool { isLetter || isDigit || self >= 0x80 }

    /// What names before an at sign are made of in practice.
    fileprivate var isLocalPart: Bool { isLetter || isDigit || "!#$%&'*+-/=?^_`{|}~.".utf8.contains(self) }
}
