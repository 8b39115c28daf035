import MailStorage
public import POP3

/// Moves the messages of one maildrop into a sink, and marks them as deleted once they are durable there.
///
/// The order that nothing is lost by: a message is finished in the sink, the sink is synced, the UIDL memory is synced,
/// and only then DELE goes out; QUIT commits it. A crash at any point leaves a message on the server, in the sink, or
/// in both.
public final class MaildropDrain {
    public struct Options: Sendable {
        /// Whether to delete what has been stored, and, with a UIDL memory, what it says was stored before.
        public var deletes = false
        /// Messages from this size on go through in chunks.
        public var chunkThreshold = 4 * 1024 * 1024
        /// After how many messages the sink is made durable, at the latest.
        public var syncMessages = 128
        /// After how many octets the sink is made durable, at the latest.
        public var syncOctets = 64 * 1024 * 1024

        public init() {}
    }

    /// How far a drain has come.
    public struct Progress: Sendable {
        /// Messages to be retrieved in all, and their octets by LIST.
        public var plannedMessages = 0
        public var plannedOctets = 0
        public var messages = 0
        public var octets = 0
        /// Messages of the maildrop that were stored before.
        public var known = 0
        /// Messages that the sink held already.
        public var alreadyPresent = 0
        public var deletionsRequested = 0
    }

    /// What a drain did.
    public struct Report: Sendable {
        public var progress = Progress()
        /// Messages that could not be retrieved or marked, each with its reason. They are still on the server.
        public var failures: [(message: MessageSummary, error: POP3Error)] = []
        public var quirks: Set<POP3Quirk> = []
    }

    private let session: POP3Session
    private let account: String
    private let sink: any MailSink
    private let memory: UIDLMemory?
    private let options: Options
    private let onProgress: (Progress) -> Void

    private var report = Report()
    private var unsynced: [MessageSummary] = []
    private var unsyncedOctets = 0

    /// - Parameters:
    ///   - account: names the maildrop over time, such as `user@host`; part of the hash that file names are made from.
    ///   - memory: what was fetched before; nil to fetch everything.
    ///   - onProgress: called for every message or chunk, in the caller's task.
    public init(
        _ session: POP3Session, account: String, into sink: any MailSink, memory: UIDLMemory? = nil,
        options: Options = Options(), onProgress: @escaping (Progress) -> Void = { _ in }
    ) {
        self.session = session
        self.account = account
        self.sink = sink
        self.memory = memory
        self.options = options
        self.onProgress = onProgress
    }

    /// Retrieves what is new, and ends the session with QUIT.
    ///
    /// - Throws: what stopped the drain. Everything that was finished before is durable and recorded even then.
    public func run() async throws(DrainError) -> Report {
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
            let positions = try await choose(from: maildrop)
            for try await event in session.retrieveInChunks(
                .listed(maildrop, positions: positions), threshold: options.chunkThreshold)
            {
                switch event {
                case .chunk(let chunk): try await take(chunk)
                case .failure(let summary, let error): report.failures.append((summary, error))
                }
                onProgress(report.progress)
            }
            try await settleAndDelete()
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

    // MARK: What to fetch

    /// The places of the messages to retrieve. Those that the memory knows are marked as deleted here, if at all.
    private func choose(from maildrop: MaildropSummary) async throws -> [Int] {
        var positions: [Int] = []
        var known: [MessageSummary] = []
        for (position, summary) in maildrop.enumerated() {
            if let memory, let id = summary.uniqueID, memory.contains(Array(id.octets)) {
                known.append(summary)
            } else {
                positions.append(position)
                report.progress.plannedMessages += 1
                report.progress.plannedOctets += summary.size
            }
        }
        report.progress.known = known.count
        try forgetDeleted(known, of: maildrop.count)
        if options.deletes { try await delete(known) }
        onProgress(report.progress)
        return positions
    }

    /// Takes ids out of the memory that the server no longer has, once they are the greater part of it.
    private func forgetDeleted(_ known: [MessageSummary], of count: Int) throws(SinkError) {
        guard let memory, memory.count > 2 * count + 1024 else { return }
        let present = Set(known.compactMap(\.uniqueID))
        try memory.compact { id in
            var octets: [UInt8] = []
            octets.append(copying: id)
            return present.contains(UniqueID(octets[...]))
        }
    }

    // MARK: Storing

    private func take(_ chunk: MessageChunk) async throws {
        let summary = chunk.summary
        report.progress.octets += chunk.bytes.count
        unsyncedOctets += chunk.bytes.count
        let delivery: Delivery
        if chunk.isFirst, chunk.isLast {
            delivery = try sink.deliver(chunk.bytes, envelope(summary))
        } else {
            if chunk.isFirst { try sink.begin(envelope(summary)) }
            try sink.write(chunk.bytes.span)
            guard chunk.isLast else { return }
            delivery = try sink.finish()
        }
        report.progress.messages += 1
        if delivery == .alreadyPresent { report.progress.alreadyPresent += 1 }
        unsynced.append(summary)
        if unsynced.count >= options.syncMessages || unsyncedOctets >= options.syncOctets {
            try await settleAndDelete()
        }
    }

    private func envelope(_ summary: MessageSummary) -> MessageEnvelope {
        MessageEnvelope(
            account: account, uidl: summary.uniqueID.map { Array($0.octets) }, number: summary.number,
            expectedSize: summary.size)
    }

    /// Makes what is finished durable, in the sink first and then in the memory, and returns it.
    @discardableResult
    private func settle() throws(SinkError) -> [MessageSummary] {
        guard !unsynced.isEmpty else { return [] }
        try sink.sync()
        if let memory {
            for summary in unsynced {
                if let id = summary.uniqueID { try memory.insert(Array(id.octets)) }
            }
            try memory.sync()
        }
        defer {
            unsynced.removeAll(keepingCapacity: true)
            unsyncedOctets = 0
        }
        return unsynced
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
            report.failures.append((messages.first { $0.number == number } ?? messages[0], failure))
        }
    }
}
