import Testing

@testable import MailStores

@Suite("The line that begins a message in an mbox")
struct MboxFromLineTests {
    @Test(
        "the From_ line is dated as asctime does",
        arguments: [
            (0, "Thu Jan  1 00:00:00 1970"), (951_782_400, "Tue Feb 29 00:00:00 2000"),
            (4_107_542_399, "Sun Feb 28 23:59:59 2100"), (1_767_225_599, "Wed Dec 31 23:59:59 2025"),
            (.min, "Thu Jan  1 00:00:00 1970"), (.max, "Fri Dec 31 "),
        ])
    func fromLine(_ seconds: Int, _ expected: String) {
        #expect(String(decoding: MboxFromLine.line(at: seconds), as: UTF8.self).hasPrefix("From sluice " + expected))
    }

    @Test(
        "a line of another program is one with a sender and a date as asctime writes it, wherever it begins",
        arguments: [
            ("From joe Mon Nov 23 07:26:47 2026\n", 0, true), ("xFrom joe Mon Nov 23 07:26:47 2026\n", 1, true),
            ("From joe@example.com  Mon Nov 23 07:26:47 2026", 0, true),
            (">From joe Mon Nov 23 07:26:47 2026\n", 1, false),
            ("From sluice Mon Nov 23 07:26:47 2026\n", 0, false), ("From joe on Monday\n", 0, false),
            ("From ", 0, false),
            ("From From joe Mon Nov 23 07:26:47 2026\n", 0, false), ("from joe Mon Nov 23 07:26:47 2026\n", 0, false),
            ("From joe\nMon Nov 23 07:26:47 2026\n", 0, false),
        ])
    func foreignSeparator(_ text: String, _ offset: Int, _ isForeign: Bool) {
        #expect(MboxFromLine.isForeignSeparator(Array(text.utf8), at: offset) == isForeign)
    }
}
