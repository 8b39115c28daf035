internal import ByteCoding

/// A UIDL id, which names a message for as long as it exists (RFC 1939 §7): 1 to 70 bytes from 0x21 to 0x7E, if the
/// server keeps to the standard; other ids are taken as they stand.
///
/// The bytes are the server's. They are compared and stored, and must not be used as a file name. A value owns its
/// bytes: it does not keep the listing in memory that it comes from.
public struct UniqueID: Sendable {
    /// Ids of up to 24 bytes need no memory of their own, which are nearly all.
    private enum Storage: Sendable, Hashable {
        case short(UInt64, UInt64, UInt64, count: UInt8)
        case long([UInt8])
    }

    private static let shortLimit = 24
    private let storage: Storage

    /// Copies the bytes of an id, as the server sent them. O(n).
    public init(bytes: some Collection<UInt8>) {
        guard bytes.count <= Self.shortLimit else {
            storage = .long(Array(bytes))
            return
        }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        // Sound: the words have room for `shortLimit` bytes, and there are no more.
        unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.copyBytes(from: bytes) }
        storage = .short(
            words.0.littleEndian, words.1.littleEndian, words.2.littleEndian, count: UInt8(bytes.count))
    }

    /// The number of bytes.
    public var count: Int {
        switch storage {
        case .short(_, _, _, let count): Int(count)
        case .long(let bytes): bytes.count
        }
    }

    /// The bytes as the server sent them. O(n).
    public var bytes: [UInt8] {
        switch storage {
        case .short(let first, let second, let third, let count):
            (0..<Int(count)).map { index in
                let word = index < 8 ? first : index < 16 ? second : third
                return UInt8(truncatingIfNeeded: word >> UInt64(8 * (index & 7)))
            }
        case .long(let bytes): bytes
        }
    }
}

extension UniqueID: Hashable, Comparable {
    public static func == (left: UniqueID, right: UniqueID) -> Bool { left.storage == right.storage }

    public func hash(into hasher: inout Hasher) { hasher.combine(storage) }

    /// In the order of the bytes.
    public static func < (left: UniqueID, right: UniqueID) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension UniqueID: LosslessStringConvertible, ExpressibleByStringLiteral {
    /// The id as text: visible ASCII and other harmless UTF-8 as they are, a backslash doubled, and every other byte as an
    /// escape, `\xNN` or `\u{…}`. ``init(_:)`` reads it back.
    public var description: String { EscapedText(bytes, upTo: .max).description }

    /// The id that ``description`` gives as this text.
    ///
    /// - Returns: nil where a backslash begins none of the escapes.
    public init?(_ description: String) {
        guard let bytes = EscapedText.unescape(description) else { return nil }
        self.init(bytes: bytes)
    }

    /// The id whose bytes are those of the text.
    public init(stringLiteral text: String) { self.init(bytes: Array(text.utf8)) }
}

/// Encoded as its ``description``.
extension UniqueID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = UniqueID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a backslash in a unique id begins \\\\, \\xNN or \\u{…}")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
