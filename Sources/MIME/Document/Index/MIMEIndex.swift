internal import ByteCoding

/// Where the parts of a message and their header fields lie, in a few octets, for keeping beside the message: any part
/// can be opened again later without looking through the message.
///
/// A typical index has 3 octets for each header field and 10 for each part. Its form is this module's own, with a
/// version; an index of another version is refused, and is made anew by parsing.
public struct MIMEIndex: Sendable, Hashable {
    /// The index as it is kept.
    public let octets: [UInt8]

    static let version: UInt8 = 1
    /// How much of the message tells it from others.
    private static let fingerprintLength = 4096

    /// Indexes a document. O(parts + header fields).
    ///
    /// Nil where the backend cannot tell where things lie in the message (`MIMEPart.range`). Defects are not kept.
    public init?(_ document: MIMEDocument) {
        var writer = MIMEIndexWriter()
        writer.append(octet: Self.version)
        writer.append(document.message.count)
        writer.append(Self.fingerprint(of: document.message))
        writer.append(document.partCount)
        for part in document.parts { guard writer.append(part) else { return nil } }
        octets = writer.octets
    }

    /// Takes an index as it was kept. It is checked when it is opened.
    public init(octets: [UInt8]) {
        self.octets = octets
    }

    /// The document of `message`, as the index has it. O(parts + header fields), and the size of embedded messages that
    /// are themselves encoded, which are decoded within `limits`.
    ///
    /// The index may come from anywhere: whatever it holds, parts lie within the message and within each other.
    ///
    /// - Throws: `MIMEIndexError` where the index is damaged, or of another message.
    public func open(_ message: MessageBytes, limits: MIMELimits = MIMELimits()) throws(MIMEIndexError) -> MIMEDocument
    {
        var reader = MIMEIndexReader(octets, message, limits)
        return try reader.read()
    }

    /// Tells messages of one size apart as far as their beginnings do.
    static func fingerprint(of message: MessageBytes) -> Int {
        Int(CRC32.checksum(message.extracting(0..<min(message.count, fingerprintLength))))
    }
}

/// Why an index cannot be used. The message can be parsed instead.
public enum MIMEIndexError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The index was made by another version of this module.
    case unknownVersion
    /// The message is not the one that was indexed.
    case otherMessage
    /// The index ends early, or says what cannot be.
    case damaged
    /// The document would go over a limit.
    case overLimit

    public var description: String {
        switch self {
        case .unknownVersion: "the index was made by another version: parse the message and index it anew"
        case .otherMessage: "the index is of another message"
        case .damaged: "the index is damaged: parse the message and index it anew"
        case .overLimit: "the indexed document goes over a limit"
        }
    }
}
