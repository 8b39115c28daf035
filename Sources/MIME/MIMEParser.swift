/// A way to find the structure of a message: parts, header fields, bodies.
///
/// A backend tells structure only. Decoding of headers, charsets and transfer encodings is supplied by this module for
/// all of them alike, on demand.
public protocol MIMEParser: Sendable {
    /// The backend's name, as in `--backend` and in JSON.
    static var name: String { get }

    /// What the backend can tell.
    static var capabilities: MIMECapabilities { get }

    /// Parses one message. The document keeps the message's memory alive; ranges point into it.
    ///
    /// A message that goes over a limit, or is damaged, gives a partial document with defects.
    ///
    /// - Throws: only where the backend itself breaks down and there is no document at all.
    /// - Complexity: linear in the size of the message.
    func parse(_ message: MessageBytes, limits: MIMELimits) throws(MIMEError) -> MIMEDocument
}

extension MIMEParser {
    /// `parse` with the default limits.
    public func parse(_ message: MessageBytes) throws(MIMEError) -> MIMEDocument {
        try parse(message, limits: MIMELimits())
    }
}

/// What a backend can tell of a message by itself; the rest is supplied or absent.
public struct MIMECapabilities: OptionSet, Sendable, Hashable {
    public let rawValue: Int

    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Where parts, fields and bodies lie in the message.
    public static let byteOffsets = MIMECapabilities(rawValue: 1 << 0)
    /// What is wrong with a message.
    public static let defects = MIMECapabilities(rawValue: 1 << 1)
    /// Header values with every octet as received, NUL included.
    public static let exactHeaderValues = MIMECapabilities(rawValue: 1 << 2)
    /// Addresses and groups: the backend's own reading of them is used. Encoded-words in names are decoded by this
    /// module.
    public static let addresses = MIMECapabilities(rawValue: 1 << 3)
    /// Dates: the backend's own reading of Date is used.
    public static let dates = MIMECapabilities(rawValue: 1 << 4)
    /// Transfer encodings: the backend's own decoders are used.
    public static let transferDecoding = MIMECapabilities(rawValue: 1 << 5)
}

/// Why there is no document at all.
public enum MIMEError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The backend failed within itself; its own words.
    case backendFailed(backend: String, reason: String)

    public var description: String {
        switch self {
        case .backendFailed(let backend, let reason): "the \(backend) parser failed: \(reason)"
        }
    }
}

/// Bounds on what a message may make a parser do. Over one of them the document is partial and has a defect.
///
/// They hold for a message together with the messages in it.
public struct MIMELimits: Sendable, Hashable {
    /// Levels of multiparts and embedded messages.
    public var depth = 100
    public var parts = 10_000
    public var headerFields = 10_000
    /// Octets in all headers.
    public var headerBytes = 2 * 1024 * 1024
    /// Octets of embedded messages that are themselves in base64 or quoted-printable, decoded.
    public var embeddedBytes = 64 * 1024 * 1024
    public var parametersPerField = 128
    public var addressesPerField = 100_000

    public init() {}
}
