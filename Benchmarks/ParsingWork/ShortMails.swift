import MailGenerator

/// The mails of maildrops that are drained: of 4 KB each, the same ones on every machine.
package enum ShortMails {
    package static func make(_ count: Int) -> [[UInt8]] {
        let generator = MailGenerator(seed: 20_261_124, kinds: [.short])
        return (0..<count).map { generator.mail(at: $0) }
    }
}
