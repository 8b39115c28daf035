/// OAUTHBEARER (RFC 7628) and its forerunner XOAUTH2: an access token, and on refusal a status as JSON.
package struct OAuthMechanism: SASLMechanism {
    private static let separator: UInt8 = 0x01

    package let method: AuthenticationMethod
    private let head: [UInt8]
    private let token: Secret
    package private(set) var isComplete = false
    package private(set) var rejection: AuthenticationError?

    /// OAUTHBEARER. `host` and `port` say where the client meant to connect to; both may be absent.
    package static func bearer(
        user: String, token: Secret, host: String? = nil, port: UInt16? = nil
    ) throws(AuthenticationError) -> OAuthMechanism {
        if let host { try CredentialCheck.text(host, as: .user) }
        var head = Array("n,a=".utf8) + GS2.escaped(user) + [UInt8(ascii: ","), separator]
        if let host { head += Array("host=\(host)".utf8) + [separator] }
        if let port { head += Array("port=\(port)".utf8) + [separator] }
        return try OAuthMechanism(method: .oauthBearer, user: user, token: token, head: head)
    }

    /// XOAUTH2, as Google and Microsoft document it.
    package static func xoauth2(user: String, token: Secret) throws(AuthenticationError) -> OAuthMechanism {
        let head = Array("user=\(user)".utf8) + [separator]
        return try OAuthMechanism(method: .xoauth2, user: user, token: token, head: head)
    }

    private init(
        method: AuthenticationMethod, user: String, token: Secret, head: [UInt8]
    ) throws(AuthenticationError) {
        try CredentialCheck.text(user, as: .user)
        try CredentialCheck.token(token)
        self.method = method
        self.head = head
        self.token = token
    }

    package mutating func initialResponse() -> [UInt8]? {
        isComplete = true
        let scheme = Array("auth=Bearer ".utf8)
        var message: [UInt8] = []
        message.reserveCapacity(head.count + scheme.count + token.count + 2)
        message += head + scheme
        message.append(token)
        message += [Self.separator, Self.separator]
        return message
    }

    /// A challenge is the server's refusal; it has to be answered before `-ERR` comes (RFC 7628 §3.2.3).
    package mutating func respond(to challenge: [UInt8]) throws(AuthenticationError) -> [UInt8] {
        guard rejection == nil else { throw malformed("a second error challenge") }
        rejection = .tokenRejected(status: String(decoding: challenge, as: UTF8.self))
        isComplete = false
        return method == .oauthBearer ? [Self.separator] : []
    }
}
