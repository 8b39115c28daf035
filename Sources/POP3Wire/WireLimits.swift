/// Bounds on what a server may make the client hold, each with its default.
package struct WireLimits: Sendable, Hashable {
    /// Octets in a status or listing line, with its CRLF. RFC 2449 §4 allows 512; longer is a recorded quirk.
    package var responseLine = 8 * 1024
    /// Octets in one message, before dot-stuffing.
    package var messageSize = 256 * 1024 * 1024
    /// From this size on a message is handed on in chunks, so that it never has to fit in memory.
    package var streamingThreshold = Int.max
    /// The size of a receive block.
    package var slabSize = 1024 * 1024

    /// The longest status line that RFC 2449 §4 allows, with its CRLF.
    package static let standardResponseLine = 512

    package init() {}
}
