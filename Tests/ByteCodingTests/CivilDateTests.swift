import Testing

@testable import ByteCoding

@Suite("Days of the calendar")
struct CivilDateTests {
    @Test("days follow each other from 0001-01-01 to 9999-12-31, as do their weekdays")
    func everyDay() throws {
        var days = -719_162
        for year in 1...9999 {
            for month in 1...12 {
                for day in 1...CivilDate.length(ofMonth: month, year: year) {
                    let date = try #require(CivilDate(year: year, month: month, day: day))
                    guard date.daysSince1970 == days, CivilDate(clampingDaysSince1970: days) == date,
                        // 0001-01-01 was a Monday.
                        date.weekday == (days + 719_162 + 1) % 7
                    else {
                        Issue.record("\(year)-\(month)-\(day)")
                        return
                    }
                    days += 1
                }
            }
        }
        #expect(days == 2_932_897)
    }

    @Test(
        "known days",
        arguments: [(1970, 1, 1, 0, 4), (2000, 2, 29, 11_016, 2), (2026, 11, 24, 20_781, 2), (1, 1, 1, -719_162, 1)])
    func known(_ year: Int, _ month: Int, _ day: Int, _ days: Int, _ weekday: Int) {
        let date = CivilDate(clampingDaysSince1970: days)
        #expect(date == CivilDate(year: year, month: month, day: day))
        #expect(date.weekday == weekday)
    }

    @Test(
        "a day that is in no calendar is none",
        arguments: [
            (1900, 2, 29), (2026, 2, 29), (2026, 4, 31), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (0, 1, 1),
            (10_000, 1, 1), (.max, .max, .max), (.min, .min, .min), (2026, .min, 1), (2026, 1, .max),
        ])
    func noDay(_ year: Int, _ month: Int, _ day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test("any number of days gives a day", arguments: [Int.min, -719_163, 2_932_897, .max])
    func clamped(_ days: Int) {
        let edge = days < 0 ? (1, 1, 1) : (9999, 12, 31)
        let date = CivilDate(clampingDaysSince1970: days)
        #expect((date.year, date.month, date.day) == edge)
    }
}
