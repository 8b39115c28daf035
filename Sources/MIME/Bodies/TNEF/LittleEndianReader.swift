/// Reads numbers with their least octet first, and never beyond the end.
struct LittleEndianReader {
    private let octets: MessageBytes
    private(set) var position: Int
    private let end: Int

    init(_ octets: MessageBytes, _ range: Range<Int>) {
        self.octets = octets
        position = range.lowerBound
        end = range.upperBound
    }

    var remaining: Int { end - position }

    /// Nil, and nothing is taken, where there are not so many octets left.
    mutating func take(_ count: Int) -> Range<Int>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return position..<(position + count)
    }

    mutating func byte() -> UInt8? { take(1).map { octets[$0.lowerBound] } }

    mutating func short() -> Int? {
        take(2).map { Int(octets[$0.lowerBound]) | Int(octets[$0.lowerBound + 1]) << 8 }
    }

    mutating func long() -> Int? {
        guard let low = short(), let high = short() else { return nil }
        return low | high << 16
    }

    /// Skips to the next multiple of four behind `start`; the end will do.
    mutating func align(from start: Int) {
        let padding = -(position - start) & 3
        position += min(padding, remaining)
    }
}
