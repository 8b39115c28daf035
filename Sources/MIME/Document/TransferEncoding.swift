/// How a body is encoded for transport (RFC 2045 §6).
public enum TransferEncoding: String, Sendable, Hashable {
    case sevenBit = "7bit"
    case eightBit = "8bit"
    case binary
    case quotedPrintable = "quoted-printable"
    case base64
    /// A name that is none of these; the body is taken as it is.
    case unknown

    /// Reads the value of Content-Transfer-Encoding; white space, comments behind it and case do not matter.
    public init(_ value: MessageBytes) {
        self = unsafe value.withUnsafeBytes { unsafe Self($0) }
    }

    package init(_ value: UnsafeRawBufferPointer) {
        var start = 0
        while unsafe start < value.count && (HeaderCursor.isSpace(value[start]) || value[start] == UInt8(ascii: "\"")) {
            start += 1
        }
        var end = start
        while unsafe end < value.count && !Self.endsToken(value[end]) { end += 1 }
        self = unsafe Self(token: UnsafeRawBufferPointer(rebasing: value[start..<end]))
    }

    private static func endsToken(_ octet: UInt8) -> Bool {
        HeaderCursor.isSpace(octet) || octet == UInt8(ascii: "\"") || octet == UInt8(ascii: ";")
            || octet == UInt8(ascii: "(")
    }

    private init(token: UnsafeRawBufferPointer) {
        self =
            switch token.count {
            case 0: .sevenBit
            case 4 where unsafe token.isEqualWithoutCase(to: "7bit"): .sevenBit
            case 4 where unsafe token.isEqualWithoutCase(to: "8bit"): .eightBit
            case 5 where unsafe token.isEqualWithoutCase(to: "7-bit"): .sevenBit
            case 5 where unsafe token.isEqualWithoutCase(to: "8-bit"): .eightBit
            case 6 where unsafe token.isEqualWithoutCase(to: "base64"): .base64
            case 6 where unsafe token.isEqualWithoutCase(to: "binary"): .binary
            case 16 where unsafe token.isEqualWithoutCase(to: "quoted-printable"): .quotedPrintable
            default: .unknown
            }
    }

    /// Whether the octets are those of the content itself.
    public var isIdentity: Bool {
        switch self {
        case .sevenBit, .eightBit, .binary, .unknown: true
        case .quotedPrintable, .base64: false
        }
    }
}
