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
            var streamed = StreamedMessage()
            streamed.append(bytes)
            return streamed.hash
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
    private(set) var lineEnds = 0
    private var hasher = Hasher()
    private var startsLikeReply = false
    private var endsWithReturn = false
    private var tail: [UInt8] = []

    mutating func append(_ chunk: MessageBytes) {
        guard !chunk.isEmpty else { return }
        if size == 0 { startsLikeReply = StatusLine.begins(chunk) }
        if endsWithReturn, chunk[0] == 0x0A { lineEnds += 1 }
        lineEnds += MessageFrame.lineEnds(in: chunk)
        endsWithReturn = chunk[chunk.count - 1] == 0x0D
        size += chunk.count
        // The hasher reads the chunk's memory during the call only.
        unsafe chunk.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        tail += Array(chunk.extracting(max(0, chunk.count - Self.tailLength)..<chunk.count))
        if tail.count > Self.tailLength { tail.removeFirst(tail.count - Self.tailLength) }
    }

    var hash: Int { hasher.finalize() }

    var frame: MessageFrame { MessageFrame(startsLikeReply: startsLikeReply, end: MessageBytes(tail)) }
}
