import POP3Sandbox
import Testing

@Suite("Dot-stuffing")
struct DotStufferTests {
    static let cases: [(stored: String, sent: String)] = [
        ("", ""), (".", ".."), ("a\r\n.\r\n", "a\r\n..\r\n"), ("a\n.\n", "a\n.\n"), ("a\r.\r", "a\r.\r"),
        ("..\r\n...", "...\r\n...."), ("a\r\n\r\n.b", "a\r\n\r\n..b"), ("\r\r\n.", "\r\r\n.."), ("\r\n\n.", "\r\n\n."),
    ]

    @Test(
        "a dot behind CRLF or at the start is doubled, none behind a bare LF or CR, in every cutting (RFC 1939 §3)",
        arguments: cases)
    func everyCut(stored: String, sent: String) {
        let bytes = Array(stored.utf8)
        for cut in 0...bytes.count {
            var stuffer = DotStuffer()
            var output: [UInt8] = []
            stuffer.append(bytes[..<cut], to: &output)
            stuffer.append(bytes[cut...], to: &output)
            #expect(output == Array(sent.utf8))
            #expect(stuffer.needsLineEnd == !(bytes.isEmpty || stored.utf8.suffix(2).elementsEqual([0x0D, 0x0A])))
        }
    }
}
