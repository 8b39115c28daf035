internal import ByteCoding

/// Character references, such as `&auml;` and `&#228;` (HTML Living Standard §13.2.5.72 and following).
enum HTMLReferences {
    /// The characters that the `&` at `start` stands for, and the index behind the reference; nil where it is text.
    static func read(_ input: ArraySlice<UInt8>, at start: Int) -> (text: [UInt8], end: Int)? {
        let index = start + 1
        guard index < input.endIndex else { return nil }
        return input[index] == UInt8(ascii: "#") ? numeric(input, at: index + 1) : named(input, at: index)
    }

    /// Text with its references replaced. O(n).
    static func replaced(in text: ArraySlice<UInt8>) -> [UInt8] {
        guard var next = text.firstIndex(of: UInt8(ascii: "&")) else { return Array(text) }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var start = text.startIndex
        while next < text.endIndex {
            if text[next] == UInt8(ascii: "&"), let (characters, end) = read(text, at: next) {
                result += text[start..<next]
                result += characters
                start = end
                next = end
            } else {
                next += 1
            }
        }
        return result + text[start...]
    }

    private static func numeric(_ input: ArraySlice<UInt8>, at start: Int) -> (text: [UInt8], end: Int)? {
        var index = start
        let isHexadecimal = index < input.endIndex && input[index].asciiLowercased == UInt8(ascii: "x")
        if isHexadecimal { index += 1 }
        let digits = index
        var value: UInt32 = 0
        while index < input.endIndex, let digit = Hexadecimal.value(of: input[index]),
            isHexadecimal || digit < 10
        {
            // Beyond the last code point any value is as wrong as another.
            value = min(value * (isHexadecimal ? 16 : 10) + UInt32(digit), 0x11_0000)
            index += 1
        }
        guard index > digits else { return nil }
        if index < input.endIndex, input[index] == UInt8(ascii: ";") { index += 1 }
        return (utf8(value), index)
    }

    /// References to the control characters from 0x80 mean Windows-1252's.
    private static func utf8(_ value: UInt32) -> [UInt8] {
        var scalar = value == 0 ? nil : Unicode.Scalar(value)
        if (0x80..<0xA0).contains(value) { scalar = Windows1252.scalar(UInt8(value)) }
        return Array(String(Character(scalar ?? "\u{FFFD}")).utf8)
    }

    private static func named(_ input: ArraySlice<UInt8>, at start: Int) -> (text: [UInt8], end: Int)? {
        let limit = min(input.endIndex, start + HTMLEntities.longestName)
        var end = start
        while end < limit, input[end].isLetter || input[end].isDigit { end += 1 }
        guard end > start else { return nil }
        if end < input.endIndex, input[end] == UInt8(ascii: ";"), let entity = HTMLEntities.table[input[start..<end]] {
            return (entity.text, end + 1)
        }
        // Without a semicolon the longest of the old names counts: `&copy2024` is © and 2024.
        end = min(end, start + HTMLEntities.longestLegacyName)
        while end > start + 1 {
            if let entity = HTMLEntities.table[input[start..<end]], entity.isLegacy { return (entity.text, end) }
            end -= 1
        }
        return nil
    }
}
