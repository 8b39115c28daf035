internal import Digests
internal import MailStores
import MessageBuffers
public import POP3

/// Moves the messages of one maildrop into a sink, and marks them as deleted once they are durable there.
///
/// The order that nothing is lost by: the session confirms a message, it is finished in the sink, the sink is synced, the
/// list of seen messages is synced, and only then DELE goes out; QUIT commits it. A crash at any point leaves a message on
/// the server, in the sink, or in both.
///
/// Of the messages that a list says were stored before, one is retrieved again and compared with it before any is deleted
/// for that: a server that has rebuilt its mailbox may give old ids to new mail of the same size.
public final class MaildropDrain {
    public struct Options: Sendable {
        /// Whether to delete what has been stored, and, with a list of seen messages, what it says was stored before.
        public var deletes = false
        /// Messages of this many bytes or more go through in chunks.
        public var chunkThreshold = 4 * 1024 * 1024
        /// After how many messages the sink is made durable, at the latest.
        public var syncMessages = 128
        /// After how many bytes the sink is made durable, at the latest.
        public var syncBytes = 64 * 1024 * 1024

        public init() {}
    }

    /// How far a drain has come.
    public struct Progress: Sendable {
        /// Messages to be retrieved in all, and their bytes by LIST, which need not be right.
        public var plannedMessages = 0
        public var plannedBytes = 0
        public var messages = 0
        public var bytes = 0
        /// Messages of the maildrop that are known from before and were not retrieved.
        public var known = 0
        /// Messages that the sink held already, or that are known by their content.
        public var alreadyPresent = 0
        public var deletionsRequested = 0
    }

    /// A message that stays on the server, and why.
    public typealias Failure = (message: MessageSummary, error: DrainError)

    /// What a drain did.
    public struct Report: Sendable {
        public var progress = Progress()
        /// Messages that could not be retrieved, stored or marked. They are still on the server.
        public var failures: [Failure] = []
        /// Messages that the server has, and names by lines that nobody can read.
        public var unreadableMessages = 0
        /// Whether messages were distinguished by their content alone, as the server has no UIDL; all are retrieved then.
        public var knowsByContentOnly = false
        public var quirks: Set<POP3Quirk> = []
    }

    /// A message that is finished in the sink and not yet synced.
    private struct Finished {
        let summary: MessageSummary
        /// What is remembered of it; nil where nothing is.
        let digest: [UInt8]?
    }

    private let session: POP3Session
    private let account: String
    private let sink: any MailSink
    private let seen: SeenMessageStore?
    private let options: Options
    private let onProgress: (Progress) -> Void

    private var report = Report()
    private var finished: [Finished] = []
    private var unsyncedBytes = 0
    private let hash: RunningDigest?
    /// The message of which chunks have come.
    private var underway: MessageSummary?
    private var underwayBytes = 0
    /// The numbers of messages that are known to be stored by id and size.
    private var expected: Set<Int> = []
    /// Whether such a message was retrieved and is the one that was stored: the server has not given old ids to new mail.
    private var areIDsProven = false

    /// - Parameters:
    ///   - account: names the maildrop over time, such as `user@host`; part of the hash that file names are made from.
    ///   - seen: what became of messages before; nil to fetch everything.
    ///   - onProgress: called for every message or chunk, in the caller's task.
    public init(
        _ session: POP3Session, account: String, into sink: any MailSink, seen: SeenMessageStore? = nil,
        options: Options = Options(), onProgress: @escaping (Progress) -> Void = { _ in }
    ) {
        self.session = session
        self.account = account
        self.sink = sink
        self.seen = seen
        self.options = options
        self.onProgress = onProgress
        hash = seen == nil ? nil : try? RunningDigest(.sha256)
    }

