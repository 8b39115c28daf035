import BIOTransport
import DequeModule
import POP3Wire
import Synchronization

/// A retrieval's state within its session: what is planned, what is in flight, what has arrived and is not confirmed,
/// what is to be marked as deleted. A class, as each copy of so many fields, one of them weak, would cost as much as a
/// small message does.
final class Retrieval {
    enum Sent {
        case message(Planned)
        /// By the caller's number.
        case deletion(number: Int)
        case barrier(Barrier)
    }

    /// A message to be retrieved.
    struct Planned {
        /// The number on this connection.
        var number: Int
        /// By LIST; nil where it gives no usable size.
        var size: Int?
        /// The place in `maildrop`.
        let position: Int
        /// What earlier attempts have shown; nil at the first one.
        var retry: Retry?

        /// What counts for the window while the message is in flight.
        var windowSize: Int { size ?? Self.unknownSize }

        /// A guess for a message of unknown size.
        private static let unknownSize = 64 * 1024

        /// The message to be retrieved again, by itself.
        func again(_ change: (Retry) -> Void = { _ in }) -> Planned {
            var planned = self
            planned.retry = planned.retry ?? Retry()
            if let retry = planned.retry { change(retry) }
            return planned
        }
    }

    /// A message that is retrieved by itself: nothing else is in flight then.
    final class Retry {
        /// What the last attempt gave, if this one must give the same.
        var earlier: MessageCopy?
        /// Whether `sizes` has counted an earlier attempt.
        var isObserved = false
        /// Attempts that gave something else than the one before.
        var differences = 0
        /// Connections that have failed at this message alone.
        var failures = 0
    }

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
    let threshold: Int
    /// The places of messages that are wanted and cannot be told from others on this connection.
    private var unidentified: [Int]
    private(set) var plan: [Planned]
    /// Messages that LIST says are over the limit, where LIST cannot be believed: they are tried last.
    private var doubtful: [Planned] = []
    private var nextToSend = 0
    /// Messages to be retrieved again, by themselves, before what is left of the plan.
    private var again = Deque<Planned>()
    var inFlight = Deque<Sent>()
    var bytesInFlight = 0
    /// By the caller's numbers.
    var deletions: [Int] = []
    /// Replies that came while several commands were in flight.
    var pipelinedReplies = 0

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
    /// Set where the consumer went away.
    private(set) var isWindingUp = false
    let handle: Handle
    private weak var consumer: Consumer?

    /// Messages sent since the last barrier was, and their listed sizes.
    private var openMessages = 0
    private var openBytes = 0
    private var lastSent: Planned?
    /// After how many messages a barrier is sent. It grows, so that the first message need not wait for others and many
    /// messages share one barrier.
    private var groupLimit = 1
    /// Whether a message that is retrieved by itself is in flight, or its barrier is.
    private var isAlone = false
    /// The barrier to be sent in place of one that was refused.
    var fallbackBarrier: Barrier?
    /// The listing that the server sends in the place of a barrier's answer: whether it has named the message rightly, and
    /// how many lines have come; nil where there is none under way.
    var barrierListing: (isNamed: Bool, lines: Int)?

    /// More would share a barrier, and keep more memory than the processor's cache has until it is answered.
    private static let largestGroup = 32
    private static let groupBytes = 256 * 1024

