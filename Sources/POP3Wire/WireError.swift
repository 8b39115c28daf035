/// Why the bytes of a server cannot be read as POP3 responses. The scanner cannot be used afterwards: where the next
/// response begins is unknown. Later versions may add cases.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum WireError: Error, Sendable, Hashable {
    /// A line does not end within ``WireLimits/responseLine`` bytes.
    case lineTooLong(limit: Int)
    /// A message is longer than ``WireLimits/messageSize`` bytes.
    case messageTooLarge(limit: Int)
    /// A reply begins with none of `+OK`, `-ERR` and, within AUTH, `+` (RFC 1939 §3, RFC 5034 §4). The start of the line,
    /// at most 80 bytes of it, escaped.
    case notAStatus(String)
    /// The greeting ends with LF alone, where lines end with CRLF (RFC 1939 §3). See
    /// ``ResponseScanner/acceptsBareLineFeeds``.
    case bareLineFeed
    /// A reply came while none was expected. The start of its line, at most 80 bytes of it, escaped.
    case unexpectedReply(String)
}

extension WireError: CustomStringConvertible {
    /// What happened, in English.
    public var description: String {
        switch self {
        case .lineTooLong(let limit): "a line is longer than \(limit) bytes"
        case .messageTooLarge(let limit): "a message is longer than \(limit) bytes"
        case .notAStatus(let line): "a reply is no status line: \(line)"
        case .bareLineFeed: "the greeting ends with LF alone, not with CRLF"
        case .unexpectedReply(let line): "a reply to no command: \(line)"
        }
    }
}

/// A departure from the standards that the scanner has met and understood. Later versions may add cases.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum WireQuirk: Sendable, Hashable {
    /// A line longer than the 512 bytes of RFC 2449 §4.
    case longStatusLine
    /// A message whose final dot is not followed by CRLF: Exchange leaves out both bytes, Cyrus the LF.
    case unfinishedTerminator
    /// A line that ends with LF alone, which ``ResponseScanner/acceptsBareLineFeeds`` allows.
    case bareLineFeed
}
