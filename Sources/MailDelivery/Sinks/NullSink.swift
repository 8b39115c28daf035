/// Takes everything and keeps nothing, for measuring.
public final class NullSink: MailSink {
    /// The messages finished and their bytes.
    public private(set) var messageCount = 0
    public private(set) var byteCount = 0
    private var pendingByteCount = 0

    public let isLossless = false

    public init() {}

    public func begin(_ origin: MessageOrigin) { pendingByteCount = 0 }

    public func write(_ chunk: RawSpan) { pendingByteCount += chunk.byteCount }

    /// - Returns: always `durable`: there is nothing that a crash could take away.
    public func finish() -> DeliveryOutcome {
        messageCount += 1
        byteCount += pendingByteCount
        return .durable
    }

    public func cancel() { pendingByteCount = 0 }

    public func sync() {}
}
