package import MailStorage

/// What of a message can be a reply that went astray: its first and its last line.
package enum MessageFrame {
    /// Whether the first or the last line of a whole message begins with `+OK` or `-ERR`.
    package static func looksLikeReply(_ message: MessageBytes) -> Bool {
        StatusLine.begins(message) || lastLineLooksLikeReply(message)
    }

    /// Whether the last line begins with `+OK` or `-ERR`. `end` may also be only the end of a message, if it holds the
    /// whole of a line that is long enough for a reply.
    package static func lastLineLooksLikeReply(_ end: MessageBytes) -> Bool {
        var length = end.count
        if length > 0, end[length - 1] == 0x0A { length -= 1 }
        return StatusLine.begins(end[lineStart(of: end, before: length)..<length])
    }

    private static func lineStart(of message: MessageBytes, before end: Int) -> Int {
        unsafe message.withUnsafeBytes { bytes in
            // Sound: only bytes before `end` are read, which is at most the message's size.
            var start = end
            while start > 0, unsafe bytes[start - 1] != 0x0A { start -= 1 }
            return start
        }
    }

    /// How many CRLF `message` has. O(n).
    package static func lineEnds(in message: MessageBytes) -> Int {
        unsafe message.withUnsafeBytes { bytes in
            var count = 0
            for index in 1..<max(1, bytes.count) {
                // Sound: both places lie within the buffer.
                count += unsafe bytes[index] == 0x0A && bytes[index - 1] == 0x0D ? 1 : 0
            }
            return count
        }
    }
}
