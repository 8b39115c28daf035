internal import MessageBuffers

/// A set of short byte strings, kept one after the other in large blocks: a million entries of 20 bytes take about 30
/// MB.
///
/// Inserting and looking up take O(length) expected, whatever the strings are: the hash is seeded anew in each process.
struct ByteStringSet {
    /// The longest string that fits.
    static let maximumLength = 255
    /// As many as a listing may have (see the limits of the POP3 module).
    static let maximumCount = 16_777_216

    private static let blockBits: UInt32 = 20
    private static let maximumBlockCount = 4095
    private static let blockLength = 1 << Int(blockBits)

    /// Entries: a length byte, then the string. A block never grows beyond its capacity, and thus never moves.
    private var blocks: [[UInt8]] = []
    /// Open addressing with linear probing: block number and offset of an entry, plus one; 0 where there is none.
    private var table: [UInt32]
    /// The top byte of each entry's hash, so that most of the strings passed over while probing need not be looked at.
    private var tags: [UInt8]
    private(set) var count = 0

    /// - Parameter expected: the number of strings for which the table is big enough from the start.
    init(expecting expected: Int = 0) {
        var size = 1024
        while size * 3 < min(expected, Self.maximumCount) * 4 { size *= 2 }
        table = [UInt32](repeating: 0, count: size)
        tags = [UInt8](repeating: 0, count: size)
    }

    /// Whether nothing more fits.
    var isFull: Bool { count >= Self.maximumCount || blocks.count >= Self.maximumBlockCount }

    /// Adds `string`, which is at most ``maximumLength`` bytes long.
    ///
    /// - Returns: false where it was there already, or the set is full.
    mutating func insert(_ string: RawSpan) -> Bool {
        precondition(string.byteCount <= Self.maximumLength, "the string fits into an entry")
        let hash = Self.hash(string)
        let slot = slot(of: string, hash)
        guard table[slot] == 0, !isFull else { return false }
        if (blocks.last?.count ?? Self.blockLength) + string.byteCount + 1 > Self.blockLength {
            var block: [UInt8] = []
            block.reserveCapacity(Self.blockLength)
            blocks.append(block)
        }
        let block = blocks.count - 1
        let offset = blocks[block].count
        blocks[block].append(UInt8(string.byteCount))
        blocks[block].append(copying: string)
        table[slot] = UInt32(block) << Self.blockBits + UInt32(offset) + 1
        tags[slot] = Self.tag(hash)
        count += 1
        if count * 4 > table.count * 3 { growTable() }
        return true
    }

    func contains(_ string: RawSpan) -> Bool {
        string.byteCount <= Self.maximumLength && table[slot(of: string, Self.hash(string))] != 0
    }

    /// Calls `body` with each entry, in the order in which they came.
    func visitAll<Failure: Error>(_ body: (RawSpan) throws(Failure) -> Void) throws(Failure) {
        for block in blocks {
            var offset = 0
            while offset < block.count {
                let length = Int(block[offset])
                try body(block.rawSpan.extracting((offset + 1)..<(offset + 1 + length)))
                offset += 1 + length
            }
        }
    }

    /// The place of `string` in the table, or the empty one where it would go.
    private func slot(of string: RawSpan, _ hash: Int) -> Int {
        let tag = Self.tag(hash)
        var slot = hash & (table.count - 1)
        while table[slot] != 0, tags[slot] != tag || !entry(table[slot] - 1, equals: string) {
            slot = (slot + 1) & (table.count - 1)
        }
        return slot
    }

    private func entry(_ reference: UInt32, equals string: RawSpan) -> Bool {
        let block = Int(reference >> Self.blockBits)
        let offset = Int(reference & (1 << Self.blockBits - 1))
        guard Int(blocks[block][offset]) == string.byteCount else { return false }
        for index in 0..<string.byteCount where blocks[block][offset + 1 + index] != string[index] { return false }
        return true
    }

    private mutating func growTable() {
        table = [UInt32](repeating: 0, count: table.count * 2)
        tags = [UInt8](repeating: 0, count: table.count)
        for (number, block) in blocks.enumerated() {
            var offset = 0
            while offset < block.count {
                let length = Int(block[offset])
                let hash = Self.hash(block.rawSpan.extracting((offset + 1)..<(offset + 1 + length)))
                var slot = hash & (table.count - 1)
                while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
                table[slot] = UInt32(number) << Self.blockBits + UInt32(offset) + 1
                tags[slot] = Self.tag(hash)
                offset += 1 + length
            }
        }
    }

    private static func tag(_ hash: Int) -> UInt8 { UInt8(truncatingIfNeeded: hash >> 56) }

    private static func hash(_ string: RawSpan) -> Int {
        var hasher = Hasher()
        // The hasher reads the span's memory during the call only.
        unsafe string.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}
