/// The ends of lines in text.
enum LineEnds {
    /// The octets with LF for each CRLF; a CR alone stays. O(n).
    static func unix(_ octets: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var result: [UInt8] = []
        var start = octets.startIndex
        var index = start
        while index < octets.endIndex {
            if octets[index] == 0x0A, index > start, octets[index - 1] == 0x0D {
                if result.isEmpty { result.reserveCapacity(octets.count) }
                result += octets[start..<(index - 1)]
                start = index
            }
            index += 1
        }
        if start == octets.startIndex { return octets }
        result += octets[start...]
        return result[...]
    }
}
