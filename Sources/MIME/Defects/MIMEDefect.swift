/// Something in a message that is against the standards, or over a limit, and what was made of it.
public struct MIMEDefect: Sendable, Hashable {
    /// How much a defect matters to somebody who relies on the reading.
    public enum Severity: String, Sendable, Hashable {
        /// The reading is not in doubt.
        case minor
        /// Another parser may read the message differently, and what it finds may be what a filter should have found.
        case ambiguous
        /// Something is missing from the document.
        case loss
    }

    public let code: Code
    /// Where in the message; nil if the backend cannot tell, and within an embedded message that was encoded.
    public let range: Range<Int>?
    /// The index of the part.
    public let part: Int

    package init(_ code: Code, range: Range<Int>?, part: Int) {
        self.code = code
        self.range = range
        self.part = part
    }
}
