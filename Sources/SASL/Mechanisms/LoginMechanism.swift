/// LOGIN (draft-murchison-sasl-login): asked for the user, then for the password, whatever the prompts say.
package struct LoginMechanism: SASLMechanism {
    private enum State { case user, secret, done }

    package let method = AuthenticationMethod.login
    private let user: String
    private let secret: Secret
    private var state = State.user

    package init(user: String, secret: Secret) throws(AuthenticationError) {
        try CredentialCheck.text(user, as: .user)
        try CredentialCheck.secret(secret)
        self.user = user
        self.secret = secret
    }

    package var isComplete: Bool { state == .done }

    package func initialResponse() -> [UInt8]? { nil }

    package mutating func respond(to challenge: [UInt8]) throws(AuthenticationError) -> [UInt8] {
        switch state {
        case .user:
            state = .secret
            return Array(user.utf8)
        case .secret:
            state = .done
            var message: [UInt8] = []
            message.reserveCapacity(secret.count)
            message.append(secret)
            return message
        case .done:
            throw malformed("a challenge after the password")
        }
    }
}
