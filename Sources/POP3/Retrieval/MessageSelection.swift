public import MessageBuffers

/// Which messages of a maildrop to retrieve.
public enum MessageSelection: Sendable {
    case all
    /// Those with these numbers, in this order.
    case numbers([Int])
    /// Those for which the closure says yes, in the maildrop's order. It is called on the session's event loop.
    case matching(@Sendable (MessageSummary) -> Bool)
    /// Those at these places of a listing that this session has given, which is not asked for again.
    case listed(MaildropSummary, positions: [Int])
}

/// What becomes of a message on the server once it has been retrieved.
public enum DeletionPolicy: Sendable {
    case never
    /// Marked as deleted once the loop comes back for the next message, by when its body must have made the message
    /// durable. A loop that is left by `break` or an error keeps the message it was left with. QUIT commits.
    case afterIteration

    @available(*, deprecated, renamed: "afterIteration")
    public static var afterDurableWrite: DeletionPolicy { .afterIteration }
}

/// A message, or a part of one that is retrieved in chunks.
public struct MessageChunk: Sendable, Hashable {
    public let summary: MessageSummary
    /// The next bytes of the message as the server has stored it, in order; unstuffed, with its line ends.
    public let bytes: MessageBytes
    /// Whether the message begins here. It can begin a second time, after its first chunks have turned out to be unusable:
    /// then drop what you have of it.
    public let isFirst: Bool
    /// Whether the message ends here and is confirmed.
    public let isLast: Bool

    public init(summary: MessageSummary, bytes: MessageBytes, isFirst: Bool, isLast: Bool) {
        self.summary = summary
        self.bytes = bytes
        self.isFirst = isFirst
        self.isLast = isLast
    }
}

/// A whole message.
public struct RetrievedMessage: Sendable, Hashable {
    /// Its number, listed size and UIDL id.
    public let summary: MessageSummary
    /// The message as the server has stored it, in the memory it was received in.
    public let bytes: MessageBytes

    public var number: Int { summary.number }
    public var uniqueID: UniqueID? { summary.uniqueID }

    public init(summary: MessageSummary, bytes: MessageBytes) {
        self.summary = summary
        self.bytes = bytes
    }
}

extension RetrievedMessage: CustomStringConvertible {
    /// Such as `message 3, 4096 bytes, id 0001a2b3: 4101 bytes received`.
    public var description: String { "\(summary): \(bytes.count) bytes received" }
}

/// What a retrieval in chunks gives next.
public enum RetrievalEvent: Sendable, Equatable {
    case chunk(MessageChunk)
    /// One message could not be retrieved, or not be marked as deleted; the others go on. Chunks of it may have been given
    /// before.
    case failure(MessageSummary, POP3Error)
}
