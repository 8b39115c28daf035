/// Removes the stuffing dots of one multi-line response in memory of the caller, and finds its end (RFC 1939 §3).
///
/// For a transport that has buffers of its own. The response is everything after its status line: give the unstuffer the
/// bytes in the order of arrival, in buffers of any size, until it has found the terminator. Each call moves the bytes that
/// follow a removed dot within the buffer, and no others: a buffer without stuffing is read only.
///
///     in:  . . a CR LF b CR LF . . CR LF . CR LF + O K
///     out: . a CR LF b CR LF . CR LF |         | + O K
///                       messageCount ^         ^ consumedCount
///
/// The bytes from ``Outcome/consumedCount`` on have not been touched. If the response is complete, they belong to the next
/// one. If it is not, they are at most two: a dot that starts a line, alone or followed by CR, which is a terminator or a
/// stuffing dot, depending on the next bytes. **The caller keeps them and puts them before the next bytes.** Any other state
/// is kept in the unstuffer, so that however the response is cut into buffers, the message bytes are the same.
///
/// At the end of the stream, a dot that is left over in this way is the terminator of a server that leaves out the line
/// end; a stream that ends in any other way has lost a part of the response.
///
/// The unstuffer has no limit: a caller that collects messages bounds them itself. It holds no reference to a buffer after
/// a call has returned, allocates nothing, and costs O(n) for all buffers together. It is noncopyable: two copies could
/// remove the dots of one response twice.
@safe
public struct DotUnstuffer: ~Copyable, Sendable {
    /// What a buffer holds after a call.
    public struct Outcome: Sendable, Hashable {
        /// The number of bytes of the message, without stuffing dots: they lie at the start of the buffer.
        public let messageCount: Int
        /// The number of bytes at the start of the buffer that are done with. Those from ``messageCount`` to here have no
        /// meaning any more.
        public let consumedCount: Int
        /// Whether the terminator was found.
        public let isComplete: Bool
    }

    private var unstuffer = MessageUnstuffer(start: 0, expectedSize: nil, isStreaming: true)
    private let acceptsBareLineFeeds: Bool
    /// The number of bytes that the last call has left to the caller.
    private var leftCount = 0
    /// Whether the terminator was found. The unstuffer has done its work then; the next response has one of its own.
    public private(set) var isComplete = false

    /// An unstuffer at the start of a response, after its status line.
    ///
    /// - Parameter acceptsBareLineFeeds: whether LF alone ends a line, as CRLF does: only for a server that is known to need
    ///   it, as a message with a bare LF before a dot would lose that dot, or end there.
    public init(acceptsBareLineFeeds: Bool = false) {
        self.acceptsBareLineFeeds = acceptsBareLineFeeds
    }

    /// Removes stuffing dots from the next bytes of the response, where they lie.
    ///
    /// - Parameter buffer: what the last call has not consumed, and after it the bytes that arrived since. It may be empty.
    ///   The caller owns the memory; it is read and written during the call only.
    /// - Returns: how much of the buffer is message, and how much is done with.
    /// - Precondition: `isComplete` is false, and the buffer begins with the bytes that were not consumed.
    public mutating func unstuff(_ buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        precondition(!isComplete, "a response has one end")
        precondition(
            unsafe buffer.count >= leftCount && (leftCount == 0 || buffer[0] == UInt8(ascii: "."))
                && (leftCount < 2 || buffer[1] == 0x0D),
            "the bytes that were not consumed come first")
        // The offsets of the last call are those of another buffer: what it left begins at the start of this one.
        unstuffer.shift(by: -unstuffer.firstUnused)
        let context = MessageUnstuffer.Context(
            filled: buffer.count, acceptsBareLineFeeds: acceptsBareLineFeeds, isFollowedByReply: false, atEnd: false)
        if let end = unsafe unstuffer.advance(in: buffer, context) {
            isComplete = true
            return Outcome(messageCount: unstuffer.output.upperBound, consumedCount: end.next, isComplete: true)
        }
        let message = unsafe unstuffer.takeChunk(in: buffer, context)
        leftCount = buffer.count - unstuffer.firstUnused
        return Outcome(
            messageCount: message.upperBound, consumedCount: unstuffer.firstUnused, isComplete: false)
    }

    /// Removes stuffing dots from the next bytes of the response, where they lie.
    ///
    /// - Parameter bytes: what the last call has not consumed, and after it the bytes that arrived since. It may be empty.
    /// - Returns: how much of the span is message, and how much is done with.
    /// - Precondition: `isComplete` is false, and the span begins with the bytes that were not consumed.
    public mutating func unstuff(_ bytes: inout MutableRawSpan) -> Outcome {
        // The span gives exclusive access to its memory, which is valid for the call; any byte values may be written.
        unsafe bytes.withUnsafeMutableBytes { unsafe unstuff($0) }
    }
}
