internal import ByteCoding

/// The parameters of a Content-Type or Content-Disposition (RFC 2045 §5.1), with the continuations and charsets of
/// RFC 2231 put together, and the encoded-words in them that RFC 2047 §5 forbids and many programs write.
struct HeaderParameters {
    private struct Raw {
        var name: String
        var value: MessageBytes

        /// The name without the marks of RFC 2231.
        var base: Substring { name[..<baseEnd] }
        var baseEnd: String.Index { name.utf8.firstIndex(of: UInt8(ascii: "*")) ?? name.endIndex }
    }

    /// One piece of an RFC 2231 parameter.
    private struct Piece {
        var section: Int
        var isEncoded: Bool
        var value: MessageBytes
    }

    /// Sections beyond this are left out: numbers are the sender's choice, memory is not.
    private static let sectionLimit = 10_000

    private var raw: [Raw] = []
    /// Whether a name has a mark of RFC 2231.
    private var hasMarks = false
    /// Where the parameters of each name without marks are, if one has any and they are not few: names are the sender's
    /// choice, and to compare each with all others would cost more than to read them.
    private var places: [Substring: [Int]]?
    private static let fewParameters = 8
    private(set) var defects: [MIMEDefect.Code] = []

    /// Reads what is behind the first semicolon of `value`.
    init(_ value: MessageBytes, limit: Int) {
        var reader = ParameterReader(HeaderCursor(value))
        while let parameter = reader.next() {
            guard raw.count < limit else {
                reader.defects.append(.tooManyParameters)
                break
            }
            let name = value.extracting(parameter.name).asciiLowercased
            if name.utf8.contains(UInt8(ascii: "*")) { hasMarks = true }
            raw.append(Raw(name: name, value: parameter.value))
        }
        defects = reader.defects
        guard hasMarks, raw.count > Self.fewParameters else { return }
        var places: [Substring: [Int]] = [:]
        for (place, parameter) in raw.enumerated() { places[parameter.base, default: []].append(place) }
        self.places = places
    }

    /// The names, without the marks of RFC 2231, in order and once each.
    var names: [String] {
        var seen = NameSet()
        return raw.compactMap { parameter in
            let name = hasMarks ? String(parameter.base) : parameter.name
            return !name.isEmpty && seen.insert(name) ? name : nil
        }
    }

    /// Whether any parameter stands there twice in the same form.
    var hasRepeats: Bool {
        var seen = NameSet()
        return raw.contains { !$0.name.isEmpty && !seen.insert($0.name) }
    }

    /// The texts of all forms of a parameter: the plain one and the extended one.
    func readings(of name: String) -> [String] {
        let plain = raw(named: name).filter { $0.name == name }.map { HeaderText.decode(unfolded: $0.value) }
        return pieces(of: name) == nil ? plain : plain + [text(of: name)].compactMap { $0 }
    }

    /// The octets of a parameter, with its pieces joined and not converted from any charset.
    func octets(of name: String) -> MessageBytes? {
        if let plain = raw(named: name).first(where: { $0.name == name }) { return plain.value }
        return pieces(of: name).map { MessageBytes(joined($0).octets) }
    }

    /// The text of a parameter. The extended form counts before the plain one (RFC 6266 §4.3).
    func text(of name: String) -> String? {
        if let pieces = pieces(of: name) {
            let (octets, charset) = joined(pieces)
            if let charset { return Charset(charset).decode(octets).text }
            return HeaderText.decode(octets)
        }
        return raw(named: name).first { $0.name == name }.map { HeaderText.decode(unfolded: $0.value) }
    }

    /// The parameters of that name, with and without marks, and of others where they are few or have none.
    private func raw(named name: String) -> [Raw] {
        guard let places else { return raw }
        return places[name[...], default: []].map { raw[$0] }
    }

    /// The pieces `name*`, `name*0`, `name*1*`, … in order of their numbers, up to the first that is missing. Some
    /// programs count from 1.
    private func pieces(of name: String) -> [Piece]? {
        guard hasMarks else { return nil }
        var pieces: [Piece] = []
        for parameter in raw(named: name) where parameter.name.utf8.starts(with: name.utf8) {
            let baseEnd = parameter.baseEnd
            guard baseEnd != parameter.name.endIndex, parameter.name[..<baseEnd] == name else { continue }
            var mark = parameter.name[baseEnd...].dropFirst()
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
            var value = Array(piece.value)[...]
            if index == 0 {
                // charset'language'value
                let parts = value.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
                if parts.count == 3 {
                    charset = String(decoding: parts[0], as: UTF8.self)
                    value = parts[2]
                }
            }
            octets += PercentEncoding.decode(value)
        }
        return (octets, charset.flatMap { $0.isEmpty ? nil : $0 })
    }
}

/// Names that were met. There are few of them mostly, which a set's hashes would not pay for.
private struct NameSet {
    private var few: [String] = []
    private var many: Set<String> = []

    /// Whether `name` is new.
    mutating func insert(_ name: String) -> Bool {
        if !many.isEmpty { return many.insert(name).inserted }
        if few.contains(name) { return false }
        few.append(name)
        if few.count > 8 { many = Set(few) }
        return true
    }
}
