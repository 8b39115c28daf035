package import MailStorage

/// A line of a listing that cannot be used.
package struct ListingError: Error, Sendable, Hashable {
    package enum Fault: Sendable, Hashable {
        /// Not a number, then a value.
        case malformed
        /// A UIDL id that is not 1 to 70 octets from 0x21 to 0x7E (RFC 1939 §7).
        case invalidUniqueID
        /// More lines than the limit.
        case tooManyEntries(limit: Int)
    }
    package let fault: Fault
    /// The start of the line, escaped.
    package let line: String
}

/// The answer to LIST or UIDL for the whole maildrop, held without a String for each line: twelve octets an entry,
/// and the id's own.
package struct MaildropListing: Sendable {
    /// A message number and where its value lies in `values`.
    private struct Entry {
        var number: UInt32
        var end: Int
    }

    private static let uniqueIDLengths = 1...70

    private let limit: Int
    private var entries: [Entry] = []
    private var values: [UInt8] = []
    /// Whether numbers ascend, as those of every sane server do, so that they can be searched by halves.
    private var isAscending = true
    /// Whether a line had more than one space, or one at its end.
    package private(set) var hasExtraSpaces = false

    /// An empty listing that takes at most `limit` lines.
    package init(limit: Int) {
        self.limit = limit
    }

    package var count: Int { entries.count }

    /// The message number of entry `index`.
    package func number(at index: Int) -> Int { Int(entries[index].number) }

    /// The octets behind the number of entry `index`.
    package func value(at index: Int) -> ArraySlice<UInt8> {
        values[(index > 0 ? entries[index - 1].end : 0)..<entries[index].end]
    }

    /// The entry for message `number`, nil if the listing has none. O(log n) for an ascending listing.
    package func index(ofNumber number: Int) -> Int? {
        guard isAscending else { return entries.firstIndex { Int($0.number) == number } }
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if Int(entries[middle].number) < number { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && Int(entries[low].number) == number ? low : nil
    }

    /// The value of entry `index` as a decimal number; nil if it is none.
    package func size(at index: Int) -> Int? { Self.decimal(value(at: index)) }

    /// Adds a line of LIST: a number and a size. What follows the size is for later standards (RFC 1939 §5, LIST).
    package mutating func appendSize(_ line: MessageBytes) throws(ListingError) {
        let (number, value, _) = try split(line)
        guard Self.decimal(line[value].bytes) != nil else { throw error(.malformed, line) }
        append(number, line[value])
    }

    /// Adds a line of UIDL: a number and an id (RFC 1939 §7).
    package mutating func appendUniqueID(_ line: MessageBytes) throws(ListingError) {
        let (number, value, hasRest) = try split(line)
        let id = line[value].bytes
        guard !hasRest, Self.uniqueIDLengths.contains(id.count), id.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw error(.invalidUniqueID, line)
        }
        append(number, line[value])
    }

    private mutating func append(_ number: UInt32, _ value: MessageBytes) {
        if let last = entries.last, last.number >= number { isAscending = false }
        values.append(contentsOf: value.bytes)
        entries.append(Entry(number: number, end: values.count))
    }

    /// The number, where the value lies, and whether something follows it.
    private mutating func split(
        _ line: MessageBytes
    ) throws(ListingError) -> (number: UInt32, value: Range<Int>, hasRest: Bool) {
        guard entries.count < limit else { throw error(.tooManyEntries(limit: limit), line) }
        func isSpace(_ index: Int) -> Bool { line[index] == 0x20 || line[index] == 0x09 }
        var cursor = 0
        while cursor < line.count, isSpace(cursor) { cursor += 1 }
        let numberStart = cursor
        while cursor < line.count, !isSpace(cursor) { cursor += 1 }
        guard let number = Self.decimal(line[numberStart..<cursor].bytes), number > 0,
            let narrow = UInt32(exactly: number)
        else { throw error(.malformed, line) }
        let gapStart = cursor
        while cursor < line.count, isSpace(cursor) { cursor += 1 }
        let valueStart = cursor
        while cursor < line.count, !isSpace(cursor) { cursor += 1 }
        let valueEnd = cursor
        while cursor < line.count, isSpace(cursor) { cursor += 1 }
        if numberStart > 0 || valueStart - gapStart > 1 || (cursor == line.count && valueEnd < cursor) {
            hasExtraSpaces = true
        }
        return (narrow, valueStart..<valueEnd, cursor < line.count)
    }

    private func error(_ fault: ListingError.Fault, _ line: MessageBytes) -> ListingError {
        ListingError(fault: fault, line: String(decoding: line[0..<min(line.count, 80)]).debugDescription)
    }

    /// The value of decimal digits; nil for none, for anything else, and for what does not fit.
    package static func decimal(_ digits: some Collection<UInt8>) -> Int? {
        guard !digits.isEmpty else { return nil }
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(digit - 0x30))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }
}
