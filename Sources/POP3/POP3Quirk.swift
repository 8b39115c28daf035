/// A departure from the standards that the session has met and tolerated.
public enum POP3Quirk: Sendable, Hashable {
    /// The server knows no CAPA.
    case noCapabilities
    /// A status line longer than 512 bytes (RFC 2449 §4).
    case longStatusLine
    /// A message whose final dot had no CRLF, or no LF, after it.
    case unfinishedTerminator
    /// Lines that end with LF alone, accepted because the configuration says so.
    case bareLineFeeds
    /// Extra spaces in a listing.
    case extraSpacesInListing
    /// A message whose size is not the one listed.
    case wrongListedSize
    /// LIST or UIDL names messages that the other does not.
    case incompleteListing
    /// Two messages with one UIDL id: copies, by RFC 1939 §7.
    case duplicateUniqueID
    /// UIDL is not known.
    case noUniqueIDs
    /// A line of a listing that RFC 1939 does not allow: an id with other bytes or of another length, a size that is no
    /// number, a line without a message number.
    case oddListing
    /// Replies had stopped to match commands, or a message was longer than the limit, and the session has gone on over a
    /// new connection.
    case reconnected
    /// CAPA breaks the connection, or its listing does not end.
    case brokenCapabilities
    /// The server advertises PIPELINING and loses commands; they now go one at a time.
    case brokenPipelining
    /// STLS was preferred and not available: the connection is in plain text.
    case noTLS
    /// The answer to QUIT was lost: the next UIDL shows whether deletions were committed.
    case lostQuitReply
    /// A departure within a SASL exchange.
    case authentication(AuthenticationQuirk)
}
