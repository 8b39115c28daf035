/// A fatal alert that the other side sent, by which it ended TLS (RFC 8446 §6).
public struct TLSAlert: Sendable, Hashable {
    /// The number of the alert on the wire.
    public let code: UInt8

    public init(code: UInt8) {
        self.code = code
    }

    /// The name in the registry, with spaces.
    public var name: String { Self.names[code] ?? "number \(code)" }

    /// What the alert means for the client that gets it, and what can be done; nil where the name says it all.
    public var advice: String? {
        switch code {
        case 40: "the server accepts none of the ciphers offered, or demands a client certificate"
        case 42...46, 48: "the server does not accept the client certificate"
        case 70: Self.versionAdvice
        case 71: "the server demands stronger ciphers than those offered"
        case 112: "the server does not know the name that it was asked for"
        case 116: "the server demands a client certificate"
        case 120: "the server speaks another protocol on this port"
        default: nil
        }
    }

    /// What to do where both sides have no version of TLS in common.
    static let versionAdvice =
        "the server speaks none of the TLS versions allowed here, the oldest of which is TLS 1.2: it is too old and "
        + "must be updated, or the minimum version asked for is too new for it"

    /// Whether the same connection may succeed later: the alert reports an accident, not a refusal.
    package var isTemporary: Bool { [20, 80, 90].contains(code) }

    /// The TLS alerts registry, without the reserved numbers.
    private static let names: [UInt8: String] = [
        0: "close notify", 10: "unexpected message", 20: "bad record MAC", 21: "decryption failed",
        22: "record overflow", 30: "decompression failure", 40: "handshake failure", 41: "no certificate",
        42: "bad certificate", 43: "unsupported certificate", 44: "certificate revoked", 45: "certificate expired",
        46: "certificate unknown", 47: "illegal parameter", 48: "unknown CA", 49: "access denied",
        50: "decode error", 51: "decrypt error", 60: "export restriction", 70: "protocol version",
        71: "insufficient security", 80: "internal error", 86: "inappropriate fallback", 90: "user canceled",
        100: "no renegotiation", 109: "missing extension", 110: "unsupported extension",
        111: "certificate unobtainable", 112: "unrecognized name", 113: "bad certificate status response",
        114: "bad certificate hash value", 115: "unknown PSK identity", 116: "certificate required",
        120: "no application protocol",
    ]
}

extension TLSAlert: CustomStringConvertible {
    public var description: String { "\(name) (\(code))" + (advice.map { ": \($0)" } ?? "") }
}
