internal import ByteCoding

/// SCRAM's server-first-message: `r=` nonce, `s=` salt, `i=` iteration count, then extensions to ignore (RFC 5802 §7).
struct SCRAMServerFirst {
    /// A nonce or salt beyond this serves no purpose but to waste memory.
    static let maximumAttributeLength = 4096

    let nonce: [UInt8]
    let salt: [UInt8]
    let iterations: Int

    /// - Throws: on a message out of order, a mandatory extension (`m=`), or a value outside its grammar.
    init(_ message: [UInt8], method: AuthenticationMethod) throws(AuthenticationError) {
        let attributes = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        func value(_ index: Int, _ name: StaticString) throws(AuthenticationError) -> ArraySlice<UInt8> {
            let text = "\(name)"
            guard index < attributes.count, attributes[index].starts(with: "\(text)=".utf8) else {
                if attributes.first?.starts(with: "m=".utf8) == true {
                    throw .malformedChallenge(method, reason: "an unknown mandatory extension")
                }
                if attributes.first?.starts(with: "e=".utf8) == true {
                    let error = EscapedText(attributes[0].dropFirst(2)).description
                    throw .serverError(method, value: error)
                }
                throw .malformedChallenge(method, reason: "no attribute \(text) in its place")
            }
            guard attributes[index].count <= Self.maximumAttributeLength else {
                throw .malformedChallenge(method, reason: "attribute \(text) is too long")
            }
            return attributes[index].dropFirst(2)
        }

        nonce = Array(try value(0, "r"))
        guard nonce.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformedChallenge(method, reason: "the nonce is not printable")
        }
        guard let salt = Base64.decode(try value(1, "s")), !salt.isEmpty else {
            throw .malformedChallenge(method, reason: "the salt is not base64")
        }
        self.salt = salt
        let count = try value(2, "i")
        guard count.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let iterations = Int(String(decoding: count, as: UTF8.self))
        else { throw .malformedChallenge(method, reason: "the iteration count is not a number") }
        self.iterations = iterations
    }
}
