/// Makes mails of all kinds, the same ones for the same seed on every machine; lines end with CRLF unless the kind is
/// about those that do not.
///
/// Any mail can be asked for by its index, without those before it. Cost: linear in the size of the mail.
package struct MailGenerator: Sendable {
    package let seed: UInt64
    package let kinds: [MailKind]
    package let sizes: MailSizes

    /// - Parameter kinds: what to make, in turn; not empty.
    package init(seed: UInt64, kinds: [MailKind] = MailKind.allCases, sizes: MailSizes = MailSizes()) {
        precondition(!kinds.isEmpty, "there is at least one kind to make")
        self.seed = seed
        self.kinds = kinds
        self.sizes = sizes
    }

    /// The kind of the mail at `index`: each in turn.
    package func kind(at index: Int) -> MailKind {
        kinds[index % kinds.count]
    }

    /// The mail at `index`, as it is stored: not dot-stuffed.
    package func mail(at index: Int) -> [UInt8] {
        var composer = MailComposer(RandomSource(seed: seed, index: index), sizes: sizes, index: index)
        composer.compose(kind(at: index))
        return composer.output
    }
}
