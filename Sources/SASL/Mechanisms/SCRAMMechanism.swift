internal import ByteCoding
internal import Digests

/// SCRAM (RFC 5802, RFC 7677): the password never travels, and the server has to prove that it knows it too.
package struct SCRAMMechanism: SASLMechanism {
    private enum State {
        case initial
        case sentFirst
        case sentFinal(expectedSignature: [UInt8])
        case verified
    }

    package let method: AuthenticationMethod
    private let hash: HashFunction
    private let secret: Secret
    private let iterationCounts: ClosedRange<Int>
    private let header: [UInt8]
    private let binding: ChannelBinding
    private let clientNonce: [UInt8]
    private let clientFirstBare: [UInt8]
    private var state = State.initial
    package private(set) var quirks: [AuthenticationQuirk] = []

    /// - Parameters:
    ///   - method: one of the SCRAM methods; SCRAM-SHA-256-PLUS needs a binding.
    ///   - nonce: for tests against published exchanges; otherwise 18 random bytes in base64.
    package init(
        _ method: AuthenticationMethod, user: String, secret: Secret, actingAs: String? = nil,
        binding: ChannelBinding = .unsupported,
        iterationCounts: ClosedRange<Int> = AuthenticationPolicy.defaultIterationCounts, nonce: String? = nil
    ) throws(AuthenticationError) {
        try CredentialCheck.text(user, as: .user)
        try CredentialCheck.secret(secret)
        if let actingAs { try CredentialCheck.text(actingAs, as: .authorizationIdentity) }
        self.method = method
        self.hash = method == .scramSHA1 ? .sha1 : .sha256
        self.secret = secret
        // OpenSSL counts iterations in a C int.
        self.iterationCounts = iterationCounts.clamped(to: 1...Int(CInt.max))
        self.binding = binding
        let identity = actingAs.map { Array("a=".utf8) + GS2.escaped($0) } ?? []
        header = Array("\(binding.flag),".utf8) + identity + [UInt8(ascii: ",")]
        clientNonce = if let nonce { Array(nonce.utf8) } else { try Self.makeNonce() }
        clientFirstBare = Array("n=".utf8) + GS2.escaped(user) + Array(",r=".utf8) + clientNonce
    }

    package var isComplete: Bool {
        if case .verified = state { true } else { false }
    }

    package mutating func initialResponse() -> [UInt8]? {
        state = .sentFirst
        return header + clientFirstBare
    }

    package mutating func respond(to challenge: [UInt8]) throws(AuthenticationError) -> [UInt8] {
        switch state {
        case .sentFirst: return try respondToServerFirst(challenge)
        case .sentFinal(let signature):
            try verify(challenge, against: signature)
            return []
        case .initial, .verified: throw malformed("unexpected")
        }
    }

    /// Some servers put their proof into the final `+OK`: it counts just as well.
    package mutating func acceptAdditionalData(_ data: [UInt8]) throws(AuthenticationError) {
        guard case .sentFinal(let signature) = state else { throw .serverNotVerified(method) }
        try verify(data, against: signature)
    }

    private mutating func respondToServerFirst(_ challenge: [UInt8]) throws(AuthenticationError) -> [UInt8] {
        let first = try SCRAMServerFirst(challenge, method: method)
        guard first.nonce.starts(with: clientNonce), first.nonce.count > clientNonce.count else { throw .nonceChanged }
        guard iterationCounts.contains(first.iterations) else { throw .iterationCountOutOfRange(first.iterations) }
        if first.iterations < AuthenticationPolicy.recommendedIterationCount {
            quirks.append(.lowIterationCount(first.iterations))
        }
        var final = Array("c=".utf8) + Base64.encode(header + binding.data)
        final += Array(",r=".utf8) + first.nonce
        let comma = [UInt8(ascii: ",")]
        let exchanged = clientFirstBare + comma + challenge + comma + final
        let (proof, signature) = try proofs(of: exchanged, salt: first.salt, iterations: first.iterations)
        state = .sentFinal(expectedSignature: signature)
        return final + Array(",p=".utf8) + Base64.encode(proof)
    }

    /// The client's proof and the server's signature over all that was said (RFC 5802 §3).
    private func proofs(
        of exchanged: [UInt8], salt: [UInt8], iterations: Int
    ) throws(AuthenticationError) -> (client: [UInt8], server: [UInt8]) {
        try fromLibcrypto { () throws(DigestError) in
            try secret.withBytes { password throws(DigestError) in
                let saltedPassword = try hash.derivedKey(from: password, salt: salt, iterations: iterations)
                return try Self.proofs(of: exchanged, saltedPassword: saltedPassword, hash)
            }
        }
    }

    private static func proofs(
        of exchanged: [UInt8], saltedPassword: consuming [UInt8], _ hash: HashFunction
    ) throws(DigestError) -> (client: [UInt8], server: [UInt8]) {
        defer { saltedPassword.wipe() }
        var clientKey = try hash.authenticationCode(of: Array("Client Key".utf8), key: saltedPassword.span)
        defer { clientKey.wipe() }
        var serverKey = try hash.authenticationCode(of: Array("Server Key".utf8), key: saltedPassword.span)
        defer { serverKey.wipe() }
        let storedKey = try hash.digest(of: clientKey)
        let clientSignature = try hash.authenticationCode(of: exchanged, key: storedKey.span)
        let proof = zip(clientKey, clientSignature).map { $0 ^ $1 }
        return (proof, try hash.authenticationCode(of: exchanged, key: serverKey.span))
    }

    private static func makeNonce() throws(AuthenticationError) -> [UInt8] {
        Base64.encode(try fromLibcrypto { () throws(DigestError) in try randomBytes(18) })
    }

    private mutating func verify(_ message: [UInt8], against expected: [UInt8]) throws(AuthenticationError) {
        let attributes = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard let first = attributes.first else { throw .serverNotVerified(method) }
        if first.starts(with: "e=".utf8) {
            throw .serverError(method, value: EscapedText(first.dropFirst(2)).description)
        }
        guard first.starts(with: "v=".utf8), let signature = Base64.decode(first.dropFirst(2)),
            constantTimeEqual(signature.span, expected.span)
        else { throw .serverNotVerified(method) }
        state = .verified
    }
}
