package import MessageBuffers

/// Whether the first or the last line of a message looks like a reply: a message with such a line may be one that has
/// taken in another command's reply.
package struct MessageFrame: Sendable {
    /// Whether the first line begins with `+OK` or `-ERR`.
    package let startsLikeReply: Bool
    /// Whether the last line does.
    package let endsLikeReply: Bool

    /// Neither line looks like a reply.
    package static let ordinary = MessageFrame(startsLikeReply: false, endsLikeReply: false)

    private init(startsLikeReply: Bool, endsLikeReply: Bool) {
        self.startsLikeReply = startsLikeReply
        self.endsLikeReply = endsLikeReply
    }

    /// The frame of a whole message.
    package init(_ message: MessageBytes) {
        self.init(startsLikeReply: StatusLine.begins(message), end: message)
    }

    /// - Parameter end: the end of the message, with the whole of its last line if that is as short as a reply.
    package init(startsLikeReply: Bool, end: MessageBytes) {
        self.init(startsLikeReply: startsLikeReply, endsLikeReply: Self.lastLineLooksLikeReply(end))
    }

    package var looksLikeReply: Bool { startsLikeReply || endsLikeReply }

    private static func lastLineLooksLikeReply(_ end: MessageBytes) -> Bool {
        var length = end.count
        if length > 0, end[length - 1] == 0x0A { length -= 1 }
        return StatusLine.begins(end.extracting(lineStart(of: end, before: length)..<length))
    }

    private static func lineStart(of message: MessageBytes, before end: Int) -> Int {
        unsafe message.withUnsafeBytes { bytes in
            // Sound: only bytes before `end` are read, which is at most the message's size.
            var start = end
            // Eight bytes at a time while none is LF: then no byte of the XOR with eight LF is zero.
            while start >= 8 {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: start - 8, as: UInt64.self)
                let difference = word ^ 0x0A0A_0A0A_0A0A_0A0A
                guard (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080 == 0 else { break }
                start -= 8
            }
            while start > 0, unsafe bytes[start - 1] != 0x0A { start -= 1 }
            return start
        }
    }

    /// The number of CRLF in `message`. O(n).
    package static func lineEnds(in message: MessageBytes) -> Int {
        unsafe message.withUnsafeBytes { bytes in
            var count = 0
            var start = 1
            while start < bytes.count {
                // As many as a byte can count: the compiler makes vectors of bytes of the inner loop.
                let end = min(start + Int(UInt8.max), bytes.count)
                var counted: UInt8 = 0
                for index in start..<end {
                    // Sound: both places lie within the buffer.
                    let isLineFeed: UInt8 = unsafe bytes[index] == 0x0A ? 1 : 0
                    let isAfterReturn: UInt8 = unsafe bytes[index - 1] == 0x0D ? 1 : 0
                    counted &+= isLineFeed & isAfterReturn
                }
                count += Int(counted)
                start = end
            }
            return count
        }
    }
}
