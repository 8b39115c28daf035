import DequeModule

/// What a retrieval has still to ask for, and what it has asked for and got no answer to.
///
/// A value within the retrieval's object: each call is one access to it, which is checked at run time once, where as many
/// fields of an object would be checked one by one, several times for each message.
struct RetrievalQueue {
    enum Sent {
        case message(Planned)
        /// By the caller's number.
        case deletion(number: Int)
        /// In memory of its own: there are few, and a message's entry is the smaller for it.
        indirect case barrier(Barrier)
    }

    /// A message to be retrieved.
    struct Planned {
        /// The number on this connection.
        var number: Int
        /// By LIST; nil where it gives no usable size.
        var size: Int?
        /// The place in the listing.
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

    /// Messages of this size or more are given in chunks.
    let threshold: Int
    private var plan: [Planned]
    private var nextToSend = 0
    /// Messages that LIST says are over the limit, where LIST cannot be believed: they are tried last.
    private var doubtful: [Planned] = []
    /// Messages to be retrieved again, by themselves, before what is left of the plan.
    private var again = Deque<Planned>()
    private(set) var inFlight = Deque<Sent>()
    private(set) var bytesInFlight = 0
    /// By the caller's numbers.
    private(set) var deletions: [Int]
    /// Replies that came while several commands were in flight.
    private(set) var pipelinedReplies = 0
    /// Set where the consumer went away.
    private(set) var isWindingUp = false

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
    private var fallbackBarrier: Barrier?

    /// More would share a barrier, and keep more memory than the processor's cache has until it is answered. A barrier
    /// for each 256 KB cost mails of that size a tenth more CPU time.
    private static let largestGroup = 32
    private static let groupBytes = 512 * 1024

    init(plan: [Planned], deletions: [Int] = [], threshold: Int) {
        self.plan = plan
        self.deletions = deletions
        self.threshold = threshold
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

    /// Whether nothing is in flight, and nothing is left to be sent.
    var isFinished: Bool {
        guard inFlight.isEmpty, deletions.isEmpty else { return false }
        return isWindingUp || (!hasPlan && openMessages == 0 && fallbackBarrier == nil)
    }

    /// Whether messages are left that have not been asked for, or not been answered.
    var hasMoreToCome: Bool { hasPlan || openMessages > 0 || !inFlight.isEmpty }

    private var hasPlan: Bool { nextToSend < plan.count || !doubtful.isEmpty || !again.isEmpty }

    // MARK: What to send next

    /// The message to be asked for next; nil where all have been, or something must come first.
    var next: Planned? {
        mutating get {
            guard !isWindingUp else { return nil }
            if let first = again.first { return first }
            if nextToSend == plan.count, !doubtful.isEmpty {
                plan = doubtful.map { $0.again() }
                nextToSend = 0
                doubtful = []
            }
            return nextToSend < plan.count ? plan[nextToSend] : nil
        }
    }

    /// Whether nothing can be sent before what is in flight has been answered.
    private var mustWait: Bool { isAlone && !inFlight.isEmpty }

    /// Whether so few commands are in flight that more can be sent.
    func hasRoom(_ window: Int) -> Bool { inFlight.count < window && !mustWait }

    /// The barrier that is due now; nil where more messages may be asked for first. `make` makes one for a message.
    mutating func barrierDue(_ make: (Planned) -> Barrier) -> Barrier? {
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
        return isDue ? make(last) : nil
    }

    /// Whether the message will be given in chunks, as far as is known.
    private func isStreamed(_ planned: Planned) -> Bool {
        threshold < .max && planned.size ?? .max >= threshold
    }

    // MARK: Sending

    mutating func sent(_ barrier: Barrier) {
        inFlight.append(.barrier(barrier))
        fallbackBarrier = nil
        openMessages = 0
        openBytes = 0
        groupLimit = min(groupLimit * 2, Self.largestGroup)
    }

    /// Takes `next` off the plan as sent.
    mutating func sentNext() {
        guard let planned = takeNext() else { return }
        inFlight.append(.message(planned))
        bytesInFlight += planned.windowSize
        openMessages += 1
        openBytes += planned.windowSize
        lastSent = planned
        isAlone = planned.retry != nil
    }

    /// - Parameter number: the caller's.
    mutating func sentDeletion(of number: Int) {
        inFlight.append(.deletion(number: number))
    }

    /// Takes `next` off the plan without sending it; `later` tries it when all others are done.
    mutating func skipNext(later: Bool) {
        if let planned = takeNext(), later { doubtful.append(planned) }
    }

    private mutating func takeNext() -> Planned? {
        if let first = again.popFirst() { return first }
        guard nextToSend < plan.count else { return nil }
        nextToSend += 1
        return plan[nextToSend - 1]
    }

    // MARK: Changes

    mutating func add(deletions numbers: [Int]) {
        deletions += numbers
    }

    mutating func takeDeletion() -> Int? { deletions.popLast() }

    /// Has a message retrieved again, by itself, before what is left of the plan.
    mutating func retrieveAgain(_ message: Planned) {
        again.append(message)
    }

    /// Has `barrier` sent in place of one that was refused.
    mutating func fallBack(to barrier: Barrier) {
        fallbackBarrier = barrier
    }

    /// Sends nothing more but deletions.
    mutating func windUp() {
        isWindingUp = true
        fallbackBarrier = nil
        openMessages = 0
    }

    // MARK: Answers

    /// Counts a reply, if others are in flight besides. Returns what it answers.
    mutating func replyArrived() -> Sent? {
        if inFlight.count > 1 { pipelinedReplies += 1 }
        return inFlight.first
    }

    /// Takes the message that has been answered out of flight.
    mutating func received(_ planned: Planned) {
        inFlight.removeFirst()
        bytesInFlight -= planned.windowSize
    }

    /// Takes the deletion or barrier that has been answered out of flight.
    mutating func answered() {
        inFlight.removeFirst()
    }

    /// The barrier's answer was right.
    mutating func confirmed() {
        isAlone = false
    }

    // MARK: Another connection

    /// What has not been asked for.
    ///
    /// An array made of an empty `Deque` writes to the empty array that all arrays share, which the thread sanitizer
    /// reports as a race; `map` does not.
    func unsent() -> [Planned] { again.map { $0 } + plan[nextToSend...] + doubtful }
}
