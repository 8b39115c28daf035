internal import MailStores
public import MessageBuffers

/// Several sinks as one: a message is delivered when each has it, and durable when it is so in each.
public final class SinkGroup: MailSink {
    private let sinks: [any MailSink]

    public init(_ sinks: [any MailSink]) {
        self.sinks = sinks
    }

    /// Whether one of the sinks is: each has to be durable before a message counts.
    public var isLossless: Bool { sinks.contains { $0.isLossless } }

    /// Whether each lossless sink holds earlier mail.
    public var holdsEarlierMail: Bool { sinks.allSatisfy { !$0.isLossless || $0.holdsEarlierMail } }

    public func begin(_ origin: MessageOrigin) throws(SinkError) {
        try undoingOnFailure { () throws(SinkError) in
            for sink in sinks { try sink.begin(origin) }
        }
    }

    public func write(_ chunk: RawSpan) throws(SinkError) {
        do throws(SinkError) {
            for sink in sinks { try sink.write(chunk) }
        } catch {
            cancel()
            throw error
        }
    }

    /// - Returns: the weakest of the sinks' answers; a message that only some hold already counts as buffered.
    public func finish() throws(SinkError) -> DeliveryOutcome {
        var deliveries: [DeliveryOutcome] = []
        try undoingOnFailure { () throws(SinkError) in
            for sink in sinks { deliveries.append(try sink.finish()) }
        }
        return Self.combined(deliveries)
    }

    public func cancel() {
        for sink in sinks { sink.cancel() }
    }

    public func sync() throws(SinkError) {
        for sink in sinks { try sink.sync() }
    }

    public func deliver(_ message: MessageBytes, _ origin: MessageOrigin) throws(SinkError) -> DeliveryOutcome {
        var deliveries: [DeliveryOutcome] = []
        try undoingOnFailure { () throws(SinkError) in
            for sink in sinks { deliveries.append(try sink.deliver(message, origin)) }
        }
        return Self.combined(deliveries)
    }

    private func undoingOnFailure(_ body: () throws(SinkError) -> Void) throws(SinkError) {
        do throws(SinkError) {
            try body()
        } catch {
            cancel()
            throw error
        }
    }

    private static func combined(_ deliveries: [DeliveryOutcome]) -> DeliveryOutcome {
        guard let first = deliveries.first else { return .durable }
        return deliveries.allSatisfy { $0 == first } ? first : .buffered
    }
}
