import MessageBuffers

/// What a mail gives while its octets arrive.
///
///     for try await event in MailEvents(of: chunks) {
///         switch event {
///         case .header(let header): print(header.subject ?? "")
///         case .text(let text): print(text.text)
///         case .attachmentContent(let bytes): try file.write(bytes)
///         default: break
///         }
///     }
///
/// The next chunk is asked for when all that the last one gave has been taken: whoever is slow slows the sender. Each
/// iterator reads the chunks anew, if they can be.
public struct MailEvents<Chunks: AsyncSequence>: AsyncSequence where Chunks.Element == MessageBytes {
    public typealias Element = MailEvent
    public typealias Failure = Chunks.Failure

    private let chunks: Chunks
    private let options: MailOptions
    private let limits: MIMELimits
    private let textBytes: Int

    /// - Parameters:
    ///   - chunks: the octets of one mail in their order, cut anywhere.
    ///   - options: as for ``MailReader``.
    ///   - limits: what the mail may hold.
    ///   - textBytes: the most octets of a text's content that are kept until it is whole.
    public init(
        of chunks: Chunks, options: MailOptions = MailOptions(), limits: MIMELimits = MIMELimits(),
        textBytes: Int = 16 * 1024 * 1024
    ) {
        self.chunks = chunks
        self.options = options
        self.limits = limits
        self.textBytes = textBytes
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(
            chunks: chunks.makeAsyncIterator(),
            reader: MailReader(options: options, limits: limits, textBytes: textBytes))
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        private var chunks: Chunks.AsyncIterator
        /// Nil when the mail has ended.
        private var reader: Box?
        private var events: [MailEvent] = []
        private var position = 0

        /// An iterator can be copied, a reader cannot.
        private final class Box {
            var reader: MailReader
            init(_ reader: consuming MailReader) { self.reader = reader }
        }

        init(chunks: Chunks.AsyncIterator, reader: consuming MailReader) {
            self.chunks = chunks
            self.reader = Box(reader)
        }

        public mutating func next() async throws(Chunks.Failure) -> MailEvent? {
            try await next(isolation: nil)
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(Chunks.Failure) -> MailEvent? {
            while position == events.count, let current = reader {
                position = 0
                events = []
                if let chunk = try await chunks.next(isolation: actor) {
                    events = current.reader.receive(chunk)
                } else {
                    reader = nil
                    events = current.reader.finish()
                }
            }
            guard position < events.count else { return nil }
            defer { position += 1 }
            return events[position]
        }
    }
}
