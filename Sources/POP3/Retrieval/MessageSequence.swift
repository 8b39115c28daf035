/// Messages and chunks of messages as they arrive. Each iterator is a retrieval of its own.
public struct ChunkSequence: AsyncSequence, Sendable {
    public typealias Element = RetrievalEvent
    public typealias Failure = POP3Error

    let session: POP3Session
    let selection: MessageSelection
    let threshold: Int
    let deleting: DeletionPolicy

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(sequence: self)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let sequence: ChunkSequence
        private let handle = Retrieval.Handle()
        private let consumer = Retrieval.Consumer()
        private var hasBegun = false
        private var batch = RetrievalBatch()
        private var position = 0

        init(sequence: ChunkSequence) {
            self.sequence = sequence
        }

        public mutating func next() async throws(POP3Error) -> RetrievalEvent? {
            try await next(isolation: nil)
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(POP3Error) -> RetrievalEvent? {
            if let event = takeBuffered() { return event }
            guard !batch.isFinal else { return nil }
            // The memory of the last batch is free for the next one while the server is waited for.
            batch = RetrievalBatch()
            position = 0
            try await begin()
            batch = try await sequence.session.nextBatch(handle)
            return takeBuffered()
        }

        /// The next event of those that were given at once; nil where the session has to be asked for more.
        ///
        /// Sequences over this one try it first: an asynchronous call costs as much as all else for a short message.
        mutating func takeBuffered() -> RetrievalEvent? {
            guard position < batch.events.count else { return nil }
            defer { position += 1 }
            return batch.events[position]
        }

        private mutating func begin() async throws(POP3Error) {
            guard !hasBegun else { return }
            hasBegun = true
            try await sequence.session.beginRetrieval(
                sequence.selection, threshold: sequence.threshold, handle: handle, consumer: consumer)
        }

        /// Says that message `number` is durable.
        func confirm(_ number: Int) {
            handle.confirmed.withLock { $0.append(number) }
        }
    }
}

/// Whole messages as they arrive. Each iterator is a retrieval of its own.
public struct MessageSequence: AsyncSequence, Sendable {
    public typealias Element = RetrievedMessage
    public typealias Failure = POP3Error

    let chunks: ChunkSequence

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(chunks: chunks.makeAsyncIterator())
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        var chunks: ChunkSequence.AsyncIterator
        private var given: Int?

        init(chunks: ChunkSequence.AsyncIterator) {
            self.chunks = chunks
        }

        public mutating func next() async throws(POP3Error) -> RetrievedMessage? {
            try await next(isolation: nil)
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(POP3Error) -> RetrievedMessage? {
            if let given, case .afterIteration = chunks.sequence.deleting { chunks.confirm(given) }
            given = nil
            var event = chunks.takeBuffered()
            if event == nil { event = try await chunks.next(isolation: actor) }
            switch event {
            case .chunk(let chunk):
                given = chunk.summary.number
                return RetrievedMessage(summary: chunk.summary, bytes: chunk.bytes)
            case .failure(_, let error): throw error
            case nil: return nil
            }
        }
    }
}
