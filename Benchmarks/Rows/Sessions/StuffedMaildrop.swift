import POP3Sandbox
import ParsingWork

/// Short mails as a server sends them, one answer to RETR after the other.
struct StuffedMaildrop {
    private(set) var octets: [UInt8] = []
    /// As LIST gives them.
    let sizes: [Int]
    var storedOctets: Int { sizes.reduce(0, +) }

    init(count: Int) {
        let mails = ShortMails.make(count)
        sizes = mails.map(\.count)
        for mail in mails {
            var stuffer = DotStuffer()
            octets += "+OK \(mail.count) octets\r\n".utf8
            stuffer.append(mail[...], to: &octets)
            octets += "\(stuffer.needsLineEnd ? "\r\n" : "").\r\n".utf8
        }
    }
}
