import Testing

@testable import ByteCoding

@Suite("Text of the other side on a terminal")
struct EscapedTextTests {
    @Test(
        "valid UTF-8 stays, without what a terminal obeys; other bytes are escaped",
        arguments: [
            ("Postfach gesperrt: Größe", "Postfach gesperrt: Größe"), ("密码错误 🔒", "密码错误 🔒"),
            ("a\u{1B}[2Jb\u{7F}", "a\\x1b[2Jb\\x7f"), ("a\u{9B}2J", "a\\u{9b}2J"),
            ("a\u{202E}b\u{2066}c\u{200F}", "a\\u{202e}b\\u{2066}c\\u{200f}"),
            ("a\u{2028}b\u{FEFF}c\u{E000}", "a\\u{2028}b\\u{feff}c\\u{e000}"), ("a\\b", "a\\\\b"),
        ])
    func text(_ text: String, _ shown: String) {
        #expect(EscapedText(text).description == shown)
    }

    @Test(
        "bytes that are no UTF-8 are shown one by one",
        arguments: [
            ([0x61, 0xE4, 0x62], "a\\xe4b"), ([0xC3], "\\xc3"), ([0xC0, 0xAF], "\\xc0\\xaf"),
            ([0xED, 0xA0, 0x80, 0x2E], "\\xed\\xa0\\x80."), ([0xC3, 0xBC, 0xFC], "ü\\xfc"),
        ] as [([UInt8], String)])
    func bytes(_ bytes: [UInt8], _ shown: String) {
        #expect(EscapedText(bytes).description == shown)
    }

    @Test("a long text is cut between two characters", arguments: 1...4)
    func cut(_ count: Int) {
        let character = ["a", "ü", "密", "🔒"][count - 1]
        for shift in 0..<count {
            let text = String(repeating: "-", count: shift) + String(repeating: character, count: 600)
            let shown = EscapedText(text).description
            #expect(shown.last == "…" && !shown.contains("\\"))
            #expect(text.hasPrefix(shown.dropLast()))
            #expect((509...512).contains(shown.utf8.count - "…".utf8.count))
        }
    }
}
