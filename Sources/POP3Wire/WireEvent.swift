package import MessageBuffers

/// The shape of the reply that a command asks for.
package enum ResponseKind: Sendable, Hashable {
    /// One status line.
    case status
    /// One status line, or a challenge of an AUTH exchange.
    case challenge
    /// After `+OK`, lines up to the final dot: listings, capabilities.
    case lines
    /// A listing's entry of one message, after `+OK`; of servers that ignore the message number, the whole listing as in
    /// `lines`. Which one it is shows in whether a number follows `+OK`.
    case entry
    /// After `+OK`, a message up to the final dot.
    case message
}

/// What the scanner has found next in the stream.
package enum WireEvent: Sendable {
    case status(StatusLine)
    /// One line of a reply of kind `lines`, unstuffed, without its CRLF.
    case line(MessageBytes)
    /// The end of a reply of kind `lines`.
    case endOfLines
    /// A message, or the next chunk of one over the streaming threshold: unstuffed, with its last CRLF.
    case message(MessageBytes, isLast: Bool)
}
