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

@Suite("mbox")
struct MboxTests {
    @Test("messages are split at From lines behind empty lines, and quoting is undone")
    func split() {
        let mbox = "From a\nSubject: 1\n\n>From here\n>>From there\nFrom nowhere\n\nFrom b\nSubject: 2\n\nend\n\n"
        let messages = MboxMaildrop.split(Array(mbox.utf8)).map { String(decoding: $0, as: UTF8.self) }
        #expect(messages == ["Subject: 1\n\nFrom here\n>From there\nFrom nowhere\n", "Subject: 2\n\nend\n"])
    }
}