    /// Retrieves what is new, and ends the session with QUIT.
    ///
    /// - Throws: what stopped the drain. Everything that was finished before is durable and recorded even then. Deleting
    ///   is refused before anything is sent where the sink keeps less than whole messages.
    public func run() async throws(DrainError) -> Report {
        guard !options.deletes || sink.isLossless else { throw .sink(.notLossless) }
        do throws(DrainError) {
            try await drain()
        } catch {
            sink.cancel()
            // What is whole is worth keeping; the first error is the one to tell.
            _ = try? settle()
            throw error
        }
        report.quirks = await session.quirks
        return report
    }

    private func drain() async throws(DrainError) {
        do {
            let maildrop = try await session.list()
            let (positions, known) = try choose(from: maildrop)
            onProgress(report.progress)
            try await retrieve(positions, of: maildrop)
            if options.deletes { try await deleteKnown(known, of: maildrop) }
            try await session.quit()
        } catch let error as POP3Error {
            throw .session(error)
        } catch let error as SinkError {
            throw .sink(error)
        } catch let error as DrainError {
            throw error
        } catch {
            throw .session(POP3Error(.transport(.cancelled)))
        }
    }

    private func retrieve(_ positions: [Int], of maildrop: MaildropSummary) async throws {
        guard !positions.isEmpty else { return }
        for try await event in session.retrieveInChunks(
            .listed(maildrop, positions: positions), threshold: options.chunkThreshold)
        {
            switch event {
            case .chunk(let chunk): try await take(chunk)
            case .failure(let summary, let error): fail(summary, .session(error))
            }
            onProgress(report.progress)
        }
        try await settleAndDelete()
    }

    // MARK: What to fetch

    /// Deletes messages that are known to be stored, once one of them has been retrieved again and is what the list says.
    /// If it is another message, or cannot be had, nothing vouches for the ids, and all are retrieved.
    ///
    /// One, and after what is new: on a server that cuts sessions short, each run must get further than the last.
    private func deleteKnown(_ known: [Int], of maildrop: MaildropSummary) async throws {
        guard let last = known.last else { return }
        expected = Set(known.map { maildrop[$0].number })
        try await retrieve([last], of: maildrop)
        let rest = known.dropLast()
        guard !areIDsProven else { return try await delete(rest.map { maildrop[$0] }) }
        report.progress.known = 0
        try await retrieve(Array(rest), of: maildrop)
    }

    /// The places of the messages to retrieve, and of those that need not be: they are known from before.
    private func choose(from maildrop: MaildropSummary) throws -> (positions: [Int], known: [Int]) {
        report.unreadableMessages = maildrop.unreadableMessages
        report.knowsByContentOnly = seen != nil && !maildrop.isEmpty && !maildrop.contains { $0.uniqueID != nil }
        var positions: [Int] = []
        var known: [Int] = []
        for (position, summary) in maildrop.enumerated() {
            if isKnown(summary) {
                known.append(position)
            } else {
                positions.append(position)
                report.progress.plannedMessages += 1
                let (sum, overflow) = report.progress.plannedBytes.addingReportingOverflow(summary.size ?? 0)
                report.progress.plannedBytes = overflow ? .max : sum
            }
        }
        report.progress.known = known.count
        if let seen {
            lazy var present = Set(maildrop.compactMap(\.uniqueID))
            try seen.prune(listed: maildrop.count) { present.contains(UniqueID(bytes: $0)) }
        }
        return (positions, known)
    }

    /// Whether the message need not be retrieved: it went to these destinations before, by id and listed size; and where
    /// it is to be deleted, it is stored in one that keeps the whole message and was not created since.
    private func isKnown(_ summary: MessageSummary) -> Bool {
        guard let seen, let id = summary.uniqueID, !summary.sharesUniqueID,
            let state = seen.state(of: id.bytes, size: summary.size)
        else { return false }
        return !options.deletes || (state == .stored && sink.holdsEarlierMail)
    }

    // MARK: Storing

