internal import ByteCoding
internal import Digests

/// CRAM-MD5 (RFC 2195): the HMAC-MD5 of the server's challenge. The server is not verified.
package struct CRAMMD5Mechanism: SASLMechanism {
    package let method = AuthenticationMethod.cramMD5
    private let user: String
    private let secret: Secret
    package private(set) var isComplete = false

    package init(user: String, secret: Secret) throws(AuthenticationError) {
        try CredentialCheck.text(user, as: .user)
        try CredentialCheck.secret(secret)
        self.user = user
        self.secret = secret
    }

    package func initialResponse() -> [UInt8]? { nil }

    package mutating func respond(to challenge: [UInt8]) throws(AuthenticationError) -> [UInt8] {
        guard !isComplete else { throw malformed("a second challenge") }
        guard !challenge.isEmpty else { throw malformed("an empty challenge") }
        isComplete = true
        let code = try secret.withBytes { key throws(AuthenticationError) in
            try fromLibcrypto { () throws(DigestError) in
                try HashFunction.md5.authenticationCode(of: challenge, key: key)
            }
        }
        return Array(user.utf8) + [UInt8(ascii: " ")] + Hexadecimal.encode(code)
    }
}
