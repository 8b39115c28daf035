import MailGenerator
import Testing

@Suite("Generated mails")
struct MailGeneratorTests {
    @Test("each mail can be asked for by itself, and differs from its neighbours")
    func independence() {
        let generator = MailGenerator(seed: 3)
        let forward = (0..<100).map { generator.mail(at: $0) }
        let backward = (0..<100).reversed().map { generator.mail(at: $0) }
        #expect(forward == backward.reversed())
        #expect(Set(forward).count == 100)
        #expect(MailGenerator(seed: 4).mail(at: 0) != forward[0])
    }

    @Test("a short mail has the size asked for, to within a line", arguments: [1024, 4096, 65536])
    func shortSize(octets: Int) {
        var sizes = MailSizes()
        sizes.short = octets
        let generator = MailGenerator(seed: 1, kinds: [.short], sizes: sizes)
        for index in 0..<50 {
            #expect(generator.kind(at: index) == .short)
            #expect(abs(generator.mail(at: index).count - octets) < 120)
        }
    }

    /// What a mail of the kind must hold.
    static let contents: [(kind: MailKind, bytes: String)] = [
        (.newsletter, "Content-Transfer-Encoding: quoted-printable"), (.forwards, "Content-Type: message/rfc822"),
        (.attachments, "Content-Disposition: attachment"), (.dots, "\r\n.\r\n..\r\n.hidden"), (.nul, "\0\0\r\n\0\r\n"),
        (.bareLineEnds, "\n.\nstill"), (.parameters, "filename*0*=UTF-8''"), (.calendar, "text/calendar"),
        (.signed, "multipart/signed"), (.report, "message/delivery-status"), (.digest, "multipart/digest"),
        (.manyHeaders, "X-Field-199:"), (.charsets, "=?"), (.eightBit, "caf\u{FFFD}"), (.longLines, "\r\n.\r\n"),
    ]

    @Test("a mail holds what its kind is about", arguments: contents)
    func holds(kind: MailKind, text: String) {
        let generator = MailGenerator(seed: 9, kinds: [kind])
        for index in 0..<30 {
            let mail = String(decoding: generator.mail(at: index), as: UTF8.self)
            #expect(mail.unicodeScalars.contains(sequence: text.unicodeScalars))
        }
    }

    @Test("a mail without a final newline has none, a short one has no bare line end")
    func lineEnds() {
        for index in 0..<50 {
            #expect(MailGenerator(seed: 2, kinds: [.noFinalNewline]).mail(at: index).last != 0x0A)
            let short = MailGenerator(seed: 2, kinds: [.short]).mail(at: index)
            for position in short.indices where short[position] == 0x0A { #expect(short[position - 1] == 0x0D) }
        }
    }
}

extension Collection where Element: Equatable {
    fileprivate func contains(sequence part: some Collection<Element>) -> Bool {
        var start = startIndex
        while let found = self[start...].firstIndex(where: { $0 == part.first }) {
            if self[found...].starts(with: part) { return true }
            start = index(after: found)
        }
        return false
    }
}
