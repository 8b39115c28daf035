extension EscapedText {
    /// The bytes that are shown as `text`; nil where a backslash begins no escape that ``description`` has.
    package static func unescape(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "\\"): bytes.append(byte)
            case UInt8(ascii: "x"):
                guard rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            case UInt8(ascii: "u"):
                guard rest.popFirst() == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")),
                    let value = UInt32(Substring(rest[..<end]), radix: 16), let scalar = Unicode.Scalar(value)
                else { return nil }
                bytes += Array(String(Character(scalar)).utf8)
                rest = rest[rest.index(after: end)...]
            default: return nil
            }
        }
        return bytes
    }
}
