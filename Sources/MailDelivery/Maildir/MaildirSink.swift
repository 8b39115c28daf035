internal import CFileDurability
internal import Digests
internal import MailStores
internal import MessageBuffers
internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Delivers into a Maildir, one file for each message: written in `tmp`, forced to the disk, then moved to `new`.
///
/// A file's name is made from account, UIDL and content alone. The same message delivered again has the same name, is
/// recognised in `new` and `cur`, and is not written twice. No name holds anything that the server chose.
///
/// Messages are made durable in batches, which share the waiting for the disk; they show up in `new` when their batch
/// is durable, never before.
public final class MaildirSink: MailSink {
    /// How a Maildir is written.
    public struct Options: Sendable {
        public var lineEnds: LineEnds
        public var durability: Durability
        /// The messages after which `finish()` makes the batch durable by itself. Each holds a file open until then.
        public var batchLimit: Int

        public static let defaultBatchLimit = 128

        public init(
            lineEnds: LineEnds = .asReceived, durability: Durability = .fsync, batchLimit: Int = defaultBatchLimit
        ) {
            self.lineEnds = lineEnds
            self.durability = durability
            self.batchLimit = max(1, batchLimit)
        }
    }

    /// A file in `tmp`; the message under way, or complete and waiting for its batch.
    private struct Pending {
        let descriptor: CInt
        let name: [CChar]
        let origin: MessageOrigin
        var size = 0
        var key: MaildirKey?
    }

    public let isLossless = true
    public let holdsEarlierMail: Bool

    private let options: Options
    private let new: Directory
    private let current: Directory
    private var temporaries: MaildirTemporaries
    private let hash: RunningDigest
    private var converter = LineEndConverter()
    private var converted: [UInt8] = []

    private var open: Pending?
    private var batch: [Pending] = []
    /// What `new` and `cur` hold of ours, by what was found there and what has been delivered since.
    private var present: Set<MaildirKey> = []
    /// A message was found that an earlier run had delivered, and whether that run forced it to the disk is not known.
    private var reliesOnEarlierRun = false
    private var earlierRunIsDurable = false
    /// False once a batch has failed: its messages are gone, and no later success may be taken to include them.
    private var isUsable = true

    /// Opens the Maildir at `directory`, or makes one where there is nothing or an empty folder. O(messages in it).
    ///
    /// - Throws: ``SinkError/unsuitable(path:reason:)`` where the folder holds other things than a Maildir.
    public init(directory: String, options: Options = Options()) throws(SinkError) {
        guard let hash = try? RunningDigest(.sha256) else {
            throw .unsuitable(path: directory, reason: "OpenSSL provides no SHA-256 to name its files by")
        }
        self.hash = hash
        self.options = options
        let isNew = try MaildirDirectories.prepare(directory, durably: options.durability == .fsync)
        new = try Directory(path: directory + "/new")
        current = try Directory(path: directory + "/cur")
        temporaries = try MaildirTemporaries(in: Directory(path: directory + "/tmp"))
        holdsEarlierMail = !isNew
        for folder in [new, current] {
            try folder.forEachName { name in
                if let key = MaildirKey(fileName: name) { present.insert(key) }
            }
        }
    }

    deinit {
        cancel()
        discardBatch()
        temporaries.close()
    }

    public func begin(_ origin: MessageOrigin) throws(SinkError) {
        cancel()
        guard isUsable else { throw .unusable(path: new.path) }
        let name = temporaries.nextName()
        open = Pending(descriptor: try temporaries.directory.createFile(name), name: name, origin: origin)
        hash.reset()
        converter.reset()
    }

    public func write(_ chunk: RawSpan) throws(SinkError) {
        hash.update(chunk)
        guard options.lineEnds == .lf else { return try append(chunk) }
        converted.removeAll(keepingCapacity: true)
        converter.convert(chunk, into: &converted)
        let bytes = converted
        try append(bytes.rawSpan)
    }

    /// - Returns: `buffered`, or `durable` where the message completed a batch.
    public func finish() throws(SinkError) -> DeliveryOutcome {
        if options.lineEnds == .lf {
            converted.removeAll(keepingCapacity: true)
            converter.finish(into: &converted)
            let bytes = converted
            try append(bytes.rawSpan)
        }
        guard var message = open else { return .buffered }
        let key = MaildirKey(
            account: message.origin.account, uidl: message.origin.uidl, contentDigest: hash.finish(), hash: hash)
        guard present.insert(key).inserted else {
            cancel()
            reliesOnEarlierRun = true
            return .alreadyPresent
        }
        message.key = key
        open = nil
        batch.append(message)
        guard batch.count >= options.batchLimit else { return .buffered }
        try sync()
        return .durable
    }

    public func cancel() {
        guard let message = open else { return }
        open = nil
        discard(message)
    }

    public func sync() throws(SinkError) {
        guard isUsable else { throw .unusable(path: new.path) }
        if options.durability == .fsync, reliesOnEarlierRun, !earlierRunIsDurable {
            try new.synchronizeFileSystem()
            earlierRunIsDurable = true
        }
        guard !batch.isEmpty else { return }
        do throws(SinkError) {
            if options.durability == .fsync { try makeContentDurable() }
            try publish()
            if options.durability == .fsync { try new.synchronize() }
        } catch {
            discardBatch()
            isUsable = false
            throw error
        }
    }

    private func append(_ bytes: RawSpan) throws(SinkError) {
        guard let message = open, !bytes.isEmpty else { return }
        do throws(Errno) {
            try writeAll(bytes, to: message.descriptor)
        } catch {
            cancel()
            throw .system(.write, path: temporaries.directory.path, error)
        }
        open?.size += bytes.byteCount
    }

    /// Forces the batch's data to the disk. The writing of all files is started first, so that waiting for the first
    /// one covers most of the others.
    private func makeContentDurable() throws(SinkError) {
        for message in batch {
            // A hint: what it does not achieve, fsync does.
            _ = sluice_start_writing(message.descriptor)
        }
        for message in batch where retryingInterrupted({ fsync(message.descriptor) }) != 0 {
            throw .system(.synchronize, path: temporaries.directory.path, .current)
        }
    }

    /// Moves the batch's files to `new`. A file that has the name already holds the same message.
    private func publish() throws(SinkError) {
        var published = 0
        defer { batch.removeFirst(published) }
        for message in batch {
            guard let key = message.key else { continue }
            try temporaries.directory.move(message.name, to: new, as: key.fileName(size: message.size))
            close(message.descriptor)
            published += 1
        }
    }

    private func discardBatch() {
        for message in batch {
            if let key = message.key { present.remove(key) }
            discard(message)
        }
        batch.removeAll()
    }

    private func discard(_ message: Pending) {
        close(message.descriptor)
        // Where this fails, the next sink on the Maildir removes the file.
        try? temporaries.directory.remove(message.name)
    }
}
