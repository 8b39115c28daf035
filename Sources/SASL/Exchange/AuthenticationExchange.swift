internal import ByteCoding
internal import Digests

/// One login from first line to verdict, whatever the method. No I/O:
///
///     var exchange = try AuthenticationExchange(method, credential, token: token, offer: offer, over: tls, policy:
///     policy) var next: AuthenticationLine? = try exchange.begin()
///     while let line = next { next = try exchange.receive(try await reply(to: line)) }
///
/// After an error the connection is of no more use, unless the error came from a `-ERR`: then another login may follow.
package struct AuthenticationExchange: Sendable {
    private enum State: Sendable {
        case ready
        case sasl(any SASLMechanism, pendingInitialResponse: Secret?)
        case sentUser
        case sentProof
        case cancelled(AuthenticationError)
        case finished
    }

    package let method: AuthenticationMethod
    package private(set) var quirks: [AuthenticationQuirk] = []
    private let start: Start
    private var state = State.ready

    private enum Start: Sendable {
        case sasl(any SASLMechanism, inTwoSteps: Bool)
        case user(String, Secret)
        case apop(String, digest: [UInt8])
    }

    /// Checks the credential; nothing may be sent where this throws.
    ///
    /// - Parameters:
    ///   - method: from ``AuthenticationPolicy/candidates(for:offer:over:)``.
    ///   - token: the access token, where the credential is an OAuth one.
    ///   - inTwoSteps: whether AUTH goes out without an initial response, even if there is room for one.
    package init(
        _ method: AuthenticationMethod, _ credential: POP3Credential, token: Secret? = nil, inTwoSteps: Bool = false,
        offer: AuthenticationOffer, over protection: ConnectionProtection,
        policy: AuthenticationPolicy = AuthenticationPolicy()
    ) throws(AuthenticationError) {
        self.method = method
        switch (method, credential.proof) {
        case (.user, .password(let user, let secret, nil)):
            try CredentialCheck.text(user, as: .user)
            try CredentialCheck.secret(secret)
            start = .user(user, secret)
        case (.apop, .apop(let user, let secret)):
            try CredentialCheck.text(user, as: .user)
            // A space would end the name (RFC 1939 §7).
            guard !user.utf8.contains(UInt8(ascii: " ")) else { throw .invalidCredential(.user, .forbiddenCharacter) }
            start = .apop(user, digest: try APOPDigest.digest(greeting: offer.greeting, secret: secret))
        default:
            let mechanism = try Self.mechanism(
                method, credential, token: token, offer: offer, over: protection, policy: policy)
            // Office 365 refuses a token that comes with the command.
            start = .sasl(mechanism, inTwoSteps: inTwoSteps || method == .xoauth2)
        }
    }

    private static func mechanism(
        _ method: AuthenticationMethod, _ credential: POP3Credential, token: Secret?, offer: AuthenticationOffer,
        over protection: ConnectionProtection, policy: AuthenticationPolicy
    ) throws(AuthenticationError) -> any SASLMechanism {
        switch (method, credential.proof) {
        case (.scramSHA256Plus, .password(let user, let secret, let identity)),
            (.scramSHA256, .password(let user, let secret, let identity)),
            (.scramSHA1, .password(let user, let secret, let identity)):
            return try SCRAMMechanism(
                method, user: user, secret: secret, actingAs: identity,
                binding: try binding(for: method, offer: offer, over: protection),
                iterationCounts: policy.iterationCounts)
        case (.plain, .password(let user, let secret, let identity)):
            return try PlainMechanism(user: user, secret: secret, actingAs: identity)
        case (_, .password(_, _, .some)):
            throw .invalidCredential(.authorizationIdentity, .cannotActForAnother)
        case (.cramMD5, .password(let user, let secret, _)):
            return try CRAMMD5Mechanism(user: user, secret: secret)
        case (.login, .password(let user, let secret, _)):
            return try LoginMechanism(user: user, secret: secret)
        case (.external, .external(let identity)):
            return try ExternalMechanism(actingAs: identity)
        case (.oauthBearer, .oauth(let user, _)):
            guard let token else { throw .invalidCredential(.token, .empty) }
            return try OAuthMechanism.bearer(user: user, token: token, host: offer.host, port: offer.port)
        case (.xoauth2, .oauth(let user, _)):
            guard let token else { throw .invalidCredential(.token, .empty) }
            return try OAuthMechanism.xoauth2(user: user, token: token)
        case (_, .mechanism(_, _, let make)):
            return try make(SASLContext(channelBinding: protection.exporter, host: offer.host, port: offer.port))
        default:
            throw .noAcceptableMechanism(offered: offer.names)
        }
    }

    private static func binding(
        for method: AuthenticationMethod, offer: AuthenticationOffer, over protection: ConnectionProtection
    ) throws(AuthenticationError) -> ChannelBinding {
        guard let exporter = protection.exporter else {
            guard method != .scramSHA256Plus else { throw .noAcceptableMechanism(offered: offer.names) }
            return .unsupported
        }
        if method == .scramSHA256Plus { return .tlsExporter(exporter) }
        // Saying "not offered" to a server that did offer would end the login (RFC 5802 §6).
        let offersBinding = offer.mechanisms.contains { $0.uppercased().hasSuffix("-PLUS") }
        return offersBinding ? .unsupported : .notOffered
    }

    /// The first line to send.
    package mutating func begin() throws(AuthenticationError) -> AuthenticationLine {
        switch start {
        case .user(let user, _):
            state = .sentUser
            return try command("USER ", Array(user.utf8), transcript: "USER \(EscapedText(user))", field: .user)
        case .apop(let user, let digest):
            state = .sentProof
            let arguments = Array(user.utf8) + [UInt8(ascii: " ")] + digest
            return try command("APOP ", arguments, transcript: "APOP \(EscapedText(user)) ****", field: .user)
        case .sasl(var mechanism, let inTwoSteps):
            guard var response = try mechanism.initialResponse() else {
                state = .sasl(mechanism, pendingInitialResponse: nil)
                return AuthenticationLine(Array("AUTH \(method)".utf8), transcript: "AUTH \(method)")
            }
            if !inTwoSteps {
                var encoded = response.isEmpty ? [UInt8(ascii: "=")] : Base64.encode(response)
                defer { encoded.wipe() }
                let line = AuthenticationLine(
                    Array("AUTH \(method) ".utf8), encoded, transcript: "AUTH \(method) ****")
                if line.fits {
                    response.wipe()
                    state = .sasl(mechanism, pendingInitialResponse: nil)
                    return line
                }
            }
            state = .sasl(mechanism, pendingInitialResponse: Secret(wiping: &response))
            return AuthenticationLine(Array("AUTH \(method)".utf8), transcript: "AUTH \(method)")
        }
    }

    /// The line to send next, or nil when the login is complete and the server is verified as far as the method can.
    ///
    /// - Throws: when the login has failed; after a cancelled exchange, the reason for cancelling.
    package mutating func receive(_ reply: AuthenticationReply) throws(AuthenticationError) -> AuthenticationLine? {
        do throws(AuthenticationError) {
            let line = try answer(to: reply)
            if line == nil { state = .finished }
            return line
        } catch {
            state = .finished
            throw error
        }
    }

    private mutating func answer(to reply: AuthenticationReply) throws(AuthenticationError) -> AuthenticationLine? {
        switch (state, reply) {
        case (.cancelled(let error), _):
            throw error
        case (.sasl(let mechanism, _), .failure(let code, let text)):
            throw mechanism.rejection ?? rejection(code, text)
        case (_, .failure(let code, let text)):
            throw rejection(code, text)
        case (.sasl(let mechanism, let response), .challenge(let text)):
            return advance(mechanism, pending: response, text: text)
        case (.sasl(let mechanism, let response), .success(let text)):
            return try conclude(mechanism, pending: response, text: text)
        case (.sentUser, .success):
            guard case .user(_, let secret) = start else { throw unexpected }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(secret.count)
            bytes.append(secret)
            defer { bytes.wipe() }
            state = .sentProof
            return try command("PASS ", bytes, transcript: "PASS ****", field: .secret)
        case (.sentProof, .success):
            return nil
        case (.sentUser, .challenge), (.sentProof, .challenge), (.ready, _), (.finished, _):
            throw unexpected
        }
    }

    private var unexpected: AuthenticationError { .malformedChallenge(method, reason: "unexpected") }

    private mutating func advance(
        _ mechanism: any SASLMechanism, pending: Secret?, text: [UInt8]
    ) -> AuthenticationLine {
        if let pending {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(pending.count)
            bytes.append(pending)
            defer { bytes.wipe() }
            if !text.isEmpty { quirks.append(.textInInitialChallenge) }
            state = .sasl(mechanism, pendingInitialResponse: nil)
            return response(bytes)
        }
        var mechanism = mechanism
        do throws(AuthenticationError) {
            guard let challenge = Base64.decode(text) else {
                throw .malformedChallenge(method, reason: "it is not base64")
            }
            var bytes = try mechanism.respond(to: challenge)
            defer { bytes.wipe() }
            noteQuirks(of: mechanism)
            state = .sasl(mechanism, pendingInitialResponse: nil)
            return response(bytes)
        } catch {
            state = .cancelled(error)
            return .cancellation
        }
    }

    /// `+OK`: the end, unless the mechanism knows that it cannot be.
    private mutating func conclude(
        _ mechanism: any SASLMechanism, pending: Secret?, text: [UInt8]
    ) throws(AuthenticationError) -> AuthenticationLine? {
        var mechanism = mechanism
        if pending == nil, mechanism.isComplete { return nil }
        // A server that cannot have seen the credential yet means "go on" by its +OK.
        if pending != nil || !(mechanism is SCRAMMechanism) && mechanism.rejection == nil {
            quirks.append(.successInsteadOfChallenge)
            return advance(mechanism, pending: pending, text: text)
        }
        guard let data = Base64.decode(text), !data.isEmpty else { throw .serverNotVerified(method) }
        try mechanism.acceptAdditionalData(data)
        quirks.append(.dataWithSuccess)
        return nil
    }

    private mutating func noteQuirks(of mechanism: any SASLMechanism) {
        for quirk in mechanism.quirks where !quirks.contains(quirk) { quirks.append(quirk) }
    }

    private func response(_ bytes: [UInt8]) -> AuthenticationLine {
        var encoded = Base64.encode(bytes)
        defer { encoded.wipe() }
        return AuthenticationLine(encoded, transcript: bytes.isEmpty ? "" : "****")
    }

    private func rejection(_ code: String?, _ text: [UInt8]) -> AuthenticationError {
        .rejected(method, code: code, text: EscapedText(text).description)
    }

    private func command(
        _ verb: String, _ argument: [UInt8], transcript: String, field: CredentialField
    ) throws(AuthenticationError) -> AuthenticationLine {
        let line = AuthenticationLine(Array(verb.utf8), argument, transcript: transcript)
        guard line.fits else { throw .invalidCredential(field, .tooLong) }
        return line
    }
}
