/// Bounds on what a server may make a ``ResponseScanner`` hold in memory, each with its default.
public struct WireLimits: Sendable, Hashable {
    /// The most bytes in a status line or a line of a listing, with its CRLF: at least 2, 8 KiB by default.
    ///
    /// RFC 2449 §4 allows ``standardResponseLine``; a longer status line within this limit is a ``WireQuirk``.
    public var responseLine: Int
    /// The most bytes in one message, without stuffing dots: not negative, 256 MiB by default.
    public var messageSize: Int
    /// The size, in bytes, from which a message is given in chunks, so that it never has to fit in memory: not negative,
    /// and no message by default.
    public var streamingThreshold: Int
    /// The size of a receive block in bytes: positive, 1 MiB by default.
    ///
    /// Messages are slices of receive blocks. Larger blocks hold more messages each and have fewer unfinished messages
    /// carried over to the next block; a small message that is kept retains a whole block.
    public var slabSize: Int

    /// The most bytes in a status line by RFC 2449 §4, with its CRLF.
    public static let standardResponseLine = 512

    /// The default limits, except for those given.
    public init(
        responseLine: Int = 8 * 1024, messageSize: Int = 256 * 1024 * 1024, streamingThreshold: Int = .max,
        slabSize: Int = 1024 * 1024
    ) {
        self.responseLine = responseLine
        self.messageSize = messageSize
        self.streamingThreshold = streamingThreshold
        self.slabSize = slabSize
    }
}
