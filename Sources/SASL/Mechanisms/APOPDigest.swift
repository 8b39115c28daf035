internal import ByteCoding
internal import Digests

/// APOP's proof (RFC 1939 §7): the MD5 of the greeting's timestamp followed by the shared secret.
package enum APOPDigest {
    /// Longer than any msg-id that fits into a response line of 512 bytes.
    static let maximumTimestampLength = 500

    /// The 32 hexadecimal digits to send after the user name.
    ///
    /// - Throws: ``AuthenticationError/apopTimestampInvalid`` where the greeting holds no strict msg-id.
    package static func digest(greeting: [UInt8], secret: Secret) throws(AuthenticationError) -> [UInt8] {
        guard let timestamp = timestamp(in: greeting) else { throw .apopTimestampInvalid }
        try CredentialCheck.secret(secret)
        var message: [UInt8] = []
        message.reserveCapacity(timestamp.count + secret.count)
        message += timestamp
        message.append(secret)
        defer { message.wipe() }
        return Hexadecimal.encode(
            try fromLibcrypto { () throws(DigestError) in try HashFunction.md5.digest(of: message) })
    }

    /// The timestamp with its angle brackets, or nil where the greeting holds none that is a msg-id.
    ///
    /// Only `dot-atom@dot-atom` or `dot-atom@[literal]` in ASCII passes (RFC 5322 §3.6.4): an attacker who may choose
    /// other bytes can find the password through MD5 collisions (CVE-2007-1558).
    package static func timestamp(in greeting: [UInt8]) -> [UInt8]? {
        guard let start = greeting.firstIndex(of: UInt8(ascii: "<")),
            let end = greeting[start...].firstIndex(of: UInt8(ascii: ">")),
            end - start < maximumTimestampLength
        else { return nil }
        let sides = greeting[(start + 1)..<end].split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard sides.count == 2, isDotAtom(sides[0]), isDotAtom(sides[1]) || isLiteral(sides[1]) else { return nil }
        return Array(greeting[start...end])
    }

    private static func isDotAtom(_ text: ArraySlice<UInt8>) -> Bool {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomText) }
    }

    private static func isLiteral(_ text: ArraySlice<UInt8>) -> Bool {
        text.first == UInt8(ascii: "[") && text.last == UInt8(ascii: "]") && text.count > 2
            && text.dropFirst().dropLast().allSatisfy { byte in
                (0x21...0x7E).contains(byte) && !"[]\\<>".utf8.contains(byte)
            }
    }

    private static func isAtomText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }
}
