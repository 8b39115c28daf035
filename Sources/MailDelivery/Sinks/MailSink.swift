internal import MailStores
public import MessageBuffers

/// A place where mail goes, message by message, each in one or more chunks.
///
/// A sink does blocking I/O in the caller's thread and belongs to one caller at a time. The bytes it is given are those
/// the server stored; unless its options say otherwise they are what it writes. An error concerns the message under
/// way, which the sink has then undone. Where messages finished before are lost with it, which can happen in ``sync()``
/// and in the ``finish()`` that ends a batch, every later ``sync()`` throws too: nothing since the last successful one
/// may be deleted on the server or recorded as fetched, and delivering it again to a new sink is safe.
public protocol MailSink: AnyObject {
    /// Whether what the sink makes durable is the whole message, from which it can be had again byte for byte but for
    /// line ends. Only then may the message be deleted on the server.
    var isLossless: Bool { get }

    /// Whether what earlier runs have delivered can still be there: false where the destination was made just now, or is
    /// empty.
    var holdsEarlierMail: Bool { get }

    /// Begins a message. The one before has been finished or cancelled.
    ///
    /// - Throws: ``MailStores/SinkError``: the sink takes nothing, or not this message. Nothing is left of it.
    func begin(_ origin: MessageOrigin) throws(SinkError)

    /// Adds `chunk` to the message under way.
    ///
    /// - Parameter chunk: bytes as received; not used after the call.
    /// - Throws: ``MailStores/SinkError``; ``cancel()`` follows.
    func write(_ chunk: RawSpan) throws(SinkError)

    /// Ends the message under way. It is durable only after ``sync()``.
    ///
    /// - Throws: ``MailStores/SinkError``; ``cancel()`` follows.
    func finish() throws(SinkError) -> DeliveryOutcome

    /// Forgets the message under way, so that nothing is left of it. Without one it does nothing.
    func cancel()

    /// Makes every finished message durable: a crash of the process or the machine after this keeps them all.
    ///
    /// - Throws: ``MailStores/SinkError``; then none of the messages since the last call may be taken for stored.
    func sync() throws(SinkError)

    /// Delivers a whole message. A sink that can use the memory as it is does so here; others take it as one chunk.
    ///
    /// - Throws: ``MailStores/SinkError``; ``cancel()`` follows.
    func deliver(_ message: MessageBytes, _ origin: MessageOrigin) throws(SinkError) -> DeliveryOutcome
}

extension MailSink {
    public var holdsEarlierMail: Bool { true }

    public func deliver(_ message: MessageBytes, _ origin: MessageOrigin) throws(SinkError) -> DeliveryOutcome {
        try begin(origin)
        try write(message.span)
        return try finish()
    }
}

/// What a sink gets to know about a message besides its bytes. None of it becomes part of a path.
public struct MessageOrigin: Sendable, Equatable {
    /// Names the maildrop in a way that stays the same over time, such as `user@host`.
    public var account: String
    /// The message's unique id, as the server sent it; nil where the server has none.
    public var uidl: [UInt8]?
    /// The message's number in this session.
    public var number: Int
    /// What LIST says about the size in bytes, which some servers get wrong.
    public var expectedSize: Int?

    public init(account: String, uidl: [UInt8]?, number: Int, expectedSize: Int? = nil) {
        self.account = account
        self.uidl = uidl
        self.number = number
        self.expectedSize = expectedSize
    }
}

/// How far a finished message has got.
public enum DeliveryOutcome: Sendable, Equatable {
    /// It and all before it survive a crash.
    case durable
    /// It is complete, but only ``MailSink/sync()`` makes it durable.
    case buffered
    /// The sink already holds the very same message, and wrote nothing. Durable after ``MailSink/sync()``.
    case alreadyPresent
}

/// How lines end in what a sink writes.
public enum LineEnds: String, Sendable, CaseIterable {
    /// The bytes as received.
    case asReceived = "as-received"
    /// CRLF becomes LF, as Unix mail readers expect of files. A CR or LF that stands alone stays.
    case lf
}
