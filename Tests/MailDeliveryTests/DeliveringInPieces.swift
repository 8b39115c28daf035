import MailStores
import MessageBuffers

@testable import MailDelivery

extension MessageOrigin {
    static func numbered(_ number: Int, account: String = "ada@example.com") -> MessageOrigin {
        MessageOrigin(account: account, uidl: Array("id-\(number)".utf8), number: number)
    }
}

extension MailSink {
    /// Delivers `bytes`, cut at the given offsets.
    @discardableResult
    func deliver(_ bytes: [UInt8], _ origin: MessageOrigin, cuts: [Int] = []) throws -> DeliveryOutcome {
        try begin(origin)
        var start = 0
        for end in cuts.sorted() + [bytes.count] {
            try write(bytes.rawSpan.extracting(start..<end))
            start = end
        }
        return try finish()
    }
}
