/// A run of spaces and tabs in the least memory that can reproduce it: the sender chooses its length, and most runs are
/// dropped.
struct HeldWhiteSpace: Sendable {
    private(set) var count = 0
    /// A bit for each byte, set for a tab, up to the last tab.
    private var tabs: [UInt64] = []

    /// Adds a space or a tab.
    mutating func append(_ byte: UInt8) {
        if byte == 0x09 {
            let word = count / UInt64.bitWidth
            while tabs.count <= word { tabs.append(0) }
            tabs[word] |= 1 << UInt64(count % UInt64.bitWidth)
        }
        count += 1
    }

    mutating func removeAll() {
        count = 0
        if !tabs.isEmpty { tabs.removeAll(keepingCapacity: true) }
    }

    /// Writes the run to the start of `output`, which has room for it, and returns its length.
    func write(to output: UnsafeMutableRawBufferPointer) -> Int {
        for index in 0..<count {
            let word = index / UInt64.bitWidth
            let isTab = word < tabs.count && tabs[word] >> UInt64(index % UInt64.bitWidth) & 1 == 1
            unsafe output[index] = isTab ? 0x09 : 0x20
        }
        return count
    }
}
