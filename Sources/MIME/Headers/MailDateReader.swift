/// Finds clock, zone and day in a date field, in whatever order and with whatever between them programs write these:
/// the syntax of RFC 5322 §3.3 and §4.3, asctime's order, ISO 8601, day and month joined by hyphens, `GMT+1`.
struct MailDateReader {
    private enum Token: Equatable {
        case number(value: Int, digits: Int)
        /// In lower case, its first eight letters.
        case word(String)
        case symbol(UInt8)
    }

    private var tokens: [Token] = []
    /// Where the clock was, once that is taken.
    private var clockEnd: Int?

    /// No date has more.
    private static let tokenLimit = 32

    init(_ value: MessageBytes) {
        var cursor = HeaderCursor(value)
        while tokens.count < Self.tokenLimit {
            cursor.skipComments()
            guard let octet = cursor.peek else { return }
            if octet.isDigit {
                let digits = Self.run(of: \.isDigit, &cursor)
                let value = digits.prefix(9).reduce(0) { $0 * 10 + Int($1 - 0x30) }
                tokens.append(.number(value: value, digits: digits.count))
            } else if octet.isLetter {
                let letters = Self.run(of: \.isLetter, &cursor).prefix(8).map(\.asciiLowercased)
                tokens.append(.word(String(decoding: letters, as: UTF8.self)))
            } else {
                cursor.advance()
                tokens.append(.symbol(octet))
            }
        }
    }

    private static func run(of belongs: (UInt8) -> Bool, _ cursor: inout HeaderCursor) -> [UInt8] {
        var octets: [UInt8] = []
        while let octet = cursor.peek, belongs(octet) {
            octets.append(octet)
            cursor.advance()
        }
        return octets
    }

    // MARK: Clock

    /// Takes `hh:mm`, `hh:mm:ss`, `hh.mm.ss`, with a fraction and AM or PM behind it; midnight where there is no clock,
    /// nil where one is damaged.
    mutating func takeClock() -> (hour: Int, minute: Int, second: Int)? {
        guard let start = clockStart() else {
            return tokens.contains(.symbol(UInt8(ascii: ":"))) ? nil : (0, 0, 0)
        }
        var parts: [Int] = []
        var index = start
        while parts.count < 3, let value = shortNumber(index) {
            parts.append(value)
            index += 1
            guard parts.count < 3, index < tokens.count, tokens[index] == tokens[start + 1] else { break }
            index += 1
        }
        guard parts.count >= 2, index >= tokens.count || tokens[index] != .symbol(UInt8(ascii: ":")) else { return nil }
        // Fractions of a second are met, and dropped.
        if index + 1 < tokens.count, parts.count == 3, tokens[index] == .symbol(UInt8(ascii: ".")),
            case .number = tokens[index + 1]
        {
            index += 2
        }
        if let half = half(index) {
            guard (1...12).contains(parts[0]) else { return nil }
            parts[0] = parts[0] % 12 + half
            index += 1
        }
        tokens.replaceSubrange(start..<index, with: [])
        clockEnd = start
        return (parts[0], parts[1], parts.count > 2 ? parts[2] : 0)
    }

    private func clockStart() -> Int? {
        if let colon = tokens.firstIndex(of: .symbol(UInt8(ascii: ":"))) {
            return colon > 0 && shortNumber(colon - 1) != nil ? colon - 1 : nil
        }
        let point = Token.symbol(UInt8(ascii: "."))
        return tokens.indices.dropLast(4).first { index in
            tokens[index + 1] == point && tokens[index + 3] == point
                && [0, 2, 4].allSatisfy { shortNumber(index + $0) != nil }
        }
    }

    /// A number of one or two digits.
    private func shortNumber(_ index: Int) -> Int? {
        guard index < tokens.count, case .number(let value, 1...2) = tokens[index] else { return nil }
        return value
    }

