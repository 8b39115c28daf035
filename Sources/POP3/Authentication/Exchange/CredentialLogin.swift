/// How a login went.
package struct AuthenticationOutcome: Sendable {
    package let method: AuthenticationMethod
    package let quirks: [AuthenticationQuirk]
}

extension POP3Credential {
    /// Logs in by the strongest method that policy, server and connection allow.
    ///
    /// A refused access token is replaced once. No other failure is tried again: repeated wrong passwords lock
    /// accounts.
    ///
    /// - Parameter reply: sends the line, shows no more than its transcript to anybody, and gives the server's reply.
    /// - Throws: ``AuthenticationError``, and whatever `reply` throws.
    package func logIn(
        offer: AuthenticationOffer, over protection: ConnectionProtection, policy: AuthenticationPolicy,
        reply: (AuthenticationLine) async throws -> AuthenticationReply
    ) async throws -> AuthenticationOutcome {
        let candidates = try policy.candidates(for: self, offer: offer, over: protection)
        guard let method = candidates.first else {
            throw AuthenticationError.noAcceptableMechanism(offered: offer.names)
        }
        func attempt(with token: Secret?) async throws -> AuthenticationOutcome {
            var exchange = try AuthenticationExchange(
                method, self, token: token, offer: offer, over: protection, policy: policy)
            var next: AuthenticationLine? = try exchange.begin()
            while let line = next {
                (exchange, next) = try await Self.answer(exchange, to: try await reply(line))
            }
            return AuthenticationOutcome(method: method, quirks: exchange.quirks)
        }
        do {
            return try await attempt(with: token(for: .login))
        } catch AuthenticationError.tokenRejected(let status) {
            return try await attempt(with: token(for: .replacement(serverStatus: status)))
        }
    }

    /// Away from the session's event loop: SCRAM may have to compute for some tenths of a second, while other sessions
    /// wait there.
    @concurrent
    private static func answer(
        _ exchange: AuthenticationExchange, to reply: AuthenticationReply
    ) async throws(AuthenticationError) -> (AuthenticationExchange, AuthenticationLine?) {
        var exchange = exchange
        let line = try exchange.receive(reply)
        return (exchange, line)
    }

    /// The token to log in with, or nil where the credential has none.
    private func token(for request: OAuthTokenRequest) async throws -> Secret? {
        guard case .oauth(_, let provider) = proof else { return nil }
        do {
            return try await provider(request)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw AuthenticationError.tokenUnavailable(reason: String(describing: error))
        }
    }
}
