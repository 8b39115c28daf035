internal import MailStores
public import MessageBuffers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Writes one line of JSON for each message to a file.
///
/// A line that a crash cut off is removed when the file is next opened. Of a message over the threshold, or that LIST
/// says is over it, only the header is held in memory and described, and the description is told so.
public final class JSONLinesSink: MailSink {
    /// A message to describe.
    public struct Input {
        /// The message, or where ``isTruncated`` its header only, with the empty line after it.
        public let message: MessageBytes
        public let origin: MessageOrigin
        /// The whole message's size in bytes.
        public let size: Int
        /// The message is over the threshold, or was announced to be.
        public let isTruncated: Bool
    }

    /// Adds one JSON object to `line`.
    ///
    /// - Throws: ``SinkError/notDescribed(reason:)`` where there is nothing to say of this message; it then counts as not
    ///   delivered.
    public typealias Description = (_ input: Input, _ line: inout [UInt8]) throws(SinkError) -> Void

    /// A line has no contents of attachments, and of a large message the header only.
    public let isLossless = false

    /// The largest message that is held in memory, in bytes.
    public static let defaultThreshold = 33_554_432
    /// The most that is kept of a larger one to find its header in: MIME's limit of header bytes.
    static let maximumHeadLength = 2_097_152

    private let file: File
    private let durability: Durability
    private let threshold: Int
    private let describe: Description
    /// Where the next line goes.
    private var end = 0
    private var isUsable = true
    private var origin: MessageOrigin?
    private var collector = MessageCollector(expecting: 0)
    private var size = 0
    /// The message under way is over the threshold, or announced to be.
    private var isTruncated = false
    private var line: [UInt8] = []

    /// Opens or creates the file and removes a line without an end.
    ///
    /// - Throws: ``SinkError/locked(path:)`` where another process writes to the file.
    public init(
        path: String, threshold: Int = defaultThreshold, durability: Durability = .fsync,
        describe: @escaping Description
    ) throws(SinkError) {
        self.threshold = threshold
        self.durability = durability
        self.describe = describe
        file = try File.openRegularFile(path)
        guard try file.lockExclusively() else { throw .locked(path: path) }
        end = try endOfLastLine()
        if try file.length() > end { try file.truncate(to: end) }
        if durability == .fsync { try Directory.parentDirectory(of: path).synchronize() }
    }

    public func begin(_ origin: MessageOrigin) throws(SinkError) {
        guard isUsable else { throw .unusable(path: file.path) }
        self.origin = origin
        size = 0
        let expected = origin.expectedSize ?? 0
        isTruncated = expected > threshold
        collector = MessageCollector(expecting: max(0, min(expected, isTruncated ? Self.maximumHeadLength : threshold)))
    }

    public func write(_ chunk: RawSpan) throws(SinkError) {
        size += chunk.byteCount
        if size > threshold, !isTruncated {
            isTruncated = true
            collector.shorten(to: Self.maximumHeadLength)
        }
        let room = isTruncated ? max(0, Self.maximumHeadLength - collector.count) : chunk.byteCount
        collector.append(chunk.extracting(0..<min(room, chunk.byteCount)))
    }

    /// - Returns: `buffered`.
    public func finish() throws(SinkError) -> DeliveryOutcome {
        guard let origin else { return .buffered }
        cancel()
        let message = collector.message
        collector = MessageCollector(expecting: 0)
        return try append(
            Input(
                message: isTruncated ? header(of: message) : message, origin: origin, size: size,
                isTruncated: isTruncated))
    }

    public func deliver(_ message: MessageBytes, _ origin: MessageOrigin) throws(SinkError) -> DeliveryOutcome {
        guard isUsable else { throw .unusable(path: file.path) }
        cancel()
        let isTruncated = message.count > threshold
        return try append(
            Input(
                message: isTruncated ? header(of: message) : message, origin: origin, size: message.count,
                isTruncated: isTruncated))
    }

    public func cancel() {
        origin = nil
    }

    public func sync() throws(SinkError) {
        guard isUsable else { throw .unusable(path: file.path) }
        guard durability == .fsync else { return }
        do throws(SinkError) {
            try file.synchronize()
        } catch {
            isUsable = false
            throw error
        }
    }

    private func append(_ input: Input) throws(SinkError) -> DeliveryOutcome {
        line.removeAll(keepingCapacity: line.capacity <= Self.maximumHeadLength)
        try describe(input, &line)
        guard !line.isEmpty else { throw .notDescribed(reason: "there is no description") }
        // In JSON a raw line end is mere white space; here it would end the line.
        for index in line.indices where line[index] == UInt8(ascii: "\n") { line[index] = UInt8(ascii: " ") }
        line.append(UInt8(ascii: "\n"))
        let bytes = line
        do throws(SinkError) {
            try file.write(bytes.rawSpan, at: end)
        } catch {
            isUsable = (try? file.truncate(to: end)) != nil
            throw error
        }
        end += bytes.count
        return .buffered
    }

    /// The beginning of `message` up to and with the first empty line, or all that is kept where there is none.
    private func header(of message: MessageBytes) -> MessageBytes {
        let head = message.extracting(0..<min(message.count, Self.maximumHeadLength))
        var lineStart = 0
        while let lf = head.span.firstOffset(of: UInt8(ascii: "\n"), from: lineStart) {
            let length = lf - lineStart
            if length == 0 || length == 1 && head[lineStart] == UInt8(ascii: "\r") {
                return head.extracting(0..<(lf + 1))
            }
            lineStart = lf + 1
        }
        return head
    }

    /// The length of the file up to and with its last line end.
    private func endOfLastLine() throws(SinkError) -> Int {
        let windowLength = 65_536
        var position = try file.length()
        while position > 0 {
            let start = max(0, position - windowLength)
            let window = try file.read(position - start, at: start)
            if let lf = window.lastIndex(of: UInt8(ascii: "\n")) { return start + lf + 1 }
            position = start
        }
        return 0
    }
}
