import BIOTransport
import POP3Wire

/// A server with TLS from the start waits for its client to speak, so a client that waits for a greeting in plain text
/// sees silence only. This distinguishes such a server from a slow one.
extension POP3Session {
    /// How long that question may take, within what is left for the greeting.
    private static let probeLimit = Duration.seconds(5)
    /// The port of plain text by convention: a server that is silent here is slow, and not asked.
    private static let plaintextPort = 110

    /// The status line of the greeting.
    func greetingStatus(_ connection: POP3Connection) async throws(POP3Error) -> StatusLine {
        let limit = loop.limit(.greeting, configuration.timeouts.greeting)
        do throws(TransportError) {
            if endpoint.security != .implicitTLS { try await refuseTLSServer(connection.stream, limit) }
        } catch {
            throw fail(POP3Error(.transport(error)))
        }
        do throws(POP3Error) {
            return try await nextStatus(limit, "greeting")
        } catch {
            // The phase is in these errors; no command was involved.
            if case .transport = error.reason { throw POP3Error(error.reason) }
            throw error
        }
    }

    /// Waits for the first byte of the greeting.
    ///
    /// - Throws: `.speaksTLS` if it begins a TLS record, or if none comes and the port answers to TLS.
    private func refuseTLSServer(_ stream: BIOStream, _ limit: TimeLimit) async throws(TransportError) {
        let patience = min(configuration.timeouts.tlsProbe, limit.limit / 2)
        var first = try await stream.firstBytes(until: loop.clock.deadline(after: patience))
        if first == nil {
            if endpoint.port != Self.plaintextPort, try await answersTLS(within: limit.limit - patience) {
                throw .speaksTLS
            }
            first = try await stream.firstBytes(until: limit.deadline)
        }
        if let first, BIOStream.beginsTLSRecord(first) { throw .speaksTLS }
    }

    /// Whether the port answers a ClientHello, sent over a connection of its own, by a TLS record.
    private func answersTLS(within rest: Duration) async throws(TransportError) -> Bool {
        let limit = loop.limit(.tlsHandshake, min(Self.probeLimit, rest))
        do throws(TransportError) {
            let stream = try await connect(within: limit)
            defer { stream.close() }
            return try await stream.answersClientHello(naming: endpoint.host, within: limit)
        } catch {
            if error == .cancelled { throw error }
            return false
        }
    }
}
