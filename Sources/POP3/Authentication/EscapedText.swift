/// Text from the other side made safe for a terminal and a log: visible ASCII and spaces stay, anything else is
/// escaped.
struct EscapedText: CustomStringConvertible {
    /// Longer text is cut here and marked with `…`.
    static let maximumLength = 512

    let description: String

    init(_ bytes: some Collection<UInt8>) {
        var text = ""
        for byte in bytes.prefix(Self.maximumLength) {
            switch byte {
            case UInt8(ascii: "\\"): text += "\\\\"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        description = bytes.count > Self.maximumLength ? text + "…" : text
    }

    init(_ string: String) {
        self.init(Array(string.utf8))
    }
}
