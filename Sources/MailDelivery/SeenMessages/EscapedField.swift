internal import ByteCoding

/// How an id or a name stands in a line of a ``SeenMessageStore`` file: visible ASCII as it is, except `%`
/// and `#`; every other byte as `%` and two digits.
enum EscapedField {
    private static let percent = UInt8(ascii: "%")

    private static func isVerbatim(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != percent && byte != UInt8(ascii: "#")
    }

    static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        PercentEncoding.encode(bytes) { isVerbatim($0) }
    }

    /// The bytes that `text` stands for, or nil where it holds what ``encode(_:)`` does not write.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.allSatisfy({ isVerbatim($0) || $0 == percent }) else { return nil }
        return PercentEncoding.decodeStrictly(text)
    }
}
