/// The parameters of a Content-Type or Content-Disposition (RFC 2045 §5.1), with the continuations and charsets of
/// RFC 2231 put together, and the encoded-words in them that RFC 2047 §5 forbids and many programs write.
struct HeaderParameters {
    private struct Raw {
        var name: String
        var value: [UInt8]
        var isQuoted: Bool
    }

    /// One piece of an RFC 2231 parameter.
    private struct Piece {
        var section: Int
        var isEncoded: Bool
        var value: [UInt8]
    }

    /// Sections beyond this are left out: numbers are the sender's choice, memory is not.
    private static let sectionLimit = 10_000

    private var raw: [Raw] = []
    private(set) var defects: [MIMEDefect.Code] = []

    /// Reads what is behind the first semicolon of `value`.
    init(_ value: MessageBytes, limit: Int) {
        var cursor = HeaderCursor(value.bytes)
        Self.skipToParameter(&cursor)
        while !cursor.isAtEnd {
            if !cursor.take(UInt8(ascii: ";")) { defects.append(.damagedParameter) }
            cursor.skipComments()
            if cursor.isAtEnd { break }
            guard raw.count < limit else {
                defects.append(.tooManyParameters)
                break
            }
            let name = cursor.lowercasedToken()
            cursor.skipComments()
            if cursor.take(UInt8(ascii: "=")) {
                cursor.skipComments()
                readValue(name, &cursor)
            } else if !name.isEmpty {
                defects.append(.damagedParameter)
            }
            Self.skipToParameter(&cursor)
        }
    }

    private mutating func readValue(_ name: String, _ cursor: inout HeaderCursor) {
        if cursor.beginsQuotedString {
            raw.append(Raw(name: name, value: cursor.quotedString(), isQuoted: true))
            return
        }
        // A quotation mark that nothing closes was left over by damage, and so was one within a value.
        let isUnclosed = cursor.take(UInt8(ascii: "\""))
        // Unquoted values hold spaces in the wild, file names above all: take all up to the next semicolon.
        var value: [UInt8] = []
        while let octet = cursor.peek, octet != UInt8(ascii: ";") {
            if HeaderCursor.isSpace(octet), Self.beginsParameter(cursor) { break }
            if octet == UInt8(ascii: "("), value.last.map(HeaderCursor.isSpace) ?? true {
                _ = cursor.comment()
                continue
            }
            if octet != 0x0D, octet != 0x0A { value.append(octet) }
            cursor.advance()
        }
        while let last = value.last, HeaderCursor.isSpace(last) { value.removeLast() }
        if value.contains(UInt8(ascii: "\"")) || isUnclosed { defects.append(.damagedParameter) }
        raw.append(Raw(name: name, value: value, isQuoted: false))
    }

    /// Goes to the next semicolon that is in no quoted string and no comment, or to a parameter without one before it.
    private static func skipToParameter(_ cursor: inout HeaderCursor) {
        while let octet = cursor.peek, octet != UInt8(ascii: ";") {
            if HeaderCursor.isSpace(octet), beginsParameter(cursor) { return }
            switch octet {
            case UInt8(ascii: "\"") where cursor.beginsQuotedString: _ = cursor.quotedString()
            case UInt8(ascii: "("): _ = cursor.comment()
            default: cursor.advance()
            }
        }
    }

    /// Names that may begin a parameter although its semicolon is lost; others could be part of a value.
    private static let knownNames: Set<String> = [
        "access-type", "boundary", "charset", "creation-date", "delsp", "filename", "format", "id", "method", "micalg",
        "modification-date", "name", "number", "protocol", "read-date", "report-type", "size", "smime-type", "start",
        "total", "type", "url",
    ]

    /// Whether the white space here is followed by such a name and `=`.
    private static func beginsParameter(_ cursor: HeaderCursor) -> Bool {
        var ahead = cursor
        ahead.skipSpace()
        let name = ahead.lowercasedToken()
        return ahead.peek == UInt8(ascii: "=") && knownNames.contains(String(name.prefix { $0 != "*" }))
    }