    /// The hours that AM or PM adds.
    private func half(_ index: Int) -> Int? {
        guard index < tokens.count, case .word(let word) = tokens[index] else { return nil }
        return ["am": 0, "pm": 12][word]
    }

    // MARK: Zone

    /// The names of RFC 5322 §4.3; military letters and others mean nothing certain.
    private static let zones = [
        "ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
        "mdt": -360, "pst": -480, "pdt": -420,
    ]

    /// Takes the minutes east of UTC from behind the clock; nil where they are not known.
    mutating func takeZone() -> Int? {
        guard let clockEnd else { return nil }
        for index in clockEnd..<tokens.count {
            switch tokens[index] {
            case .word(let name):
                // Also the names of POSIX, such as `EST5EDT`: what is in force is told by the first. `GMT+1` is an hour
                // east.
                guard let minutes = Self.zones[name] else { continue }
                let signed = minutes == 0 ? offset(at: index + 1) : nil
                tokens.removeSubrange(index..<(signed?.end ?? endOfName(index)))
                return signed?.minutes ?? minutes
            case .symbol:
                guard let (minutes, end) = offset(at: index) else { continue }
                tokens.removeSubrange(index..<end)
                return minutes
            case .number: continue
            }
        }
        return nil
    }

    /// Behind the zone's name at `index`, and the `5EDT` that POSIX has there.
    private func endOfName(_ index: Int) -> Int {
        guard index + 2 < tokens.count, shortNumber(index + 1) != nil, case .word = tokens[index + 2] else {
            return index + 1
        }
        return index + 3
    }

    /// `+hhmm`, `+hh:mm` or `+hh`; `-0000` says that the zone is not known.
    private func offset(at index: Int) -> (minutes: Int?, end: Int)? {
        guard index + 1 < tokens.count, case .symbol(let sign) = tokens[index],
            sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            case .number(var value, let digits) = tokens[index + 1],
            digits <= 4
        else { return nil }
        var end = index + 2
        if digits <= 2 {
            value *= 100
            if end + 1 < tokens.count, tokens[end] == .symbol(UInt8(ascii: ":")), let minutes = shortNumber(end + 1) {
                value += minutes
                end += 2
            }
        }
        // RFC 5322 lets zones be up to 99 hours away; no clock is, and ISO 8601 cannot say so.
        guard value % 100 < 60, value < 2400 else { return nil }
        let minutes = value / 100 * 60 + value % 100
        if sign == UInt8(ascii: "+") { return (minutes, end) }
        return (minutes == 0 ? nil : -minutes, end)
    }

    // MARK: Day

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// The day from what is left: a month's name with a day and a year around it, or year, month and day as ISO 8601
    /// has them. All numbers in another order could mean either of two days, and are none.
    func takeDay() -> (year: Int, month: Int, day: Int)? {
        let numbers = tokens.compactMap { token -> (value: Int, digits: Int)? in
            if case .number(let value, let digits) = token { (value, digits) } else { nil }
        }
        let month = tokens.lazy.compactMap { token -> Int? in
            guard case .word(let word) = token else { return nil }
            return Self.months.firstIndex(of: String(word.prefix(3))).map { $0 + 1 }
        }.first
        guard let month else {
            guard numbers.count >= 3, numbers[0].digits == 4, numbers[1].digits <= 2, numbers[2].digits <= 2 else {
                return nil
            }
            return (numbers[0].value, numbers[1].value, numbers[2].value)
        }
        guard numbers.count >= 2 else { return nil }
        let isYearFirst = numbers[0].digits == 4
        let (day, year) = isYearFirst ? (numbers[1], numbers[0]) : (numbers[0], numbers[1])
        // Two digits, and three, are obsolete (RFC 5322 §4.3).
        switch year.digits {
        case 2: return (year.value + (year.value < 50 ? 2000 : 1900), month, day.value)
        case 3: return (year.value + 1900, month, day.value)
        case 4: return (year.value, month, day.value)
        default: return nil
        }
    }
}
