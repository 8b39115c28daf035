internal import ByteCoding
package import Digests

/// What makes a message in a Maildir the same as one delivered before: account, UIDL and content.
///
/// It is the first half of a SHA-256 over the three, so that a file's name says nothing that a server chose, and is the
/// same whenever the same message comes again.
package struct MaildirKey: Hashable, Sendable {
    /// Follows the key in a file's name and marks it as ours.
    package static let marker = Array(".sluice".utf8)
    private static let digitCount = 32

    private let high: UInt64
    private let low: UInt64

    /// - Parameters:
    ///   - account: names the maildrop; see `MessageOrigin.account`.
    ///   - uidl: the message's unique id; nil where the server has none.
    ///   - contentDigest: the SHA-256 of the message as received.
    ///   - hash: SHA-256, to be used and left finished.
    package init(account: String, uidl: [UInt8]?, contentDigest: [UInt8], hash: RunningDigest) {
        hash.reset()
        // Each part is preceded by its length, so that no two different triples run together to the same bytes.
        for part in [Array(account.utf8), uidl ?? [], contentDigest] {
            hash.update(lengthPrefix(part.count))
            hash.update(part)
        }
        let digest = hash.finish()
        high = digest[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = digest[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The key of a file that this module once delivered, whatever flags a mail reader has added to its name.
    package init?(fileName: [UInt8]) {
        guard fileName.dropFirst(Self.digitCount).starts(with: Self.marker),
            let high = Hexadecimal.decode64(fileName[0..<16]), let low = Hexadecimal.decode64(fileName[16..<32])
        else { return nil }
        self.high = high
        self.low = low
    }

    /// The file's name, ending with NUL. `S=` is the size in bytes, which Maildir++ readers take from the name.
    package func fileName(size: Int) -> [CChar] {
        var name: [UInt8] = []
        name.reserveCapacity(Self.digitCount + 24)
        name += Hexadecimal.encode(high) + Hexadecimal.encode(low)
        name += Self.marker
        name += ",S=\(size)".utf8
        return cString(name)
    }
}

/// `count` as eight bytes, the lowest first.
private func lengthPrefix(_ count: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
}
