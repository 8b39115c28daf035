/// A message as LIST and UIDL describe it.
public struct MessageSummary: Sendable, Hashable, Codable {
    /// The message's number in the listing that the caller has.
    public let number: Int
    /// The size in bytes by LIST, which some servers get wrong; nil where LIST gives no usable size.
    public let size: Int?
    /// Nil where the server has no UIDL, or leaves this message out of it.
    public let uniqueID: UniqueID?
    /// Whether another message of the listing has the same id, which then identifies neither.
    public let sharesUniqueID: Bool

    public init(number: Int, size: Int?, uniqueID: UniqueID?, sharesUniqueID: Bool = false) {
        self.number = number
        self.size = size
        self.uniqueID = uniqueID
        self.sharesUniqueID = sharesUniqueID
    }
}

extension MessageSummary: CustomStringConvertible {
    /// Such as `message 3, 4096 bytes, id 0001a2b3`.
    public var description: String {
        var text = "message \(number)"
        if let size { text += ", \(size) bytes" }
        if let uniqueID { text += ", id \(uniqueID)" }
        return text
    }
}

/// The count and size of a maildrop (RFC 1939 §5, STAT).
public struct MaildropStatus: Sendable, Hashable, Codable {
    /// The number of messages that are not marked as deleted.
    public let count: Int
    /// Their size in bytes, as the server counts it.
    public let size: Int

    public init(count: Int, size: Int) {
        self.count = count
        self.size = size
    }
}

extension MaildropStatus: CustomStringConvertible {
    /// Such as `12 messages, 40960 bytes`.
    public var description: String { "\(count) \(count == 1 ? "message" : "messages"), \(size) bytes" }
}
