import Testing

@testable import ByteCoding

@Suite("Hexadecimal digits")
struct HexadecimalTests {
    @Test("every byte comes back from its digits in either case", arguments: [Hexadecimal.Case.lower, .upper])
    func roundTrip(_ letters: Hexadecimal.Case) {
        let bytes = [UInt8](0...255)
        let digits = Hexadecimal.encode(bytes, letters)
        // The standard library's digits, as an independent oracle.
        let expected = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: letters == .upper) }.joined()
        #expect(String(decoding: digits, as: UTF8.self) == expected)
        #expect(Hexadecimal.string(bytes, letters) == expected)
        #expect(Hexadecimal.decode(digits) == bytes)
    }

    @Test("anything but pairs of digits is refused", arguments: ["0", "0g", "+1", "-1", "0x10", " 1", "é"])
    func refused(_ text: String) {
        #expect(Hexadecimal.decode(text.utf8) == nil)
    }

    @Test("22 bytes are digits")
    func digits() {
        #expect([UInt8](0...255).filter { Hexadecimal.value(of: $0) != nil } == Array("0123456789ABCDEFabcdef".utf8))
    }

    @Test(
        "a 64-bit number has 16 digits",
        arguments: [(0, "0000000000000000"), (.max, "ffffffffffffffff"), (0x0123_4567_89AB_CDEF, "0123456789abcdef")]
            as [(UInt64, String)])
    func number(_ value: UInt64, _ digits: String) {
        #expect(Hexadecimal.encode(value) == Array(digits.utf8))
        #expect(Hexadecimal.decode64(digits.utf8) == value)
    }

    @Test(
        "a number of 64 bits has no sign and no other length",
        arguments: ["", "0", "+123456789abcdef", "00123456789abcdef"])
    func noNumber(_ digits: String) {
        #expect(Hexadecimal.decode64(digits.utf8) == nil)
    }
}
