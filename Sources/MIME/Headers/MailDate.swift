internal import ByteCoding

/// A moment as a mail header states it: the clock's reading and its zone (RFC 5322 §3.3).
public struct MailDate: Sendable, Hashable {
    private let date: CivilDate
    public let hour: Int
    public let minute: Int
    public let second: Int
    /// Minutes east of UTC; nil where the zone is unknown (`-0000`, or a name that means nothing).
    public let zoneMinutes: Int?

    /// 1 to 9999.
    public var year: Int { date.year }
    /// 1 for January.
    public var month: Int { date.month }
    /// 1 for the first of the month.
    public var day: Int { date.day }

    /// Seconds since 1970-01-01 00:00 UTC; an unknown zone counts as UTC.
    public var secondsSince1970: Int {
        date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - (zoneMinutes ?? 0) * 60
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
        guard let date = CivilDate(year: day.year, month: day.month, day: day.day), (0..<24).contains(clock.hour),
            (0..<60).contains(clock.minute), (0...60).contains(clock.second)
        else { return nil }
        self.date = date
        (hour, minute, second) = clock
        self.zoneMinutes = zoneMinutes
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}
