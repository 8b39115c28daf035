import BIOTransport
import POP3Wire
import Synchronization

/// A retrieval's state within its session: what is planned, what is in flight, what has arrived and is not confirmed,
/// what is to be marked as deleted. A class, as each copy of so many fields, one of them weak, would cost as much as a
/// small message does.
final class Retrieval {
    typealias Planned = RetrievalQueue.Planned

    /// What has arrived, whole, since the last barrier.
    struct Arrived {
        enum Outcome {
            case whole(MessageBytes)
            /// The last chunk of a message that was given in chunks but for it; `hash` is nil unless the message was
            /// suspicious when it began.
            case streamed(last: MessageBytes, size: Int, hash: Int?)
            case refused(POP3Error)
        }
        let planned: Planned
        let outcome: Outcome
        var fit = SizeModel.Fit.unknown
        var frame = MessageFrame.ordinary
        /// Whether `sizes` has counted `fit`.
        var isObserved = false
    }

    /// Lives as long as the consumer's iterator does.
    final class Consumer: Sendable {}

    /// What consumer and session share.
    final class Handle: Sendable {
        /// Messages that the consumer has made durable and wants marked as deleted.
        let confirmed = Mutex<[Int]>([])
    }

    /// The listing that the caller has.
    let maildrop: MaildropSummary
    var queue: RetrievalQueue
    /// The places of messages that are wanted and cannot be told from others on this connection.
    private var unidentified: [Int]
    /// Whether LIST gives sizes that STAT contradicts.
    var listedSizesAreDoubtful = false

    /// What has arrived since the last barrier; none of it has been given to the consumer but the beginning of a message
    /// that is given in chunks.
    var unconfirmed: [Arrived] = []
    /// The message of which chunks were given and the last one was not.
    var streamed: StreamedMessage?
    var sizes = SizeModel()
    /// Messages that were given up one after the other, each for a failed connection.
    var failuresInARow = 0
    /// Connections that have failed while no message was in flight.
    var idleFailures = 0
    let handle: Handle
    private weak var consumer: Consumer?

    /// The listing that the server sends in the place of a barrier's answer: whether it has named the message rightly, and
    /// how many lines have come; nil where there is none under way.
    var barrierListing: (isNamed: Bool, lines: Int)?

    init(
        maildrop: MaildropSummary, plan: [Planned], unidentified: [Int], threshold: Int, handle: Handle,
        consumer: Consumer
    ) {
        self.maildrop = maildrop
        self.unidentified = unidentified
        queue = RetrievalQueue(plan: plan, threshold: threshold)
        self.handle = handle
        self.consumer = consumer
    }

    /// Whether the consumer has left its loop.
    var isAbandoned: Bool { consumer == nil }

    func takeConfirmed() {
        let numbers = handle.confirmed.withLock { confirmed in
            defer { confirmed.removeAll(keepingCapacity: true) }
            return confirmed
        }
        if !numbers.isEmpty { queue.add(deletions: numbers) }
    }

    /// Sends nothing more but deletions, and gives nothing more.
    func windUp() {
        takeConfirmed()
        queue.windUp()
        unconfirmed = []
    }

    var isFinished: Bool { queue.isFinished && (queue.isWindingUp || unconfirmed.isEmpty) }

    /// The barrier that is due now, asked by `question`; nil where more messages may be asked for first.
    func barrierDue(_ question: Barrier.Question) -> Barrier? {
        queue.barrierDue { Barrier(question, number: $0.number, summary($0)) }
    }

    /// The barrier's answer was right.
    func confirmed() {
        queue.confirmed()
        failuresInARow = 0
    }

    func summary(_ planned: Planned) -> MessageSummary { maildrop[planned.position] }

    /// The message with the caller's `number`, as far as the listing describes it.
    func summary(ofNumber number: Int) -> MessageSummary {
        maildrop.position(ofNumber: number).map { maildrop[$0] }
            ?? MessageSummary(number: number, size: nil, uniqueID: nil)
    }

    /// The messages that cannot be told from others, once.
    func takeUnidentified() -> [MessageSummary] {
        defer { unidentified = [] }
        return unidentified.map { maildrop[$0] }
    }

    // MARK: Another connection

    /// What was asked for and not confirmed, in the order in which it was: messages and deletions.
    func unanswered() -> (messages: [Planned], deletions: [Int]) {
        var messages = unconfirmed.map(\.planned)
        var numbers = queue.deletions
        for sent in queue.inFlight {
            switch sent {
            case .message(let planned): messages.append(planned)
            case .deletion(let number): numbers.append(number)
            case .barrier: break
            }
        }
        return (messages, numbers)
    }

    /// Goes on over another connection.
    func restart(plan: [Planned], deletions: [Int]) {
        queue = RetrievalQueue(plan: plan, deletions: deletions, threshold: queue.threshold)
        unconfirmed = []
        streamed = nil
        barrierListing = nil
    }
}

/// Events that are given to the consumer at once.
struct RetrievalBatch: Sendable {
    /// Enough to make the change of threads cheap, little enough to be in the cache still when it is used.
    private static let byteLimit = 512 * 1024
    private static let eventLimit = 256

    var events: [RetrievalEvent] = []
    /// The bytes of messages in `events`, and the messages that end in them.
    var bytes = 0
    var messages = 0
    /// Whether the retrieval is done; there are no events then.
    var isFinal = false

    /// Whether there are failures among the events.
    private(set) var hasFailures = false

    mutating func appendFailure(_ summary: MessageSummary, _ error: POP3Error) {
        hasFailures = true
        events.append(.failure(summary, error))
    }

    /// Names endpoint and user in the errors of all failures. O(n), or O(1) without failures.
    mutating func nameOrigin(_ origin: POP3Error.Origin) {
        guard hasFailures else { return }
        for index in events.indices {
            if case .failure(let summary, let error) = events[index] {
                events[index] = .failure(summary, error.from(origin))
            }
        }
    }

    var isFull: Bool { bytes >= Self.byteLimit || events.count >= Self.eventLimit }
}
