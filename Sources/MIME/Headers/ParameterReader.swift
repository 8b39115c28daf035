/// Goes through the parameters of a Content-Type or Content-Disposition (RFC 2045 §5.1) as they stand there, one at a
/// time: no memory is taken for what needs no change.
struct ParameterReader {
    /// A parameter as it stands there.
    struct Parameter {
        /// Where the name is; empty where there is none.
        var name: Range<Int>
        /// Without quotes, backslashes, comments and folding.
        var value: MessageBytes
    }

    private(set) var cursor: HeaderCursor
    var defects: [MIMEDefect.Code] = []

    /// Reads what is behind the next semicolon.
    init(_ cursor: HeaderCursor) {
        self.cursor = cursor
        skipToParameter()
    }

    /// The next parameter; nil where there is none.
    mutating func next() -> Parameter? {
        while !cursor.isAtEnd {
            if !cursor.take(UInt8(ascii: ";")) { defects.append(.damagedParameter) }
            cursor.skipComments()
            if cursor.isAtEnd { return nil }
            let name = cursor.token()
            cursor.skipComments()
            guard cursor.take(UInt8(ascii: "=")) else {
                if !name.isEmpty { defects.append(.damagedParameter) }
                skipToParameter()
                continue
            }
            cursor.skipComments()
            let value = cursor.beginsQuotedString ? cursor.quotedStringBytes() : unquotedValue()
            skipToParameter()
            return Parameter(name: name, value: value)
        }
        return nil
    }

    /// Unquoted values hold spaces in the wild, file names above all: all up to the next semicolon is taken.
    private mutating func unquotedValue() -> MessageBytes {
        // A quotation mark that nothing closes was left over by damage, and so was one within a value.
        var isDamaged = cursor.take(UInt8(ascii: "\""))
        let start = cursor.position
        var end = start
        while let octet = cursor.peek, octet != UInt8(ascii: ";") {
            if HeaderCursor.isSpace(octet) {
                let space = cursor.position
                if isBeforeParameter() { break }
                let isFolded = cursor.octets.extracting(space..<cursor.position).contains { $0 == 0x0D || $0 == 0x0A }
                if isFolded { return unfoldedValue(from: start, isDamaged) }
                continue
            }
            if octet == UInt8(ascii: "(") { return unfoldedValue(from: start, isDamaged) }
            if octet == UInt8(ascii: "\"") { isDamaged = true }
            cursor.advance()
            end = cursor.position
        }
        if isDamaged { defects.append(.damagedParameter) }
        return cursor.octets.extracting(start..<end)
    }

    /// A value that begins at `start`, without the line ends and comments in it.
    private mutating func unfoldedValue(from start: Int, _ isDamaged: Bool) -> MessageBytes {
        cursor.position = start
        var value: [UInt8] = []
        while let octet = cursor.peek, octet != UInt8(ascii: ";") {
            if HeaderCursor.isSpace(octet) {
                let space = cursor.position
                if isBeforeParameter() { break }
                value += cursor.octets.extracting(space..<cursor.position).lazy.filter { $0 != 0x0D && $0 != 0x0A }
                continue
            }
            if octet == UInt8(ascii: "("), value.last.map(HeaderCursor.isSpace) ?? true {
                cursor.skipComment()
                continue
            }
            value.append(octet)
            cursor.advance()
        }
        while let last = value.last, HeaderCursor.isSpace(last) { value.removeLast() }
        if value.contains(UInt8(ascii: "\"")) || isDamaged { defects.append(.damagedParameter) }
        return MessageBytes(value)
    }

    /// Goes to the next semicolon that is in no quoted string and no comment, or to a parameter without one before it.
    private mutating func skipToParameter() {
        while let octet = cursor.peek, octet != UInt8(ascii: ";") {
            if HeaderCursor.isSpace(octet) {
                if isBeforeParameter() { return }
                continue
            }
            switch octet {
            case UInt8(ascii: "\"") where cursor.beginsQuotedString: _ = cursor.quotedStringBytes()
            case UInt8(ascii: "("): cursor.skipComment()
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
    private static let longestKnownName = 17

    private static func isKnown(_ name: MessageBytes) -> Bool {
        let end = name.prefix(longestKnownName + 1).firstIndex(of: UInt8(ascii: "*")) ?? name.count
        return end <= longestKnownName && knownNames.contains(name.extracting(0..<end).asciiLowercased)
    }

    /// Whether the white space here is followed by such a name and `=`. Where it is not, the whole run is skipped: a
    /// look at what follows from each byte of a run would cost the square of its length, which the sender chooses.
    private mutating func isBeforeParameter() -> Bool {
        let space = cursor.position
        cursor.skipSpace()
        let end = cursor.position
        let name = cursor.token()
        let isName =
            cursor.peek == UInt8(ascii: "=")
            && Self.isKnown(cursor.octets.extracting(name))
        cursor.position = isName ? space : end
        return isName
    }
}
