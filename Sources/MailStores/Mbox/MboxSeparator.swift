internal import ByteCoding

/// A line that begins a message in an mbox, `From SENDER DATE`, as any program writes it (RFC 4155 Appendix A).
///
/// The date is what distinguishes it from a line of text that begins with "From ": asctime(3)'s, with or without seconds,
/// with up to two words for the time zone before or after the year, or RFC 5322's.
public struct MboxSeparator: Sendable, Hashable {
    /// A longer line is none, in bytes.
    package static let maximumLength = MboxFromLine.maximumLength

    /// How many words a date has: five, two time zones, and `remote from HOST`.
    private static let dateWords = 5...10

    /// What is between `From ` and the date, without the spaces around it. Not checked to be an address; may be empty.
    public let sender: [UInt8]
    /// The date in seconds after 1970-01-01 00:00 UTC, negative before it; nil in a file whose lines have no date that
    /// can be read. A date without a numeric time zone is taken for UTC.
    public let date: Int?

    /// Reads a line, with or without its line end. O(n).
    ///
    /// - Returns: nil where the line is none that begins a message.
    public init?(line: some Collection<UInt8>) {
        guard line.count <= MboxFromLine.maximumLength, line.starts(with: MboxFromLine.prefix) else { return nil }
        let words = line.dropFirst(MboxFromLine.prefix.count).split {
            $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A
        }
        // A sender can have spaces, and even begin as a date does: the last date that takes up the rest of the line counts.
        for first in words.indices.suffix(Self.dateWords.upperBound).reversed()
        where words.count - first >= Self.dateWords.lowerBound {
            let dateWords = words[first...].map { Array($0) }
            guard let date = Self.date(dateWords) ?? Self.internetDate(dateWords) else { continue }
            self.date = date
            sender = Array(words[..<first].joined(separator: [0x20]))
            return
        }
        return nil
    }

    /// A line of a file whose lines have no date that can be read; nil where it does not begin with `From `.
    init?(undated line: some Collection<UInt8>) {
        guard line.starts(with: MboxFromLine.prefix) else { return nil }
        sender = line.dropFirst(MboxFromLine.prefix.count).filter { $0 != 0x0D && $0 != 0x0A }
        date = nil
    }

    /// `Www, d Mmm yyyy hh:mm[:ss] zone`.
    private static func internetDate(_ words: [[UInt8]]) -> Int? {
        guard words.count == 6, words[0].last == UInt8(ascii: ","),
            number(words[3], digits: 4...4) != nil, zoneOffset(words[5]) != nil || isZoneName(words[5])
        else { return nil }
        return date([Array(words[0].dropLast()), words[2], words[1], words[4], words[5], words[3]])
    }

    /// `Www Mmm d hh:mm[:ss] yyyy`, with time zones before or after the year, and nothing after them but a UUCP host.
    private static func date(_ words: [[UInt8]]) -> Int? {
        guard MboxFromLine.weekdays.contains(words[0]), let month = MboxFromLine.months.firstIndex(of: words[1]),
            let day = number(words[2], digits: 1...2), let second = timeOfDay(words[3])
        else { return nil }
        var rest = words[4...]
        // UUCP's addition, `remote from HOST`.
        if rest.count >= 4, rest.dropLast().suffix(2).elementsEqual([Array("remote".utf8), Array("from".utf8)]) {
            rest = rest.dropLast(3)
        }
        guard let yearPlace = rest.firstIndex(where: { number($0, digits: 4...4) != nil }),
            let year = number(rest[yearPlace], digits: 4...4)
        else { return nil }
        let zones = rest[..<yearPlace] + rest[(yearPlace + 1)...]
        guard zones.count <= 2, zones.allSatisfy({ isZoneName($0) || zoneOffset($0) != nil }),
            let date = CivilDate(year: year, month: month + 1, day: day)
        else { return nil }
        return date.daysSince1970 * 86_400 + second - (zones.lazy.compactMap(zoneOffset).first ?? 0)
    }

    private static func number(_ word: some Collection<UInt8>, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(word.count), word.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        // At most four digits.
        return word.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// Seconds since midnight.
    private static func timeOfDay(_ word: [UInt8]) -> Int? {
        let parts = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 else { return nil }
        let numbers = parts.compactMap { number($0, digits: 1...2) }
        guard numbers.count == parts.count, numbers[0] < 24, numbers[1] < 60, numbers.count < 3 || numbers[2] <= 60
        else {
            return nil
        }
        return numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }

    private static func isZoneName(_ word: [UInt8]) -> Bool {
        (1...6).contains(word.count) && word.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) }
    }

    /// Seconds east of UTC, of `+hhmm` or `-hhmm`.
    private static func zoneOffset(_ word: [UInt8]) -> Int? {
        guard word.count == 5, let sign = word.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let digits = number(word.dropFirst(), digits: 4...4)
        else { return nil }
        let seconds = digits / 100 * 3_600 + digits % 100 * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}
