/// Base64 on one line (RFC 4648 §4).
///
/// Code that is done for each byte is inlinable, here and in the module's other types, so that no byte costs a call.
// Without `@usableFromInline` on a package type, `@inlinable` on its members has no effect.
@usableFromInline
package enum Base64 {
    @usableFromInline
    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    @usableFromInline
    static let padding = UInt8(ascii: "=")

    /// The padded text of `bytes`. O(n).
    @inlinable
    package static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let alphabet = Self.alphabet
        return [UInt8](capacity: (bytes.count + 2) / 3 * 4) { text in
            var iterator = bytes.makeIterator()
            while let first = iterator.next() {
                let second = iterator.next()
                let third = iterator.next()
                let group = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
                text.append(alphabet[Int(group >> 18)])
                text.append(alphabet[Int(group >> 12 & 63)])
                text.append(second == nil ? padding : alphabet[Int(group >> 6 & 63)])
                text.append(third == nil ? padding : alphabet[Int(group & 63)])
            }
        }
    }

    /// The decoded bytes, or nil if `text` is not what ``encode(_:)`` makes of them: SASL and certificate pins want it
    /// padded and canonical, with nothing between the digits (RFC 5034 §4). O(n).
    ///
    /// Message bodies, where damage is forgiven, are decoded by `ByteKernels.Base64Decoder`.
    @inlinable
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let digits = text.prefix { $0 != padding }
        let paddingCount = text.count - digits.count
        guard paddingCount <= 2, text.suffix(paddingCount).allSatisfy({ $0 == padding }) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            bits = (bits << 6 | UInt32(value)) & 0xFFFF
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        // The bits after the last whole byte carry nothing and have to be zero.
        return bits & ((1 << bitCount) - 1) == 0 ? output : nil
    }

    /// The six bits that a digit stands for; nil for any other byte.
    @inlinable
    package static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
