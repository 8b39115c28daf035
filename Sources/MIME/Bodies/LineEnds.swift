/// The ends of lines in text.
enum LineEnds {
    /// The octets with LF for each CRLF; a CR alone stays. O(n), without a copy where there is none.
    static func unix(_ octets: [UInt8]) -> [UInt8] {
        guard var index = octets.firstIndex(of: 0x0D) else { return octets }
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var start = 0
        while index < octets.count {
            if octets[index] == 0x0D, index + 1 < octets.count, octets[index + 1] == 0x0A {
                result += octets[start..<index]
                start = index + 1
            }
            index += 1
        }
        return result + octets[start...]
    }
}

extension LineEnds {
    /// The octets with CRLF for each LF that has no CR before it. O(n), without a copy where there is none.
    static func network(_ octets: MessageBytes) -> MessageBytes {
        var result: [UInt8] = []
        var start = 0
        let bytes = octets.bytes
        for index in bytes.indices where bytes[index] == 0x0A && (index == 0 || bytes[index - 1] != 0x0D) {
            if result.isEmpty { result.reserveCapacity(octets.count + octets.count / 32) }
            result += bytes[start..<index]
            result.append(0x0D)
            start = index
        }
        return start == 0 && result.isEmpty ? octets : MessageBytes(result + bytes[start...])
    }
}
