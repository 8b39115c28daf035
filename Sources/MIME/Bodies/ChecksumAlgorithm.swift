internal import Digests
import MessageBuffers

/// How the checksum of an attachment is made.
public enum ChecksumAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// Collisions can be made at will: for comparing with old lists only (RFC 6151).
    case md5
    /// Collisions can be made: for comparing with old lists only (RFC 6194).
    case sha1
    case sha256

    /// The digest's bytes: 16, 20 or 32. O(n).
    ///
    /// - Throws: ``ChecksumError`` if the OpenSSL that runs here does not provide the algorithm.
    public func digest(_ message: MessageBytes) throws(ChecksumError) -> [UInt8] {
        let digest = try runningDigest()
        digest.update(message.span)
        return digest.finish()
    }

    /// Ready for content that comes in pieces.
    func runningDigest() throws(ChecksumError) -> RunningDigest {
        do throws(DigestError) {
            return try RunningDigest(hashFunction)
        } catch {
            throw ChecksumError(algorithm: self)
        }
    }

    private var hashFunction: HashFunction {
        switch self {
        case .md5: .md5
        case .sha1: .sha1
        case .sha256: .sha256
        }
    }
}

/// The OpenSSL that runs here does not provide a checksum's algorithm, such as MD5 in FIPS mode.
public struct ChecksumError: Error, Sendable, Hashable, CustomStringConvertible {
    public let algorithm: ChecksumAlgorithm

    /// Says which algorithm, and what decides it.
    public var description: String {
        "OpenSSL provides no \(algorithm.rawValue.uppercased()) here; its configuration decides which algorithms there are"
    }
}
