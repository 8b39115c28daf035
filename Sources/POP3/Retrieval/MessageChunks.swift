public import MessageBuffers

/// The bytes of one message as they arrive, so that it need not fit in memory.
///
/// The last piece is given once the message is confirmed. A message that has to be begun again over a new connection,
/// after some of it was given, ends the sequence with `.differentEachTime`; ask for it again.
public struct MessageChunks: AsyncSequence, Sendable {
    public typealias Element = MessageBytes
    public typealias Failure = POP3Error

    let chunks: ChunkSequence

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(chunks: chunks.makeAsyncIterator())
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        private var chunks: ChunkSequence.AsyncIterator
        private var hasBegun = false

        init(chunks: ChunkSequence.AsyncIterator) {
            self.chunks = chunks
        }

        public mutating func next() async throws(POP3Error) -> MessageBytes? {
            try await next(isolation: nil)
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(POP3Error) -> MessageBytes? {
            switch try await chunks.next(isolation: actor) {
            case .chunk(let chunk):
                if chunk.isFirst, hasBegun {
                    throw POP3Error(
                        .differentEachTime, command: "RETR \(chunk.summary.number)", message: chunk.summary.number
                    )
                    .from(chunks.sequence.session.endpointOrigin)
                }
                hasBegun = true
                return chunk.bytes
            case .failure(_, let error): throw error
            case nil: return nil
            }
        }
    }
}

extension POP3Session {
    /// Retrieves one message in pieces, so that it need not fit in memory.
    ///
    /// - Parameter number: the message's number in the last listing.
    public nonisolated func chunks(of number: Int) -> MessageChunks {
        MessageChunks(
            chunks: ChunkSequence(session: self, selection: .numbers([number]), threshold: 0, deleting: .never))
    }

    nonisolated var endpointOrigin: POP3Error.Origin { POP3Error.Origin(endpoint, user: nil) }
}
