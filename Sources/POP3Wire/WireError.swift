/// What a server sent that no client can make sense of. The stream cannot be used afterwards.
package enum WireError: Error, Sendable, Hashable {
    /// A line without an end within the limit, in octets.
    case lineTooLong(limit: Int)
    /// A message longer than the limit, in octets.
    case messageTooLarge(limit: Int)
    /// A reply that starts with none of `+OK`, `-ERR` and, within AUTH, `+`. The start of the line, escaped.
    case notAStatus(String)
    /// A line that ends with LF alone, where lines end with CRLF (RFC 1939 §3).
    case bareLineFeed
    /// A reply to no command.
    case unexpectedReply(String)
}

/// A departure from the standards that was met and understood.
package enum WireQuirk: Sendable, Hashable {
    /// A status line longer than the 512 octets of RFC 2449 §4.
    case longStatusLine
    /// A body whose final dot is not followed by CRLF (Exchange: none of it; Cyrus: no LF).
    case unfinishedTerminator
    /// Lines end with LF alone, and the caller has allowed it.
    case bareLineFeed
}
