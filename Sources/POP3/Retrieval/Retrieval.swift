import BIOTransport
import POP3Wire

/// A retrieval's state within its session: what is planned, what is on its way, what is to be marked as deleted. A class,
/// as each copy of so many fields, one of them weak, would cost as much as a small message does.
final class Retrieval {
    enum Sent {
        case message(Planned)
        case deletion(number: Int)
    }

    /// A message to be retrieved.
    struct Planned {
        var number: Int
        /// By LIST.
        var size: Int
        /// The place in `maildrop`.
        var position: Int
    }

    /// Lives as long as the consumer's iterator does.
    final class Consumer: Sendable {}

    /// What consumer and session share.
    final class Handle: Sendable {
        /// Messages that the consumer has made durable and wants marked as deleted.
        let confirmed = Locked<[Int]>([])
    }

    private(set) var maildrop: MaildropSummary
    private(set) var plan: [Planned]
    var nextToSend = 0
    var onTheirWay = FIFO<Sent>()
    var octetsOnTheirWay = 0
    var deletions: [Int] = []
    /// Numbers that the server has marked as deleted.
    var deleted: [Int] = []
    /// Replies that came while several commands were on their way.
    var pipelinedReplies = 0
    /// The octets of the present message that were given to the consumer.
    var octetsGiven = 0
    /// Set where the consumer went away.
    var isWindingUp = false
    let handle: Handle
    private weak var consumer: Consumer?

    init(maildrop: MaildropSummary, plan: [Planned], handle: Handle, consumer: Consumer) {
        self.maildrop = maildrop
        self.plan = plan
        self.handle = handle
        self.consumer = consumer
    }

    /// Whether the consumer has left its loop.
    var isAbandoned: Bool { consumer == nil }

    func takeConfirmed() {
        deletions += handle.confirmed.withLock { confirmed in
            defer { confirmed.removeAll(keepingCapacity: true) }
            return confirmed
        }
    }

    /// Goes on in another session, whose maildrop has other numbers.
    func beginAnew(_ maildrop: MaildropSummary, plan: [Planned], deletions: [Int]) {
        self.maildrop = maildrop
        self.plan = plan
        self.deletions = deletions
        nextToSend = 0
        onTheirWay = FIFO()
        octetsOnTheirWay = 0
        deleted = []
    }

    var isFinished: Bool {
        onTheirWay.isEmpty && deletions.isEmpty && (isWindingUp || nextToSend == plan.count)
    }

    func summary(_ planned: Planned) -> MessageSummary { maildrop[planned.position] }
}

/// Events that are given to the consumer at once.
struct RetrievalBatch: Sendable {
    /// Enough to make the change of threads cheap, little enough to be in the cache still when it is used.
    private static let octetLimit = 512 * 1024
    private static let eventLimit = 256

    var events: [RetrievalEvent] = []
    /// The octets of messages in `events`.
    var octets = 0
    /// Whether the retrieval is done; there are no events then.
    var isFinal = false

    var isFull: Bool { octets >= Self.octetLimit || events.count >= Self.eventLimit }
}