    /// The names, without the marks of RFC 2231, in order and once each.
    var names: [String] {
        var seen: Set<String> = []
        return raw.compactMap { parameter in
            let name = String(parameter.name.prefix { $0 != "*" })
            return !name.isEmpty && seen.insert(name).inserted ? name : nil
        }
    }

    /// Whether a parameter stands there twice in the same form.
    func isRepeated(_ name: String) -> Bool {
        raw.lazy.filter { $0.name == name }.count > 1
    }

    /// Whether any parameter stands there twice in the same form.
    var hasRepeats: Bool {
        var seen: Set<String> = []
        return raw.contains { !$0.name.isEmpty && !seen.insert($0.name).inserted }
    }

    /// The texts of all forms of a parameter: the plain one and the extended one.
    func readings(of name: String) -> [String] {
        let plain = raw.filter { $0.name == name }.map { HeaderText.decode($0.value) }
        return pieces(of: name) == nil ? plain : plain + [text(of: name)].compactMap { $0 }
    }

    /// The octets of a parameter, with its pieces joined and not converted from any charset.
    func octets(of name: String) -> [UInt8]? {
        if let plain = raw.first(where: { $0.name == name }) { return plain.value }
        return pieces(of: name).map { joined($0).octets }
    }

    /// The text of a parameter. The extended form counts before the plain one (RFC 6266 §4.3).
    func text(of name: String) -> String? {
        if let pieces = pieces(of: name) {
            let (octets, charset) = joined(pieces)
            if let charset { return Charset(charset).decode(octets).text }
            return HeaderText.decode(octets)
        }
        return raw.first { $0.name == name }.map { HeaderText.decode($0.value) }
    }

    /// The pieces `name*`, `name*0`, `name*1*`, … in order of their numbers, up to the first that is missing. Some
    /// programs count from 1.
    private func pieces(of name: String) -> [Piece]? {
        let prefix = name + "*"
        var pieces: [Piece] = []
        for parameter in raw where parameter.name.hasPrefix(prefix) {
            var mark = parameter.name.dropFirst(prefix.count)
            let isEncoded = mark.isEmpty || mark.last == "*"
            if mark.last == "*" { mark = mark.dropLast() }
            guard let section = mark.isEmpty ? 0 : Int(mark), (0..<Self.sectionLimit).contains(section) else {
                continue
            }
            pieces.append(Piece(section: section, isEncoded: isEncoded, value: parameter.value))
        }
        guard !pieces.isEmpty else { return nil }
        pieces.sort { $0.section < $1.section }
        var ordered: [Piece] = []
        let first = min(pieces[0].section, 1)
        for piece in pieces where piece.section == first + ordered.count { ordered.append(piece) }
        return ordered.isEmpty ? nil : ordered
    }

    private func joined(_ pieces: [Piece]) -> (octets: [UInt8], charset: String?) {
        var octets: [UInt8] = []
        var charset: String?
        for (index, piece) in pieces.enumerated() {
            guard piece.isEncoded else {
                octets += piece.value
                continue
            }
            var value = piece.value[...]
            if index == 0 {
                // charset'language'value
                let parts = value.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
                if parts.count == 3 {
                    charset = String(decoding: parts[0], as: UTF8.self)
                    value = parts[2]
                }
            }
            octets += Self.percentDecoded(value)
        }
        return (octets, charset.flatMap { $0.isEmpty ? nil : $0 })
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var octets: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.endIndex,
                let high = text[index + 1].hexDigit, let low = text[index + 2].hexDigit
            {
                octets.append(high << 4 | low)
                index += 3
            } else {
                octets.append(text[index])
                index += 1
            }
        }
        return octets
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit in either case.
    var hexDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}
