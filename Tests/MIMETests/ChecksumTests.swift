import ByteCoding
import COpenSSL
import MessageBuffers
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
    func vectors(_ algorithm: ChecksumAlgorithm, _ text: String, _ digest: String) throws {
        #expect(Hexadecimal.string(try algorithm.digest(MessageBytes(text))) == digest)
    }

    @Test("an algorithm that OpenSSL does not provide is an error, not a wrong digest")
    func unavailable() async throws {
        // In a process of its own, since the setting holds for all of it.
        await #expect(processExitsWith: .success) {
            // The default provider has no algorithm that is approved by FIPS 140: as if it had none at all.
            #expect(unsafe EVP_set_default_properties(nil, "fips=yes") == 1)
            for algorithm in ChecksumAlgorithm.allCases {
                #expect(throws: ChecksumError(algorithm: algorithm)) { try algorithm.digest(MessageBytes("abc")) }
            }
            let bytes = MessageBytes(
                "Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\nabc")
            let mail = try Mail(bytes)
            #expect(throws: ChecksumError(algorithm: .sha256)) { try mail.attachments.first?.checksum }
            #expect(throws: ChecksumError(algorithm: .sha256)) { try mail.attachments.first?.sha256 }
            var line: [UInt8] = []
            mail.writeJSON(source: nil, into: &line)
            let json = String(decoding: line, as: UTF8.self)
            #expect(json.contains("\"size\":3") && !json.contains("ha256") && json.hasSuffix("}"))
            var reader = MailReader()
            let ended = (reader.receive(bytes) + reader.finish()).compactMap { event in
                if case .attachmentEnded(let attachment) = event { attachment } else { nil }
            }
            #expect(ended.map(\.size) == [3])
            #expect(throws: ChecksumError(algorithm: .sha256)) { try ended.first?.checksum }
        }
    }

    @Test("every length is padded as Python's hashlib does it", arguments: ChecksumAlgorithm.allCases)
    func lengths(_ algorithm: ChecksumAlgorithm) throws {
        let python = try #require(PythonScript("digests"))
        let expected = try #require(try python.lines([algorithm.rawValue, "300"]))
        #expect(expected.count == 300)
        let octets = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for (length, digest) in expected.enumerated() {
            #expect(Hexadecimal.string(try algorithm.digest(MessageBytes(Array(octets[..<length])))) == digest)
        }
    }
}
