/// EXTERNAL (RFC 4422, appendix A): TLS has proved who the client is; only the maildrop may be named.
package struct ExternalMechanism: SASLMechanism {
    package let method = AuthenticationMethod.external
    private let actingAs: String?
    package private(set) var isComplete = false

    package init(actingAs: String? = nil) throws(AuthenticationError) {
        if let actingAs { try CredentialCheck.text(actingAs, as: .authorizationIdentity) }
        self.actingAs = actingAs
    }

    package mutating func initialResponse() -> [UInt8]? {
        isComplete = true
        return Array((actingAs ?? "").utf8)
    }

    package mutating func respond(to challenge: [UInt8]) throws(AuthenticationError) -> [UInt8] {
        throw malformed("a challenge after the identity")
    }
}
