public import MessageBuffers

/// The form of the reply that a command asks for. Later versions may add cases.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum ResponseKind: Sendable, Hashable {
    /// One status line: the greeting, and the replies to USER, PASS, STAT, DELE, NOOP, RSET, QUIT and STLS.
    case status
    /// One status line or, as a step of an AUTH exchange, a challenge (RFC 5034 §4).
    case challenge
    /// After `+OK`, lines up to the final dot: CAPA, and LIST and UIDL without a message number.
    case lines
    /// The reply to LIST or UIDL with a message number: one status line with the entry. Some servers ignore the number and
    /// send the whole listing; such a reply has no number after `+OK`, and is read as ``lines``.
    case entry
    /// After `+OK`, a message up to the final dot: RETR and TOP.
    case message
}

/// What the scanner has found next in the stream.
///
/// The `MessageBytes` of an event share the memory of the receive block and keep it allocated: copy what is small and
/// kept for long.
public enum WireEvent: Sendable {
    /// The first line of a reply, or all of it.
    case status(StatusLine)
    /// One line of a reply of kind ``ResponseKind/lines``, without its stuffing dot and its CRLF.
    case line(MessageBytes)
    /// The end of a reply of kind ``ResponseKind/lines``.
    case endOfLines
    /// A message or, from ``WireLimits/streamingThreshold`` on, its next chunk: without stuffing dots, with the CRLF of its
    /// last line. Where a message is cut into chunks depends on how its bytes arrived; a chunk may be empty.
    case message(MessageBytes, isLast: Bool)
}
