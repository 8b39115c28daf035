import Testing

@testable import MIME

@Suite("Checksums (RFC 1321, FIPS 180-4)")
struct ChecksumTests {
    @Test(
        "vectors of the standards",
        arguments: [
            (ChecksumAlgorithm.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
            (.md5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ])
    func vectors(_ algorithm: ChecksumAlgorithm, _ text: String, _ digest: String) {
        #expect(algorithm.digest(MessageBytes(text)).hexadecimal == digest)
    }

    @Test("pieces of any length give the digest of the whole", arguments: ChecksumAlgorithm.allCases)
    func pieces(_ algorithm: ChecksumAlgorithm) {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for length in [1, 3, 63, 64, 65, 200] {
            var checksum = RunningChecksum(algorithm)
            for start in stride(from: 0, to: bytes.count, by: length) {
                checksum.update(MessageBytes(bytes[start..<min(start + length, bytes.count)]))
            }
            #expect(checksum.finish() == algorithm.digest(MessageBytes(bytes)))
        }
    }

    @Test("every length is padded as Python's hashlib does it", arguments: ChecksumAlgorithm.allCases)
    func lengths(_ algorithm: ChecksumAlgorithm) throws {
        let python = try #require(PythonScript("digests"))
        let expected = try #require(try python.lines([algorithm.rawValue, "300"]))
        #expect(expected.count == 300)
        let octets = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for (length, digest) in expected.enumerated() {
            #expect(algorithm.digest(MessageBytes(Array(octets[..<length]))).hexadecimal == digest)
        }
    }
}
