import MailGenerator

/// A class of mail that parsers are measured by: the same mails on every machine.
package struct MailClass: Sendable {
    private static let seed: UInt64 = 20_261_124

    package let name: String
    private let generator: MailGenerator

    private init(_ name: String, _ kind: MailKind, _ adjust: (inout MailSizes) -> Void = { _ in }) {
        self.name = name
        var sizes = MailSizes()
        adjust(&sizes)
        generator = MailGenerator(seed: Self.seed, kinds: [kind], sizes: sizes)
    }

    package static let all: [MailClass] = [
        MailClass("short", .short) { $0.trace = 1500 },
        MailClass("newsletters", .newsletter) {
            $0.trace = 1500
            $0.newsletterText = 4000...9000
            $0.newsletterLinks = 120...260
        },
        MailClass("attachments", .attachments) {
            $0.trace = 1500
            $0.attachment = 150_000...3_600_000
        },
        MailClass("nested", .forwards) {
            $0.trace = 1500
            $0.depth = 4...8
        },
        MailClass("charsets", .charsets),
        MailClass("dots", .dots),
        MailClass("long-lines", .longLines),
        MailClass("many-headers", .manyHeaders),
    ]

    /// Nil if there is none of that name.
    package static func named(_ name: String) -> MailClass? { all.first { $0.name == name } }

    /// The first mails, as many as reach so many octets together, one at a time: a corpus need not fit in memory.
    package func mails(octets: Int) -> some Sequence<[UInt8]> {
        sequence(state: (count: 0, octets: 0)) { made in
            guard made.octets < octets else { return nil }
            let mail = generator.mail(at: made.count)
            made = (made.count + 1, made.octets + mail.count)
            return mail
        }
    }
}
