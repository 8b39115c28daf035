@preconcurrency import Glibc
import MailGenerator

/// Writes mails of one class, the same ones every time, in the form that `Peers/peer.h` describes.
///
///     mail-corpus CLASS OCTETS FILE
@main
struct MailCorpus {
    /// The classes by their names: what is made, and how large it is.
    static let classes: [(name: String, kind: MailKind, adjust: @Sendable (inout MailSizes) -> Void)] = [
        ("short", .short, { $0.trace = 1500 }),
        (
            "newsletters", .newsletter,
            {
                $0.trace = 1500
                $0.newsletterText = 4000...9000
                $0.newsletterLinks = 120...260
            }
        ),
        (
            "attachments", .attachments,
            {
                $0.trace = 1500
                $0.attachment = 150_000...3_600_000
            }
        ),
        (
            "nested", .forwards,
            {
                $0.trace = 1500
                $0.depth = 4...8
            }
        ),
        ("charsets", .charsets, { _ in }),
        ("dots", .dots, { _ in }),
        ("long-lines", .longLines, { _ in }),
        ("many-headers", .manyHeaders, { _ in }),
    ]

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let octets = Int(arguments[2]), octets > 0,
            let chosen = classes.first(where: { $0.name == arguments[1] })
        else { fail(64, "usage: mail-corpus \(classes.map(\.name).joined(separator: "|")) OCTETS FILE") }
        guard let file = unsafe fopen(arguments[3], "wb") else { fail(73, "cannot create \(arguments[3])") }
        var sizes = MailSizes()
        chosen.adjust(&sizes)
        let generator = MailGenerator(seed: 20_261_124, kinds: [chosen.kind], sizes: sizes)
        var written = 0
        var index = 0
        while written < octets {
            let mail = generator.mail(at: index)
            let size = (0..<8).map { UInt8(truncatingIfNeeded: mail.count >> ($0 * 8)) }
            guard unsafe fwrite(size, 1, 8, file) == 8, unsafe fwrite(mail, 1, mail.count, file) == mail.count else {
                fail(74, "cannot write \(arguments[3])")
            }
            written += mail.count
            index += 1
        }
        guard unsafe fclose(file) == 0 else { fail(74, "cannot write \(arguments[3])") }
        print("\(chosen.name): \(index) mails, \(written) octets")
    }

    static func fail(_ status: Int32, _ reason: String) -> Never {
        _ = unsafe fputs(reason + "\n", stderr)
        exit(status)
    }
}
