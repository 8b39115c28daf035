import BIOTransport

extension POP3Session {
    /// What a session is doing. Each state owns what belongs to it, so that nothing outlives its state by accident.
    ///
    ///     idle ──► opening ──► ready ◄──► retrieving
    ///               ▲  │         │            │
    ///               │  ▼         ▼            ▼
    ///               │ closed ◄── failed ◄─────┘
    ///               └─────────────┘
    ///
    /// `close()` leads from every state to `closed`, which is final.
    enum State {
        /// Not connected: the first command connects and logs in with this.
        case idle(POP3Credential)
        /// A connection is being made, for the first time or in place of one that has failed.
        case opening(Opening)
        /// Connected; logged in or not, as the connection says.
        case ready(POP3Connection)
        /// A retrieval has the connection.
        case retrieving(POP3Connection, Retrieval)
        /// The connection has failed, and may be replaced.
        case failed(Failure)
        case closed
    }

    /// A connection that is being made.
    final class Opening {
        /// What goes on over the new connection; nil for none.
        let retrieval: Retrieval?
        /// The connection from when its socket is connected.
        var connection: POP3Connection?
        /// What a pause before the next attempt waits on.
        var pause: Waiter?

        init(for retrieval: Retrieval? = nil) {
            self.retrieval = retrieval
        }
    }

    /// A connection that has failed while the session was logged in.
    final class Failure {
        /// What happens when the consumer of the retrieval asks for more.
        enum Consequence {
            /// The retrieval goes on over another connection, if that can be had.
            case recover(POP3Error)
            /// The retrieval ends: the events before the error were given.
            case end(POP3Error)
        }

        /// The connection. Its stream stays open until the server has ended it where the error can be recovered from.
        let connection: POP3Connection
        /// The retrieval that was under way; nil for none.
        let retrieval: Retrieval?
        var consequence: Consequence?

        init(_ connection: POP3Connection, _ retrieval: Retrieval?) {
            self.connection = connection
            self.retrieval = retrieval
        }
    }

    /// The connection, if there is one that is up or coming up.
    var connection: POP3Connection? {
        switch state {
        case .opening(let opening): opening.connection
        case .ready(let connection), .retrieving(let connection, _): connection
        case .idle, .failed, .closed: nil
        }
    }

    /// The retrieval that has the connection, or goes on over the next one.
    var currentRetrieval: Retrieval? {
        switch state {
        case .retrieving(_, let retrieval): retrieval
        case .opening(let opening): opening.retrieval
        case .failed(let failure): failure.retrieval
        case .idle, .ready, .closed: nil
        }
    }

    /// The connection.
    ///
    /// - Throws: `.notConnected`.
    func requireConnection(_ command: @autoclosure () -> String) throws(POP3Error) -> POP3Connection {
        guard let connection else { throw POP3Error(.notConnected, command: command()) }
        return connection
    }

    /// The connection, with a login.
    ///
    /// - Throws: `.notConnected`, or `.wrongState` before the login.
    @discardableResult
    func requireTransaction(_ command: @autoclosure () -> String) throws(POP3Error) -> POP3Connection {
        let connection = try requireConnection(command())
        guard connection.isLoggedIn else { throw POP3Error(.wrongState("log in first"), command: command()) }
        return connection
    }

    /// Ends the connection for `error`, and returns it to be thrown. Where a command or a retrieval can go on over another
    /// connection, that one first lets the server end this one.
    func fail(_ error: POP3Error) -> POP3Error {
        // Without a connection it has been ended by an earlier error, or by `close()`.
        guard let connection else { return error }
        guard connection.isLoggedIn, error.mayBeRecovered else {
            disconnect()
            return error
        }
        connection.releaseBlock()
        connection.scanner.discardAll()
        ownQuirks.formUnion(connection.quirks)
        state = .failed(Failure(connection, currentRetrieval))
        return error
    }

    /// Closes the connection. A retrieval under way may go on over another one.
    func disconnect() {
        if let connection { ownQuirks.formUnion(connection.quirks) }
        switch state {
        case .idle, .closed: break
        case .opening(let opening):
            opening.connection?.close()
            opening.connection = nil
        case .ready(let connection):
            connection.close()
            state = .closed
        case .retrieving(let connection, let retrieval):
            connection.close()
            state = .failed(Failure(connection, retrieval))
        case .failed(let failure):
            failure.connection.close()
            if failure.retrieval == nil { state = .closed }
        }
    }

    /// Drops the connection without a QUIT: deletions are not committed (RFC 1939 §6). The session does not connect again.
    ///
    /// A task that waits for the server gets an error at once, and a session that is just connecting does not come up.
    public func close() {
        if case .opening(let opening) = state { opening.pause?.close() }
        disconnect()
        state = .closed
    }
}
