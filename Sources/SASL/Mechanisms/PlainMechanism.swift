/// PLAIN (RFC 4616): identity, user and password in one message, readable by anybody who can read the connection.
package struct PlainMechanism: SASLMechanism {
    package let method = AuthenticationMethod.plain
    private let user: String
    private let secret: Secret
    private let actingAs: String?
    package private(set) var isComplete = false

    package init(user: String, secret: Secret, actingAs: String? = nil) throws(AuthenticationError) {
        try CredentialCheck.text(user, as: .user)
        try CredentialCheck.secret(secret)
        if let actingAs { try CredentialCheck.text(actingAs, as: .authorizationIdentity) }
        self.user = user
        self.secret = secret
        self.actingAs = actingAs
    }

    package mutating func initialResponse() -> [UInt8]? {
        isComplete = true
        var message: [UInt8] = []
        // Room for all of it at once: growth would leave copies of the secret in freed memory.
        message.reserveCapacity((actingAs?.utf8.count ?? 0) + user.utf8.count + secret.count + 2)
        message += Array((actingAs ?? "").utf8)
        message.append(0)
        message += Array(user.utf8)
        message.append(0)
        message.append(secret)
        return message
    }

    package mutating func respond(to challenge: [UInt8]) throws(AuthenticationError) -> [UInt8] {
        throw malformed("a challenge after the password")
    }
}
