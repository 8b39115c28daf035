import ByteCoding
import Digests

@testable import SASL

/// The server's side of SCRAM (RFC 5802 §3): it keeps StoredKey and ServerKey, and checks proof, nonce and binding.
struct SCRAMServer {
    let hash: HashFunction
    let secret: Secret
    /// The bytes that this end of the TLS connection exports.
    let exporter: [UInt8]
    let salt: [UInt8] = [9, 8, 7, 0, 255]
    let iterations = 4096

    private(set) var clientFirst: [UInt8] = []
    private var first: [UInt8] = []

    init(_ hash: HashFunction, secret: Secret, exporter: [UInt8]) {
        self.hash = hash
        self.secret = secret
        self.exporter = exporter
    }

    mutating func begin(_ message: [UInt8]) throws -> [UInt8] {
        clientFirst = message
        let nonce = message.split(separator: "r=".utf8, maxSplits: 1)[1]
        first = Array("r=".utf8) + nonce + Array("server,s=".utf8) + Base64.encode(salt)
        first += Array(",i=\(iterations)".utf8)
        return first
    }

    /// The server's signature, or its error value where the client's proof does not hold.
    func finish(_ message: [UInt8]) throws -> [UInt8] {
        let parts = message.split(separator: ",p=".utf8, maxSplits: 1)
        let header = clientFirst.split(separator: "n=".utf8, maxSplits: 1)[0]
        let bound = Array(header) + (clientFirst.starts(with: "p=".utf8) ? exporter : [])
        guard parts[0].starts(with: Array("c=".utf8) + Base64.encode(bound) + Array(",r=".utf8)) else {
            return Array("e=channel-bindings-dont-match".utf8)
        }
        let bare = clientFirst.dropFirst(header.count)
        let exchanged = Array(bare) + Array(",".utf8) + first + Array(",".utf8) + Array(parts[0])
        let salted = try secret.withBytes { try hash.derivedKey(from: $0, salt: salt, iterations: iterations) }
        let storedKey = try hash.digest(of: try code("Client Key", salted))
        let proof = Base64.decode(parts[1]) ?? []
        let signature = try hash.authenticationCode(of: exchanged, key: storedKey.span)
        guard try hash.digest(of: zip(proof, signature).map { $0 ^ $1 }) == storedKey else {
            return Array("e=invalid-proof".utf8)
        }
        let serverKey = try code("Server Key", salted)
        return Array("v=".utf8)
            + Base64.encode(try hash.authenticationCode(of: exchanged, key: serverKey.span))
    }

    private func code(_ text: String, _ key: [UInt8]) throws -> [UInt8] {
        try hash.authenticationCode(of: Array(text.utf8), key: key.span)
    }
}
