/// A day of the proleptic Gregorian calendar, in the years 1 to 9999 that mail headers, mbox files and ISO 8601 can
/// write. No value has numbers that arithmetic could overflow on.
@usableFromInline
package struct CivilDate: Hashable, Sendable {
    package let year: Int
    /// 1 for January.
    package let month: Int
    /// 1 for the first of the month.
    package let day: Int

    /// Nil for a day that is not in the calendar, or outside of the years 1 to 9999.
    @inlinable
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.length(ofMonth: month, year: year)).contains(day)
        else { return nil }
        self.init(unchecked: year, month, day)
    }

    @usableFromInline
    init(unchecked year: Int, _ month: Int, _ day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that is `days` after 1970-01-01, or the first or last that a value can be where that is outside.
    package init(clampingDaysSince1970 days: Int) {
        // Counted in years that begin in March, so that the leap day is the last of its year, and from March of the
        // year 0 (Hinnant, "chrono-compatible low-level date algorithms"). Nothing is negative in the range clamped to.
        let daysSinceMarch0 = min(max(days, Self.firstDay), Self.lastDay) + Self.daysFromMarch0To1970
        let (era, dayOfEra) = daysSinceMarch0.quotientAndRemainder(dividingBy: Self.daysOfEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.init(
            unchecked: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    /// Days since 1970-01-01, negative before it.
    package var daysSince1970: Int {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = yearFromMarch.quotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysOfEra + dayOfEra - Self.daysFromMarch0To1970
    }

    /// 0 for Sunday.
    package var weekday: Int {
        // 1970-01-01 was a Thursday, and 719,163 days after 0001-01-01: the sum is not negative.
        (daysSince1970 + 4 + 7 * 102_738) % 7
    }

    /// The number of days of a month, which is in 1...12.
    @inlinable
    package static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// 400 years, after which the calendar repeats.
    private static let daysOfEra = 146_097
    private static let daysFromMarch0To1970 = 719_468
    /// 0001-01-01 and 9999-12-31.
    private static let (firstDay, lastDay) = (-719_162, 2_932_896)
}
