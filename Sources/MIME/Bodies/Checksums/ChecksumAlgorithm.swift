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
