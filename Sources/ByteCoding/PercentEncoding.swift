/// Bytes written as `%` and two hexadecimal digits (RFC 3986 §2.1).
@usableFromInline
package enum PercentEncoding {
    @usableFromInline
    static let mark = UInt8(ascii: "%")

    /// `bytes` with an escape, in upper case, for each byte that `isLiteral` does not let stand for itself. O(n).
    ///
    /// - Parameter isLiteral: false for `%`, unless escapes in `bytes` are to stay such.
    @inlinable
    package static func encode(_ bytes: some Sequence<UInt8>, keeping isLiteral: (UInt8) -> Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.underestimatedCount)
        for byte in bytes {
            if isLiteral(byte) {
                output.append(byte)
            } else {
                output.append(mark)
                Hexadecimal.append(byte, to: &output, .upper)
            }
        }
        return output
    }

    /// `text` with its escapes decoded. A `%` without two digits after it stands for itself. O(n).
    @inlinable
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8] {
        decodeEscapes(text).bytes
    }

    /// `text` with its escapes decoded; nil if a `%` has no two digits after it. O(n).
    @inlinable
    package static func decodeStrictly(_ text: some Collection<UInt8>) -> [UInt8]? {
        let (bytes, isDamaged) = decodeEscapes(text)
        return isDamaged ? nil : bytes
    }

    @inlinable
    static func decodeEscapes(_ text: some Collection<UInt8>) -> (bytes: [UInt8], isDamaged: Bool) {
        var isDamaged = false
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(byte == mark ? 2 : 0)
            if digits.count == 2, let first = digits.first, let second = digits.dropFirst().first,
                let decoded = Hexadecimal.byte(first, second)
            {
                output.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                if byte == mark { isDamaged = true }
                output.append(byte)
            }
        }
        return (output, isDamaged)
    }
}
