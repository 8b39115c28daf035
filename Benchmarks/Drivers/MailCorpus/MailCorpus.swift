@preconcurrency import Glibc
import ParsingWork

/// Writes mails of one class, the same ones every time, in the form that `Peers/peer.h` describes.
///
///     mail-corpus CLASS OCTETS FILE
@main
struct MailCorpus {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let octets = Int(arguments[2]), octets > 0,
            let chosen = MailClass.named(arguments[1])
        else { fail(64, "usage: mail-corpus \(MailClass.all.map(\.name).joined(separator: "|")) OCTETS FILE") }
        guard let file = unsafe fopen(arguments[3], "wb") else { fail(73, "cannot create \(arguments[3])") }
        var written = (mails: 0, octets: 0)
        for mail in chosen.mails(octets: octets) {
            let size = (0..<8).map { UInt8(truncatingIfNeeded: mail.count >> ($0 * 8)) }
            guard unsafe fwrite(size, 1, 8, file) == 8, unsafe fwrite(mail, 1, mail.count, file) == mail.count else {
                fail(74, "cannot write \(arguments[3])")
            }
            written = (written.mails + 1, written.octets + mail.count)
        }
        guard unsafe fclose(file) == 0 else { fail(74, "cannot write \(arguments[3])") }
        print("\(chosen.name): \(written.mails) mails, \(written.octets) octets")
    }

    static func fail(_ status: Int32, _ reason: String) -> Never {
        _ = unsafe fputs(reason + "\n", stderr)
        exit(status)
    }
}
