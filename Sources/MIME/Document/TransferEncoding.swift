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
        var token: [UInt8] = []
        for byte in value.bytes {
            switch byte {
            case 0x20, 0x09, 0x0D, 0x0A, UInt8(ascii: "\""):
                if token.isEmpty { continue }
            case UInt8(ascii: ";"), UInt8(ascii: "("): break
            default:
                token.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
                if token.count > 32 { break } else { continue }
            }
            break
        }
        self =
            switch String(decoding: token, as: UTF8.self) {
            case "7bit", "7-bit", "": .sevenBit
            case "8bit", "8-bit": .eightBit
            case "binary": .binary
            case "quoted-printable": .quotedPrintable
            case "base64": .base64
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
