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

    /// ISO 8601 with the zone it came with: `2026-11-23T07:00:00+01:00`; `-00:00` where the zone is unknown (RFC 3339
    /// §4.3).
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
        if let date = Self.plain(value) {
            self = date
            return
        }
        var reader = MailDateReader(value)
        guard let clock = reader.takeClock() else { return nil }
        let zone = reader.takeZone()
        guard let day = reader.takeDay() else { return nil }
        self.init(day: day, clock: clock, zoneMinutes: zone)
    }

    /// Nil for a day that is in no calendar, and a time that no clock shows.
    package init?(
        day: (year: Int, month: Int, day: Int), clock: (hour: Int, minute: Int, second: Int), zoneMinutes: Int?
    ) {
        guard (1...9999).contains(day.year), (1...12).contains(day.month),
            (1...Self.length(of: day.month, day.year)).contains(day.day), (0..<24).contains(clock.hour),
            (0..<60).contains(clock.minute), (0...60).contains(clock.second)
        else { return nil }
        (year, month, self.day) = day
        (hour, minute, second) = clock
        self.zoneMinutes = zoneMinutes
    }

    private static func length(of month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}
