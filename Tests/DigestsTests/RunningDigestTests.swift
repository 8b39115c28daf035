import ByteCoding
import Digests
import Testing

@Suite("Digests of libcrypto")
struct RunningDigestTests {
    private static let functions: [HashFunction] = [.md5, .sha1, .sha256]

    @Test("pieces of any length give the digest of the whole", arguments: functions)
    func pieces(_ function: HashFunction) throws {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let digest = try RunningDigest(function)
        for length in [1, 3, 63, 64, 65, 200] {
            digest.reset()
            for start in stride(from: 0, to: bytes.count, by: length) {
                digest.update(Array(bytes[start..<min(start + length, bytes.count)]))
            }
            #expect(try digest.finish() == function.digest(of: bytes))
        }
    }

    @Test(
        "one object serves any number of messages",
        arguments: [
            (.md5, "900150983cd24fb0d6963f7d28e17f72"), (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] as [(HashFunction, String)])
    func reuse(_ function: HashFunction, _ expected: String) throws {
        let digest = try RunningDigest(function)
        digest.update([1, 2, 3])
        let message = Array("abc".utf8)
        for _ in 0..<3 {
            let result = unsafe digest.digest(of: message.span.bytes)
            #expect(Hexadecimal.string(result) == expected)
            #expect(result.count == function.digestLength)
        }
    }

    @Test("the HMAC of RFC 4231 §4.3")
    func authenticationCode() throws {
        let code = try HashFunction.sha256.authenticationCode(
            of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8).span)
        #expect(Hexadecimal.string(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test(
        "equal bytes are equal, whatever else the comparison shows",
        arguments: [("", "", true), ("a", "b", false), ("a", "", false), ("ab", "ab", true)])
    func constantTime(_ left: String, _ right: String, _ areEqual: Bool) {
        #expect(constantTimeEqual(Array(left.utf8).span, Array(right.utf8).span) == areEqual)
    }
}
