/// How the checksum of an attachment is made.
public enum ChecksumAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// Collisions can be made at will: for comparing with old lists only (RFC 6151).
    case md5
    /// Collisions can be made: for comparing with old lists only (RFC 6194).
    case sha1
    case sha256

    /// The digest's octets: 16, 20 or 32. O(n).
    public func digest(_ message: MessageBytes) -> [UInt8] {
        switch self {
        case .md5: MD5.digest(message)
        case .sha1: SHA1.digest(message)
        case .sha256: SHA256.digest(message)
        }
    }
}

/// A checksum of content that comes in pieces.
enum RunningChecksum {
    case md5(RunningDigest<MD5>)
    case sha1(RunningDigest<SHA1>)
    case sha256(RunningDigest<SHA256>)

    init(_ algorithm: ChecksumAlgorithm) {
        self =
            switch algorithm {
            case .md5: .md5(RunningDigest())
            case .sha1: .sha1(RunningDigest())
            case .sha256: .sha256(RunningDigest())
            }
    }

    mutating func update(_ piece: MessageBytes) {
        // Consumed, since a digest that `self` retained too would have its buffer copied for each piece.
        switch consume self {
        case .md5(var digest):
            digest.update(piece)
            self = .md5(digest)
        case .sha1(var digest):
            digest.update(piece)
            self = .sha1(digest)
        case .sha256(var digest):
            digest.update(piece)
            self = .sha256(digest)
        }
    }

    /// The digest's octets.
    consuming func finish() -> [UInt8] {
        switch consume self {
        case .md5(let digest): digest.finish()
        case .sha1(let digest): digest.finish()
        case .sha256(let digest): digest.finish()
        }
    }
}
