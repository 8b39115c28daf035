import SeededRandom
import Testing

@testable import ByteCoding

@Suite("Base64")
struct Base64Tests {
    @Test(
        "the examples of RFC 4648 §10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(_ text: String, _ encoded: String) {
        #expect(String(decoding: Base64.encode(text.utf8), as: UTF8.self) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(text.utf8))
    }

    @Test("all 64 digits are in their places (RFC 4648 §4)")
    func alphabet() {
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        #expect(digits.utf8.map { Base64.value(of: $0) } == (0..<64).map { $0 })
        #expect((0...255).filter { Base64.value(of: UInt8($0)) != nil }.count == 64)
    }

    @Test(
        "what the encoder does not write is refused (RFC 4648 §3)",
        arguments: ["Zg", "Zg=", "Zh==", "Z===", "====", "Zg==Zg==", "Zm9\n", "Zm 9", "Zm9-"])
    func refused(_ text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test("every length comes back as it went in", arguments: 0..<50)
    func roundTrip(_ count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let bytes = random.bytes(count, of: Array(0...255))
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
}
