/// A moment as a mail header states it: the clock's reading and its zone (RFC 5322 §3.3).
public struct MailDate: Sendable, Hashable {
    public let year: Int
    public let month: Int
    public let day: Int
    public let hour: Int
    public let minute: Int
    public let second: Int
    /// Minutes east of UTC; nil where the zone is unknown (`-0000`, or a name that means nothing).
    public let zoneMinutes: Int?

    /// Seconds since 1970-01-01 00:00 UTC; an unknown zone counts as UTC.
    public var secondsSince1970: Int {
        days * 86_400 + hour * 3_600 + minute * 60 + second - (zoneMinutes ?? 0) * 60
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar.
    private var days: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// ISO 8601 with the zone it came with: `2026-11-23T07:00:00+01:00`; `-00:00` where the zone is unknown (RFC 3339 §4.3).
    public var iso8601: String {
        func padded(_ value: Int, _ width: Int = 2) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let zone: String
        switch zoneMinutes {
        case 0: zone = "Z"
        case nil: zone = "-00:00"
        case let minutes?:
            let size = abs(minutes)
            zone = (minutes < 0 ? "-" : "+") + padded(size / 60) + ":" + padded(size % 60)
        }
        return
            "\(padded(year, 4))-\(padded(month))-\(padded(day))T\(padded(hour)):\(padded(minute)):\(padded(second))\(zone)"
    }

    /// Reads a date field; nil if no date can be made of it.
    init?(_ value: MessageBytes) {
        var cursor = HeaderCursor(value.bytes)
        var words: [[UInt8]] = []
        while words.count < 16 {
            cursor.skipComments()
            if cursor.isAtEnd { break }
            let word = cursor.word { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "(") }
            if !word.isEmpty { words.append(word) } else { cursor.advance() }
        }
        self.init(words: words)
    }

    private init?(words: [[UInt8]]) {
        var words = words[...]
        // A day of the week says nothing that the date does not.
        if let first = words.first, Self.monthNumber(first) == nil, !(first.first?.isDigit ?? false) {
            words.removeFirst()
        }
        // Also `23-Nov-2026`, and the order of asctime: `Nov 23 07:00:00 2026`.
        if let first = words.first, first.contains(UInt8(ascii: "-")), first.first?.isDigit ?? false {
            let parts = first.split(separator: UInt8(ascii: "-")).map { Array($0) }
            words = (parts + words.dropFirst())[...]
        }
        guard words.count >= 3 else { return nil }
        var fields = Array(words)
        if Self.monthNumber(fields[0]) != nil { fields.swapAt(0, 1) }
        var clockIndex = fields.firstIndex { $0.contains(UInt8(ascii: ":")) } ?? fields.count
        if clockIndex == 2, fields.count > 3,
            let yearIndex = fields[3...].firstIndex(where: { Self.number($0) ?? 0 > 99 && $0.count == 4 })
        {
            // The year stands behind the clock.
            let year = fields.remove(at: yearIndex)
            fields.insert(year, at: 2)
            clockIndex = 3
        }
        guard fields.count >= 3, let day = Self.number(fields[0]), let month = Self.monthNumber(fields[1]),
            var year = Self.number(fields[2])
        else { return nil }
        // Two digits, and three, are obsolete (RFC 5322 §4.3).
        if fields[2].count == 2 { year += year < 50 ? 2000 : 1900 } else if fields[2].count == 3 { year += 1900 }
        var clock = [0, 0, 0]
        if clockIndex < fields.count {
            let parts = fields[clockIndex].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard (2...3).contains(parts.count) else { return nil }
            for (index, part) in parts.enumerated() {
                // Fractions of a second are met, and dropped.
                guard let value = Self.number(Array(part.prefix { $0 != UInt8(ascii: ".") })) else { return nil }
                clock[index] = value
            }
        }
        guard (1...9999).contains(year), (1...12).contains(month), (1...Self.length(of: month, year)).contains(day),
            clock[0] < 24, clock[1] < 60, clock[2] <= 60
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        (hour, minute, second) = (clock[0], clock[1], clock[2])
        zoneMinutes = clockIndex + 1 < fields.count ? Self.zone(fields[clockIndex + 1]) : nil
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    private static func monthNumber(_ word: [UInt8]) -> Int? {
        guard word.count >= 3 else { return nil }
        let name = String(decoding: word.prefix(3).map(\.asciiLowercased), as: UTF8.self)
        return months.firstIndex(of: name).map { $0 + 1 }
    }

    private static func number(_ word: [UInt8]) -> Int? {
        guard (1...4).contains(word.count), word.allSatisfy(\.isDigit) else { return nil }
        return word.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func length(of month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The names of RFC 5322 §4.3; military letters and others mean nothing certain.
    private static let zones = [
        "ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
        "mdt": -360, "pst": -480, "pdt": -420,
    ]

    private static func zone(_ word: [UInt8]) -> Int? {
        if let sign = word.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            let digits = word.dropFirst().filter { $0 != UInt8(ascii: ":") }
            guard let value = number(Array(digits)), digits.count == 4, value % 100 < 60 else { return nil }
            if sign == UInt8(ascii: "-"), value == 0 { return nil }
            let minutes = value / 100 * 60 + value % 100
            return sign == UInt8(ascii: "-") ? -minutes : minutes
        }
        // Also the names of POSIX, such as `EST5EDT`: what is in force is told by the first.
        return zones[String(decoding: word.prefix { !$0.isDigit }.map(\.asciiLowercased), as: UTF8.self)]
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}
