import CMimetic

/// Where mimetic is shown the end of the message early, as it has no bounds of its own.
struct MimeticBounds {
    /// The bytes of one header, with those of messages directly nested in it. mimetic's time for addresses grows faster
    /// than their list, and this is the length at which it stays in the order of ten milliseconds.
    var headerBytes = 128 << 10
    /// The bytes of all headers.
    var totalHeaderBytes = 4 << 20
    /// The boundary delimiters: each may begin a part.
    var delimiters = 20_000
    /// The stack that mimetic's recursion may use: some hundred levels of nesting, and a quarter of the smallest stack
    /// that a thread is likely to have.
    var stackBytes = 128 << 10
}

extension sluice_mimetic_limits {
    init(_ bounds: MimeticBounds) {
        self.init(
            header_bytes: bounds.headerBytes, total_header_bytes: bounds.totalHeaderBytes,
            delimiters: bounds.delimiters, stack_bytes: bounds.stackBytes)
    }
}
