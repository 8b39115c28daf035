import Testing

@testable import ByteCoding

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(
        "an escape is decoded, with digits in either case (RFC 3986 §2.1)",
        arguments: [("", ""), ("a%2Fb", "a/b"), ("%c3%A4", "ä"), ("%25", "%"), ("%2525", "%25"), ("a+b", "a+b")])
    func decoded(_ text: String, _ result: String) {
        #expect(PercentEncoding.decode(text.utf8) == Array(result.utf8))
        #expect(PercentEncoding.decodeStrictly(text.utf8) == Array(result.utf8))
    }

    @Test(
        "a percent sign that begins no escape stands for itself, and is refused where that is asked for",
        arguments: [
            ("%", "%"), ("%4", "%4"), ("a%", "a%"), ("%%41", "%A"), ("%4%41", "%4A"), ("%G0", "%G0"), ("%+1", "%+1"),
            ("%é", "%é"),
        ])
    func damaged(_ text: String, _ result: String) {
        #expect(PercentEncoding.decode(text.utf8) == Array(result.utf8))
        #expect(PercentEncoding.decodeStrictly(text.utf8) == nil)
    }

    @Test("what is not literal is escaped in upper case, and comes back")
    func encoded() {
        let bytes = [UInt8](0...255)
        let text = PercentEncoding.encode(bytes) { (0x61...0x7A).contains($0) }
        #expect(text.count == 26 + 3 * 230)
        #expect(text.starts(with: "%00%01%02%03%04%05%06%07%08%09%0A".utf8))
        #expect(PercentEncoding.decodeStrictly(text) == bytes)
    }
}
