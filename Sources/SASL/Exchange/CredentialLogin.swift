/// How a login went.
package struct AuthenticationOutcome: Sendable {
    package let method: AuthenticationMethod
    package let quirks: [AuthenticationQuirk]
}

extension POP3Credential {
    /// Logs in by the strongest method that policy, server and connection allow.
    ///
    /// A method that the server refuses before it has asked for a proof is one that it does not know, whatever it
    /// advertises, and the next one is tried. PLAIN is tried in two steps first, as some servers do not take an initial
    /// response. A proof that was refused is never tried again, as repeated wrong passwords lock accounts; nor is
    /// anything after a code that says what is wrong. A refused access token is replaced once, if there is another.
    ///
    /// - Parameter reply: sends the line, shows no more than its transcript to anybody, and gives the server's reply.
    /// - Throws: ``AuthenticationError``, and whatever `reply` throws.
    package func logIn(
        offer: AuthenticationOffer, over protection: ConnectionProtection, policy: AuthenticationPolicy,
        reply: (AuthenticationLine) async throws -> AuthenticationReply
    ) async throws -> AuthenticationOutcome {
        let candidates = try policy.candidates(for: self, offer: offer, over: protection)
        var isRefusedAtOnce = false
        func attempt(
            _ method: AuthenticationMethod, with token: Secret?, inTwoSteps: Bool = false
        ) async throws -> AuthenticationOutcome {
            var exchange = try AuthenticationExchange(
                method, self, token: token, inTwoSteps: inTwoSteps, offer: offer, over: protection, policy: policy)
            var next: AuthenticationLine? = try exchange.begin()
            isRefusedAtOnce = true
            while let line = next {
                let answer = try await reply(line)
                if case .failure = answer {} else { isRefusedAtOnce = false }
                (exchange, next) = try await Self.answer(exchange, to: answer)
            }
            return AuthenticationOutcome(method: method, quirks: exchange.quirks)
        }
        var refusal = AuthenticationError.noAcceptableMechanism(offered: offer.names)
        for method in candidates {
            do {
                let token = try await token(for: .login)
                do {
                    return try await attempt(method, with: token)
                } catch AuthenticationError.tokenRejected(let status) {
                    // A provider that only has this one would have it refused twice.
                    guard let other = try await self.token(for: .replacement(serverStatus: status)), other != token
                    else { throw AuthenticationError.tokenRejected(status: status) }
                    return try await attempt(method, with: other)
                }
            } catch let error as AuthenticationError {
                guard isRefusedAtOnce, error.isOfMethodOnly else { throw error }
                refusal = error
            }
            guard method == .plain else { continue }
            do {
                return try await attempt(method, with: nil, inTwoSteps: true)
            } catch let error as AuthenticationError {
                guard isRefusedAtOnce, error.isOfMethodOnly else { throw error }
                refusal = error
            }
        }
        throw refusal
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

extension AuthenticationError {
    /// Whether a refusal that came before any proof was asked for can be of the method alone: it is a SASL mechanism,
    /// and no code says that account, password or server are the reason (RFC 3206, RFC 2449 §8).
    fileprivate var isOfMethodOnly: Bool {
        guard case .rejected(let method, let code, _) = self else { return false }
        return method.isSASL && code == nil
    }
}
