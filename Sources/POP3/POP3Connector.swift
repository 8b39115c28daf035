package import BIOTransport

/// How a session gets its connections; ``tcp`` by default.
public struct POP3Connector: Sendable {
    enum Kind: Sendable {
        case tcp
        case socket(@Sendable (POP3Endpoint) async throws -> CInt)
        case stream(@Sendable (POP3Endpoint, EventLoop) throws(TransportError) -> BIOStream)
    }

    let kind: Kind

    /// A TCP connection to the endpoint's host and port, IPv6 and IPv4 tried side by side (RFC 8305).
    public static let tcp = POP3Connector(kind: .tcp)

    /// A stream of the caller's own, such as one through a proxy, a tunnel, or one end of a socket pair.
    ///
    /// - Parameter connect: makes the connection to the endpoint and returns a connected stream socket, which is the
    ///   session's from then on: it is made non-blocking, and closed with the session. It is called for each connection
    ///   that the session makes, off the event loop, and cancelled when the time limit `connect` passes. Its error ends
    ///   the attempt as `TransportError.notConnected(host:port:attempts:)`. TLS and login follow as the endpoint says.
    public static func socket(
        _ connect: @escaping @Sendable (_ endpoint: POP3Endpoint) async throws -> CInt
    ) -> POP3Connector {
        POP3Connector(kind: .socket(connect))
    }

    /// A stream that is made on the session's event loop, such as one end of a connection in memory.
    package static func stream(
        _ make: @escaping @Sendable (POP3Endpoint, EventLoop) throws(TransportError) -> BIOStream
    ) -> POP3Connector {
        POP3Connector(kind: .stream(make))
    }
}

extension POP3Session {
    /// A new connection to the endpoint, as the configuration says how to make it.
    func connect(within limit: TimeLimit) async throws(TransportError) -> BIOStream {
        switch configuration.connector.kind {
        case .tcp:
            return try await BIOStream.connect(to: endpoint.host, port: endpoint.port, on: loop, within: limit)
        case .stream(let make): return try make(endpoint, loop)
        case .socket(let connect):
            let descriptor = try await socket(connect, within: limit)
            return try BIOStream(adopting: descriptor, on: loop)
        }
    }

    /// The socket that the caller's closure makes.
    private func socket(
        _ connect: @escaping @Sendable (POP3Endpoint) async throws -> CInt, within limit: TimeLimit
    ) async throws(TransportError) -> CInt {
        let endpoint = endpoint
        let waiter = Waiter(on: loop)
        defer { waiter.close() }
        let (loop, token) = (loop, waiter.token)
        let outcome = SocketOutcome()
        let task = Task.detached {
            do {
                outcome.finish(.success(try await connect(endpoint)))
            } catch {
                outcome.finish(.failure(error))
            }
            loop.signal(token)
        }
        while true {
            switch outcome.take() {
            case .success(let descriptor): return descriptor
            case .failure(let error):
                throw .notConnected(host: endpoint.host, port: endpoint.port, attempts: [String(describing: error)])
            case nil: break
            }
            guard let error = await waiter.wait(until: limit.deadline).error(within: limit) else { continue }
            task.cancel()
            outcome.abandon()
            throw error
        }
    }
}
