package import MessageBuffers

/// Why a listing cannot be read any further.
package struct ListingError: Error, Sendable, Hashable {
    package enum Fault: Sendable, Hashable {
        /// The line begins with `+OK` or `-ERR`: replies no longer match commands.
        case statusLine
        /// More lines than the limit.
        case tooManyEntries(limit: Int)
    }

    package let fault: Fault
    /// The start of the line, escaped.
    package let line: String
}

/// The reply to LIST or UIDL for the whole maildrop (RFC 1939 §5, §7). An entry takes eight bytes and those of its value;
/// there is no String for a line.
///
/// What is wrong with one line affects the message of that line only: an entry whose value cannot be used has an empty
/// value, and a line without a message number is counted and skipped.
package struct ListingReply: Sendable {
    /// A message number and where its value ends in the block's `values`.
    private struct Entry {
        var number: UInt32
        var end: UInt32
    }

    /// A run of entries. A listing grows by blocks: one array would be held twice while it grows.
    private struct Block {
        static let limit = 1 << 15
        var entries: [Entry] = []
        var values: [UInt8] = []

        /// Frees the capacity that growth has left over.
        mutating func close() {
            entries = Self.exact(entries)
            values = Self.exact(values)
        }

        private static func exact<Element>(_ grown: [Element]) -> [Element] {
            var array: [Element] = []
            array.reserveCapacity(grown.count)
            array += grown
            return array
        }
    }

    /// The most bytes in an id that is kept, although RFC 1939 §7 does not allow as many.
    private static let longestUniqueID = 255
    /// The most bytes that RFC 1939 §7 allows in an id.
    private static let standardUniqueID = 70
    /// The most bytes of ids over the standard length that are kept, all together, so that a hostile listing takes no
    /// more memory than a standard one and this.
    private static let excessLimit = 16 * 1024 * 1024
    /// A size from which on, in bytes, a listed size is not believed: 1 PiB.
    private static let implausibleSize = 1 << 50

    private let limit: Int
    private var blocks: [Block] = []
    /// The first entry of each number; nil while numbers ascend, as those of most servers do: then a binary search finds
    /// them.
    private var firstEntries: [UInt32: Int]?
    /// Whether a line had more than one space, or one at its end.
    package private(set) var hasExtraSpaces = false
    /// Lines without a message number, which name no message.
    package private(set) var unreadableLines = 0
    /// Whether an entry has a value that RFC 1939 does not allow: it was kept as it is, or left empty.
    package private(set) var hasOddValues = false
    /// Bytes of ids over the standard length so far.
    private var excess = 0

    /// An empty listing that takes at most `limit` lines.
    package init(limit: Int) {
        self.limit = limit
    }

    /// The number of entries.
    package var count: Int {
        guard let last = blocks.last else { return 0 }
        return (blocks.count - 1) * Block.limit + last.entries.count
    }

    /// The bytes of memory that entries and values take, spare capacity included.
    package var storageSize: Int {
        blocks.reduce(0) { $0 + $1.entries.capacity * MemoryLayout<Entry>.stride + $1.values.capacity }
    }

    /// The message number of entry `index`.
    package func number(at index: Int) -> Int {
        Int(blocks[index / Block.limit].entries[index % Block.limit].number)
    }

    /// The bytes after the number in entry `index`: a size or an id.
    package func value(at index: Int) -> ArraySlice<UInt8> {
        let block = blocks[index / Block.limit]
        let place = index % Block.limit
        let start = place > 0 ? Int(block.entries[place - 1].end) : 0
        return block.values[start..<Int(block.entries[place].end)]
    }

    /// The entry for message `number`, nil if the listing has none. O(log n) at most.
    package func index(ofNumber number: Int) -> Int? {
        if let firstEntries { return UInt32(exactly: number).flatMap { firstEntries[$0] } }
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self.number(at: middle) < number { low = middle + 1 } else { high = middle }
        }
        return low < count && self.number(at: low) == number ? low : nil
    }

    /// The size in entry `index`, in bytes; nil where the server gave no usable one.
    package func size(at index: Int) -> Int? { Self.plausibleSize(value(at: index)) }

    /// The size that `digits` give, in bytes; nil where they are no number, or one that no message can have.
    package static func plausibleSize(_ digits: some Collection<UInt8>) -> Int? {
        guard let size = decimal(digits), size < implausibleSize else { return nil }
        return size
    }

    /// Whether two entries have the same value, not counting empty ones. O(n) where values ascend, as those of most
    /// servers do, else O(n log n). Hashes are compared, so that two values may be taken for equal, but equal ones are
    /// always found.
    package var hasDuplicateValues: Bool {
        let ascend = (0..<count).dropFirst().allSatisfy { value(at: $0 - 1).lexicographicallyPrecedes(value(at: $0)) }
        guard !ascend else { return false }
        // A sorted array of hashes takes a third of the memory of a set of them: a maildrop may have a million messages.
        let hashes = (0..<count).lazy.map { value(at: $0) }.filter { !$0.isEmpty }.map { $0.hashValue }.sorted()
        return zip(hashes, hashes.dropFirst()).contains(where: ==)
    }

    /// Whether the numbers of the entries ascend, which means that none is repeated.
    package var numbersAscend: Bool { firstEntries == nil }

    /// Adds a line of LIST: a number and a size. What follows the size is ignored (RFC 1939 §5, LIST).
    package mutating func appendSize(_ line: MessageBytes) throws(ListingError) {
        guard let (number, rest) = try split(line) else { return }
        var end = rest.lowerBound
        while end < rest.upperBound, !Self.isSpace(line[end]) { end += 1 }
        var start = rest.lowerBound
        // Leading zeros carry no information, and a hostile server could fill the memory with them.
        while end - start > 1, line[start] == UInt8(ascii: "0") { start += 1 }
        let value = line.extracting(start..<end)
        guard Self.plausibleSize(value) != nil else {
            hasOddValues = true
            return append(number, line.extracting(0..<0))
        }
        append(number, value)
    }

    /// Adds a line of UIDL: a number and an id (RFC 1939 §7). An id of up to 255 bytes that the standard does not allow
    /// (too long, with a space, with 8-bit bytes) is kept as it is; a message whose line has no id has none.
    package mutating func appendUniqueID(_ line: MessageBytes) throws(ListingError) {
        guard let (number, rest) = try split(line) else { return }
        let id = line.extracting(rest)
        if id.count > Self.standardUniqueID { excess += id.count }
        let isStandard = (1...Self.standardUniqueID).contains(id.count) && id.allSatisfy { (0x21...0x7E).contains($0) }
        if !isStandard { hasOddValues = true }
        let isUsable =
            id.count <= Self.standardUniqueID || (id.count <= Self.longestUniqueID && excess <= Self.excessLimit)
        append(number, isUsable ? line.extracting(rest) : line.extracting(0..<0))
    }

    private mutating func append(_ number: UInt32, _ value: MessageBytes) {
        if firstEntries == nil, let last = blocks.last?.entries.last, last.number >= number { indexEntries() }
        let index = count
        if firstEntries?[number] == nil { firstEntries?[number] = index }
        if blocks.isEmpty || blocks[blocks.count - 1].entries.count == Block.limit {
            if !blocks.isEmpty { blocks[blocks.count - 1].close() }
            blocks.append(Block())
        }
        let last = blocks.count - 1
        unsafe value.withUnsafeBytes { unsafe blocks[last].values.append(contentsOf: $0) }
        blocks[last].entries.append(Entry(number: number, end: UInt32(blocks[last].values.count)))
    }

    private mutating func indexEntries() {
        // The entries so far ascend, so each number is there once.
        firstEntries = Dictionary(
            (0..<count).map { (UInt32(truncatingIfNeeded: number(at: $0)), $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Whether `byte` separates the words of a reply.
    package static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// The number, and the range of the rest without the spaces around it; nil for a line without a number.
    private mutating func split(
        _ line: MessageBytes
    ) throws(ListingError) -> (number: UInt32, rest: Range<Int>)? {
        guard count + unreadableLines < limit else { throw error(.tooManyEntries(limit: limit), line) }
        if StatusLine.begins(line) { throw error(.statusLine, line) }
        var cursor = 0
        while cursor < line.count, Self.isSpace(line[cursor]) { cursor += 1 }
        let numberStart = cursor
        while cursor < line.count, !Self.isSpace(line[cursor]) { cursor += 1 }
        guard let number = Self.decimal(line.extracting(numberStart..<cursor)), number > 0,
            let narrow = UInt32(exactly: number)
        else {
            unreadableLines += 1
            return nil
        }
        let gapStart = cursor
        while cursor < line.count, Self.isSpace(line[cursor]) { cursor += 1 }
        var end = line.count
        while end > cursor, Self.isSpace(line[end - 1]) { end -= 1 }
        if numberStart > 0 || cursor - gapStart > 1 || end < line.count { hasExtraSpaces = true }
        return (narrow, cursor..<end)
    }

    private func error(_ fault: ListingError.Fault, _ line: MessageBytes) -> ListingError {
        ListingError(fault: fault, line: String(decoding: line.extracting(0..<min(line.count, 80))).debugDescription)
    }

    /// The value of decimal digits; nil if there are none, if a byte is no digit, and if it does not fit into an Int.
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
