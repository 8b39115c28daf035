import Testing

@testable import POP3Wire

@Suite("Commands are checked before they are sent (RFC 2449 §4)")
struct POP3CommandTests {
    @Test(
        "control characters in an argument are refused (CVE-2025-15367)",
        arguments: ["1\r\nDELE 1", "\r", "a\n", "\0", "a\tb", "\u{1B}", "\u{7F}"])
    func controlCharacters(_ argument: String) {
        #expect(throws: CommandError.controlCharacter(keyword: "RETR")) {
            try POP3Command("RETR", [argument], reply: .message)
        }
    }

    @Test(
        "a keyword is 1 to 16 letters and digits",
        arguments: ["", "A B", "A\r\n", "NÖÖP", "A-B", String(repeating: "A", count: 17)])
    func keyword(_ keyword: String) {
        #expect(throws: CommandError.malformed(keyword: keyword.debugDescription)) {
            try POP3Command(keyword, reply: .status)
        }
    }

    @Test("an argument is not empty and has no spaces")
    func spaces() {
        #expect(throws: CommandError.malformed(keyword: "USER")) { try POP3Command("USER", ["a b"], reply: .status) }
        #expect(throws: CommandError.malformed(keyword: "USER")) { try POP3Command("USER", [""], reply: .status) }
    }

    @Test("a line has at most 255 bytes with its CRLF", arguments: [(248, true), (249, false)])
    func length(_ count: Int, _ fits: Bool) throws {
        let argument = String(repeating: "x", count: count)
        guard fits else {
            #expect(throws: CommandError.tooLong(keyword: "USER", count: 256)) {
                try POP3Command("USER", [argument], reply: .status)
            }
            return
        }
        #expect(try POP3Command("USER", [argument], reply: .status).bytes.count == 255)
    }

    @Test("numbers are written as they are read", arguments: [0, 7, 10, 65_535, 4_294_967_295])
    func numbers(_ number: Int) {
        var line: [UInt8] = []
        POP3Command.write("RETR", number, into: &line)
        #expect(line == Array("RETR \(number)\r\n".utf8))
    }
}
