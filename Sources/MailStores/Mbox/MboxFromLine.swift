internal import ByteCoding

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The line that begins a message in an mbox: `From SENDER DATE`, the date in UTC as asctime(3) writes it.
package enum MboxFromLine {
    /// The sender in the lines that this module writes. The real one is a server's word and stays in the message's
    /// header.
    package static let sender = Array("sluice".utf8)
    package static let prefix = Array("From ".utf8)
    /// A line longer than this is no From_ line.
    package static let maximumLength = 512

    private static let dateLength = 24
    static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].map { Array($0.utf8) }
    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ].map { Array($0.utf8) }

    /// The line without its end, dated `seconds` after 1970, at the earliest that moment and at the latest in
    /// the year 9999.
    package static func line(at seconds: Int = Int(time(nil))) -> [UInt8] {
        let (days, second) = max(0, seconds).quotientAndRemainder(dividingBy: 86_400)
        let date = CivilDate(clampingDaysSince1970: days)
        func digits(_ value: Int, _ padding: Character = "0") -> String {
            value < 10 ? "\(padding)\(value)" : "\(value)"
        }
        let time = "\(digits(second / 3600)):\(digits(second / 60 % 60)):\(digits(second % 60))"
        var line = prefix + sender + [UInt8(ascii: " ")]
        line += weekdays[date.weekday] + [UInt8(ascii: " ")] + months[date.month - 1]
        line += " \(digits(date.day, " ")) \(time) \(date.year)".utf8
        return line
    }

    /// Whether a From_ line that another program wrote begins at `offset`, even where that program did not begin a new
    /// line for it.
    package static func isForeignSeparator(_ bytes: [UInt8], at offset: Int) -> Bool {
        guard bytes[offset...].starts(with: prefix), offset == 0 || bytes[offset - 1] != UInt8(ascii: ">") else {
            return false
        }
        let line = bytes[offset...].prefix(maximumLength).prefix { $0 != UInt8(ascii: "\n") }
        guard let date = line.indices.first(where: { isDate(line[$0...]) }) else { return false }
        let between = line[(offset + prefix.count)..<date]
        // Our own line, cut off, can run together with the other program's, which then begins further on.
        let holdsAnother = between.indices.contains { between[$0...].starts(with: prefix) }
        return !holdsAnother && between.filter { $0 != UInt8(ascii: " ") } != sender
    }

    private static func isDate(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count >= dateLength else { return false }
        let date = Array(text.prefix(dateLength))
        guard weekdays.contains(Array(date[0..<3])), months.contains(Array(date[4..<7])) else { return false }
        return zip(date[7...], " dd dd:dd:dd dddd".utf8).allSatisfy { byte, shape in
            shape == UInt8(ascii: "d")
                ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: " ") : byte == shape
        }
    }
}