    private func take(_ chunk: MessageChunk) async throws {
        let summary = chunk.summary
        report.progress.bytes += chunk.bytes.count
        do throws(SinkError) {
            if chunk.isFirst {
                // The chunks before a restart of the message are dropped.
                abandonUnderway()
                hash?.reset()
            }
            hash?.update(chunk.bytes.span)
            if chunk.isFirst, chunk.isLast {
                let digest = hash?.finish()
                let delivery =
                    isStoredByContent(summary, digest)
                    ? .alreadyPresent : try sink.deliver(chunk.bytes, origin(summary))
                finish(summary, digest, delivery, chunk.bytes.count)
            } else {
                if chunk.isFirst {
                    underway = summary
                    underwayBytes = 0
                    try sink.begin(origin(summary))
                }
                underwayBytes += chunk.bytes.count
                try sink.write(chunk.bytes.span)
                guard chunk.isLast else { return }
                let digest = hash?.finish()
                let isStored = isStoredByContent(summary, digest)
                if isStored { sink.cancel() }
                underway = nil
                finish(summary, digest, isStored ? .alreadyPresent : try sink.finish(), underwayBytes)
            }
        } catch {
            // What is wrong with one message affects that message only.
            guard error.isOfMessageOnly else { throw error }
            sink.cancel()
            underway = nil
            fail(summary, .sink(error))
            return
        }
        if finished.count >= options.syncMessages || unsyncedBytes >= options.syncBytes {
            try await settleAndDelete()
        }
    }

    private func finish(_ summary: MessageSummary, _ digest: [UInt8]?, _ delivery: DeliveryOutcome, _ bytes: Int) {
        report.progress.messages += 1
        unsyncedBytes += bytes
        if delivery == .alreadyPresent { report.progress.alreadyPresent += 1 }
        finished.append(Finished(summary: summary, digest: digest))
    }

    private func abandonUnderway() {
        guard underway != nil else { return }
        sink.cancel()
        underway = nil
    }

    private func fail(_ summary: MessageSummary, _ error: DrainError) {
        if underway?.number == summary.number { abandonUnderway() }
        report.failures.append((summary, error))
    }

    /// Whether a message without an id of its own, or one that is to be compared with what its id stands for, is stored in
    /// these destinations already.
    private func isStoredByContent(_ summary: MessageSummary, _ digest: [UInt8]?) -> Bool {
        let isExpected = expected.contains(summary.number)
        guard let seen, let digest, isExpected || summary.uniqueID == nil || summary.sharesUniqueID else {
            return false
        }
        let isStored =
            switch seen.state(ofContent: digest) {
            case .stored: sink.holdsEarlierMail
            case .observed: !sink.isLossless
            case .imported, nil: false
            }
        if isExpected, isStored { areIDsProven = true }
        return isStored
    }

    private func origin(_ summary: MessageSummary) -> MessageOrigin {
        MessageOrigin(
            account: account, uidl: summary.uniqueID.map { $0.bytes }, number: summary.number,
            expectedSize: summary.size)
    }

    /// Makes what is finished durable, in the sink first and then in the list of seen messages, and returns it.
    @discardableResult
    private func settle() throws(SinkError) -> [MessageSummary] {
        guard !finished.isEmpty else { return [] }
        try sink.sync()
        if let seen {
            let state: SeenState = sink.isLossless ? .stored : .observed
            for message in finished {
                guard let digest = message.digest else { continue }
                let summary = message.summary
                let id = summary.sharesUniqueID ? nil : summary.uniqueID
                try seen.insert(state, uidl: id.map { $0.bytes }, size: summary.size, digest: digest)
            }
            try seen.sync()
        }
        defer {
            finished.removeAll(keepingCapacity: true)
            unsyncedBytes = 0
        }
        return finished.map(\.summary)
    }

    private func settleAndDelete() async throws {
        let durable = try settle()
        if options.deletes { try await delete(durable) }
    }

    private func delete(_ messages: [MessageSummary]) async throws {
        guard !messages.isEmpty else { return }
        report.progress.deletionsRequested += messages.count
        for failure in try await session.delete(messages.map(\.number)) {
            guard let number = failure.message else { continue }
            report.failures.append((messages.first { $0.number == number } ?? messages[0], .session(failure)))
        }
    }
}
