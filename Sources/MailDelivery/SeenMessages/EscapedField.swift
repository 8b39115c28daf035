/// How an id or a name stands in a line of a ``SeenMessageStore`` file: visible ASCII as it is, except `%`
/// and `#`; every other byte as `%` and two digits.
enum EscapedField {
    private static let percent = UInt8(ascii: "%")

    /// Whether the line stands for its own bytes.
    static func isVerbatim(_ line: RawSpan) -> Bool {
        for offset in 0..<line.byteCount where !isVerbatim(line[offset]) { return false }
        return !line.isEmpty
    }

    private static func isVerbatim(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != percent && byte != UInt8(ascii: "#")
    }

    static func append(_ bytes: RawSpan, to line: inout [UInt8]) {
        for offset in 0..<bytes.byteCount {
            let byte = bytes[offset]
            if isVerbatim(byte) {
                line.append(byte)
            } else {
                line.append(percent)
                line.append(digit(byte >> 4))
                line.append(digit(byte & 15))
            }
        }
    }

    /// The bytes that the line stands for, or nil where ``append(_:to:)`` cannot have written it.
    static func decode(_ line: RawSpan) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(line.byteCount)
        var offset = 0
        while offset < line.byteCount {
            let byte = line[offset]
            if byte == percent {
                guard offset + 2 < line.byteCount, let high = value(line[offset + 1]), let low = value(line[offset + 2])
                else { return nil }
                bytes.append(high << 4 | low)
                offset += 3
            } else {
                guard isVerbatim(byte) else { return nil }
                bytes.append(byte)
                offset += 1
            }
        }
        return bytes
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
