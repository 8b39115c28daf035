internal import MailStores
internal import MessageBuffers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Appends to one mbox file, mboxrd kind: `>*From ` at the start of a line gets one more `>`, so that reading can undo
/// it.
///
/// The file is locked (`fcntl`) from a batch's first message to the ``sync()`` that ends it. An append that a crash cut
/// off is removed when the file is next opened, with the help of a note in `FILE.sluice`; mail that other programs have
/// appended stays. Line ends are kept, the separating lines following suit; what an mbox cannot say is that a message
/// has no final line end: it gets one.
public final class MboxrdSink: MailSink {
    /// What is collected before it is written.
    static let bufferLength = 262_144

    public let isLossless = true
    public let holdsEarlierMail: Bool

    private let lineEnds: LineEnds
    private let durability: Durability
    private let file: File
    private let journal: MboxJournal

    /// The lock is held and the journal says that an append is under way.
    private var isAppending = false
    private var isUsable = true
    /// Where the next byte goes, and where the message under way began.
    private var end = 0
    private var messageStart: Int?
    private var buffer: [UInt8] = []
    private var converter = LineEndConverter()
    private var escaper = MboxrdEscaper()
    private var converted: [UInt8] = []

    /// Opens or creates the file, and removes an append that was cut off. O(what was cut off).
    ///
    /// - Throws: ``MailStores/SinkError``: the file cannot be opened, is no regular file, or another process has locked it.
    public init(
        path: String, lineEnds: LineEnds = .asReceived, durability: Durability = .fsync
    ) throws(SinkError) {
        self.lineEnds = lineEnds
        self.durability = durability
        file = try File.openRegularFile(path)
        holdsEarlierMail = try file.length() > 0
        journal = try MboxJournal(besides: path, durability: durability)
        try file.lockForMail()
        defer { file.unlockForMail() }
        try recover()
    }

    deinit {
        cancel()
        // Finished messages that were never synced are whole, and keeping them costs nothing: they are synced now, and
        // the journal's entry ends with them.
        if isAppending { try? sync() }
    }

    public func begin(_ origin: MessageOrigin) throws(SinkError) {
        cancel()
        guard isUsable else { throw .unusable(path: file.path) }
        if !isAppending { try beginAppend() }
        messageStart = end
        escaper = MboxrdEscaper()
        converter.reset()
        buffer.removeAll(keepingCapacity: true)
        try appendSeparation()
        buffer += MboxFromLine.line()
        buffer += lineEnd
    }

    public func write(_ chunk: RawSpan) throws(SinkError) {
        guard messageStart != nil else { return }
        // In pieces, so that the buffer stays small whatever the chunk is.
        for start in stride(from: 0, to: chunk.byteCount, by: Self.bufferLength) {
            quote(chunk.extracting(start..<min(start + Self.bufferLength, chunk.byteCount)))
            if buffer.count >= Self.bufferLength { try flush() }
        }
    }

    /// - Returns: `buffered`.
    public func finish() throws(SinkError) -> DeliveryOutcome {
        guard messageStart != nil else { return .buffered }
        if lineEnds == .lf {
            converted.removeAll(keepingCapacity: true)
            converter.finish(into: &converted)
            let rest = converted
            escaper.escape(rest.rawSpan, into: &buffer)
        }
        escaper.finish(into: &buffer)
        if !escaper.endsWithLF { buffer += lineEnd }
        buffer += lineEnd
        try flush()
        messageStart = nil
        return .buffered
    }

    public func cancel() {
        guard let start = messageStart else { return }
        messageStart = nil
        buffer.removeAll(keepingCapacity: true)
        do throws(SinkError) {
            if end > start { try file.truncate(to: start) }
            end = start
        } catch {
            // Half a message stays at the end; the journal is open, so that the next one to open the file removes it.
            isUsable = false
        }
    }

    public func sync() throws(SinkError) {
        guard isUsable else { throw .unusable(path: file.path) }
        guard isAppending, messageStart == nil else { return }
        do throws(SinkError) {
            if durability == .fsync { try file.synchronize() }
            try journal.endAppend(to: file, at: end)
        } catch {
            // What the disk holds of the batch is unknown: recovery takes all of it out.
            isUsable = false
            throw error
        }
        isAppending = false
        file.unlockForMail()
    }

    private var lineEnd: [UInt8] { lineEnds == .lf ? [0x0A] : [0x0D, 0x0A] }

    private func beginAppend() throws(SinkError) {
        try file.lockForMail()
        do throws(SinkError) {
            try recover()
            end = try file.length()
            try journal.beginAppend(to: file, at: end)
            isAppending = true
        } catch {
            file.unlockForMail()
            throw error
        }
    }

    private func recover() throws(SinkError) {
        guard let start = try journal.tornAppend(to: file) else { return }
        try MboxRecovery(file).removeTail(from: start)
        if durability == .fsync { try file.synchronize() }
        try journal.endAppend(to: file, at: try file.length())
    }

    /// A message begins after an empty line; what other programs wrote may not end with one.
    private func appendSeparation() throws(SinkError) {
        guard end > 0 else { return }
        let tail = try file.read(min(4, end), at: max(0, end - 4)).filter { $0 != 0x0D }
        if tail.last != 0x0A { buffer += lineEnd }
        if !tail.suffix(2).elementsEqual([0x0A, 0x0A]) { buffer += lineEnd }
    }

    private func quote(_ chunk: RawSpan) {
        guard lineEnds == .lf else { return escaper.escape(chunk, into: &buffer) }
        converted.removeAll(keepingCapacity: true)
        converter.convert(chunk, into: &converted)
        let bytes = converted
        escaper.escape(bytes.rawSpan, into: &buffer)
    }

    private func flush() throws(SinkError) {
        let bytes = buffer
        do throws(SinkError) {
            // Counted first: after a failure some of it may have been written, and has to be cut off again.
            let start = end
            end += bytes.count
            try file.write(bytes.rawSpan, at: start)
        } catch {
            cancel()
            throw error
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
