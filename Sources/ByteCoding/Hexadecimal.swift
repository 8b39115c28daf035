/// Hexadecimal digits, two for each byte (RFC 4648 §8). Digits are read in either case.
@usableFromInline
package enum Hexadecimal {
    /// The case in which digits are written.
    @usableFromInline
    package enum Case: Sendable {
        case lower, upper
    }

    /// The value of a digit; nil for any other byte.
    @inlinable
    package static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// The byte that two digits stand for; nil if one of them is none.
    @inlinable
    package static func byte(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard let high = value(of: high), let low = value(of: low) else { return nil }
        return high << 4 | low
    }

    /// The digit for the low four bits of `value`.
    @inlinable
    package static func digit(_ value: UInt8, _ letters: Case = .lower) -> UInt8 {
        let value = value & 15
        return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: letters == .lower ? "a" : "A") + value - 10
    }

    /// Adds the two digits of `byte` to `output`.
    @inlinable
    package static func append(_ byte: UInt8, to output: inout [UInt8], _ letters: Case = .lower) {
        output.append(digit(byte >> 4, letters))
        output.append(digit(byte, letters))
    }

    /// The digits of `bytes`. O(n).
    @inlinable
    package static func encode(_ bytes: some Collection<UInt8>, _ letters: Case = .lower) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(2 * bytes.count)
        for byte in bytes { append(byte, to: &output, letters) }
        return output
    }

    /// The digits of `bytes` as a string. O(n).
    @inlinable
    package static func string(_ bytes: some Collection<UInt8>, _ letters: Case = .lower) -> String {
        String(decoding: encode(bytes, letters), as: UTF8.self)
    }

    /// The bytes that pairs of digits stand for; nil if their number is odd or anything else is among them. O(n).
    @inlinable
    package static func decode(_ digits: some Collection<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(digits.count / 2)
        var iterator = digits.makeIterator()
        while let high = iterator.next() {
            guard let low = iterator.next(), let byte = byte(high, low) else { return nil }
            output.append(byte)
        }
        return output
    }

    /// The 16 lower-case digits of `value`.
    package static func encode(_ value: UInt64) -> [UInt8] {
        encode(stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) })
    }

    /// The number that exactly 16 digits stand for; nil for anything else.
    package static func decode64(_ digits: some Collection<UInt8>) -> UInt64? {
        guard digits.count == 16, let bytes = decode(digits) else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
