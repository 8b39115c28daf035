import MessageBuffers
import POP3Wire

/// What one retrieval of a message gave, to be compared with what another one gives.
enum MessageCopy: Sendable {
    case whole(MessageBytes)
    /// A message that was given in chunks, by its size and a hash with a seed of its own in each process.
    case streamed(size: Int, hash: Int)

    var size: Int {
        switch self {
        case .whole(let bytes): bytes.count
        case .streamed(let size, _): size
        }
    }

    private var hash: Int {
        switch self {
        case .whole(let bytes):
            var hasher = Hasher()
            // The hasher reads the message's memory during the call only.
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
            return hasher.finalize()
        case .streamed(_, let hash): return hash
        }
    }

    func isSame(as other: MessageCopy) -> Bool {
        if case .whole(let left) = self, case .whole(let right) = other { return left == right }
        return size == other.size && hash == other.hash
    }
}

/// What is kept of a message that is given in chunks.
struct StreamedMessage: Sendable {
    /// Longer than any status line that can be taken for one.
    private static let tailLength = 1024

    private(set) var size = 0
    /// How many CRLF the message has; nil where they are not counted.
    private(set) var lineEnds: Int?
    private var hasher: Hasher?
    private var startsLikeReply = false
    private var endsWithReturn = false
    private var tail: [UInt8] = []

    /// - Parameters:
    ///   - isRetry: whether the message is retrieved again, since something about it was suspicious: then all of it is
    ///     hashed and counted.
    ///   - countsLineEnds: whether its size may be the listed one less a byte for each line.
    init(isRetry: Bool, countsLineEnds: Bool) {
        hasher = isRetry ? Hasher() : nil
        lineEnds = isRetry || countsLineEnds ? 0 : nil
    }

    mutating func append(_ chunk: MessageBytes) {
        guard !chunk.isEmpty else { return }
        if size == 0 {
            startsLikeReply = StatusLine.begins(chunk)
            if startsLikeReply, hasher == nil { hasher = Hasher() }
        }
        if let counted = lineEnds {
            lineEnds = counted + MessageFrame.lineEnds(in: chunk) + (endsWithReturn && chunk[0] == 0x0A ? 1 : 0)
        }
        endsWithReturn = chunk[chunk.count - 1] == 0x0D
        size += chunk.count
        // The hasher reads the chunk's memory during the call only.
        unsafe chunk.withUnsafeBytes { unsafe hasher?.combine(bytes: $0) }
        tail += Array(chunk.extracting(max(0, chunk.count - Self.tailLength)..<chunk.count))
        if tail.count > Self.tailLength { tail.removeFirst(tail.count - Self.tailLength) }
    }

    /// Nil where nothing asked for it before the message's second chunk.
    var hash: Int? { hasher?.finalize() }

    var frame: MessageFrame { MessageFrame(startsLikeReply: startsLikeReply, end: MessageBytes(tail)) }
}