    init(
        maildrop: MaildropSummary, plan: [Planned], unidentified: [Int], threshold: Int, handle: Handle,
        consumer: Consumer
    ) {
        self.maildrop = maildrop
        self.unidentified = unidentified
        self.plan = plan
        self.threshold = threshold
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

    /// Sends nothing more but deletions, and gives nothing more.
    func windUp() {
        isWindingUp = true
        takeConfirmed()
        unconfirmed = []
        fallbackBarrier = nil
        openMessages = 0
    }

    /// The command whose reply is due, for errors.
    var commandInFlight: String {
        switch inFlight.first {
        case .message(let planned): "RETR \(planned.number)"
        case .deletion(let number): "DELE \(number)"
        case .barrier(let barrier): barrier.command
        case nil: "RETR"
        }
    }

    var isFinished: Bool {
        guard inFlight.isEmpty, deletions.isEmpty else { return false }
        return isWindingUp || (!hasPlan && unconfirmed.isEmpty && openMessages == 0 && fallbackBarrier == nil)
    }

    private var hasPlan: Bool { nextToSend < plan.count || !doubtful.isEmpty || !again.isEmpty }

    func summary(_ planned: Planned) -> MessageSummary { maildrop[planned.position] }

    /// The message with the caller's `number`, as far as the listing describes it.
    func summary(ofNumber number: Int) -> MessageSummary {
        maildrop.position(ofNumber: number).map { maildrop[$0] }
            ?? MessageSummary(number: number, size: nil, uniqueID: nil)
    }

    // MARK: What to send next

    /// The message to be asked for next; nil where all have been, or something must come first.
    var next: Planned? {
        guard !isWindingUp else { return nil }
        if let first = again.first { return first }
        if nextToSend == plan.count, !doubtful.isEmpty {
            plan = doubtful.map { $0.again() }
            nextToSend = 0
            doubtful = []
        }
        return nextToSend < plan.count ? plan[nextToSend] : nil
    }

    /// The messages that cannot be told from others, once.
    func takeUnidentified() -> [MessageSummary] {
        defer { unidentified = [] }
        return unidentified.map { maildrop[$0] }
    }

    /// Whether nothing can be sent before what is in flight has been answered.
    var mustWait: Bool { isAlone && !inFlight.isEmpty }

    /// The barrier that is due now, asked by `question`; nil where more messages may be asked for first.
    func barrierDue(_ question: Barrier.Question) -> Barrier? {
        if let fallbackBarrier { return fallbackBarrier }
        guard openMessages > 0, let last = lastSent, !isWindingUp else { return nil }
        let isDue: Bool
        if isAlone || openMessages >= groupLimit || openBytes >= Self.groupBytes || isStreamed(last) {
            isDue = true
        } else if let next {
            // A message that is given in chunks begins when all before it are given; one by itself needs an empty line.
            isDue = isStreamed(next) || next.retry != nil
        } else {
            isDue = true
        }
        return isDue ? Barrier(question, number: last.number, summary(last)) : nil
    }

    /// Whether the message will be given in chunks, as far as is known.
    private func isStreamed(_ planned: Planned) -> Bool {
        threshold < .max && planned.size ?? .max >= threshold
    }

    func sent(_ barrier: Barrier) {
        inFlight.append(.barrier(barrier))
        fallbackBarrier = nil
        openMessages = 0
        openBytes = 0
        groupLimit = min(groupLimit * 2, Self.largestGroup)
    }

    /// Takes `next` off the plan as sent.
    func sentNext() {
        guard let planned = takeNext() else { return }
        inFlight.append(.message(planned))
        bytesInFlight += planned.windowSize
        openMessages += 1
        openBytes += planned.windowSize
        lastSent = planned
        isAlone = planned.retry != nil
    }

    /// Takes `next` off the plan without sending it; `later` tries it when all others are done.
    func skipNext(later: Bool) {
        if let planned = takeNext(), later { doubtful.append(planned) }
    }

    private func takeNext() -> Planned? {
        if let first = again.first {
            again.removeFirst()
            return first
        }
        guard nextToSend < plan.count else { return nil }
        nextToSend += 1
        return plan[nextToSend - 1]
    }

    /// Takes a message that has been answered out of flight.
    func received(_ planned: Planned) {
        inFlight.removeFirst()
        bytesInFlight -= planned.windowSize
    }

    /// The barrier's answer was right.
    func confirmed() {
        isAlone = false
        failuresInARow = 0
    }

    /// Whether messages are left that have not been asked for, or not been answered.
    var hasMoreToCome: Bool { hasPlan || openMessages > 0 || !inFlight.isEmpty }

    /// Has a message retrieved again, by itself, before what is left of the plan.
    func retrieveAgain(_ message: Planned) {
        again.append(message)
    }

    // MARK: Another connection

    /// What was asked for and not confirmed, in the order in which it was: messages and deletions.
    func unanswered() -> (messages: [Planned], deletions: [Int]) {
        var messages = unconfirmed.map(\.planned)
        var numbers = deletions
        for sent in inFlight {
            switch sent {
            case .message(let planned): messages.append(planned)
            case .deletion(let number): numbers.append(number)
            case .barrier: break
            }
        }
        return (messages, numbers)
    }

    /// What has not been asked for.
    ///
    /// An array made of an empty `Deque` writes to the empty array that all arrays share, which the thread sanitizer
    /// reports as a race; `map` does not.
    func unsent() -> [Planned] { again.map { $0 } + plan[nextToSend...] + doubtful }

    /// Goes on over another connection.
    func restart(plan: [Planned], deletions: [Int]) {
        self.plan = plan
        self.deletions = deletions
        doubtful = []
        nextToSend = 0
        again = Deque()
        inFlight = Deque()
        bytesInFlight = 0
        pipelinedReplies = 0
        unconfirmed = []
        streamed = nil
        openMessages = 0
        openBytes = 0
        groupLimit = 1
        isAlone = false
        fallbackBarrier = nil
        barrierListing = nil
        lastSent = nil
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
