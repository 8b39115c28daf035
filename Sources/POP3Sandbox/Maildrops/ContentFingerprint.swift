internal import ByteCoding

/// Names for unique ids: FNV-1a, 64 bits. It distinguishes messages and protects against nothing.
enum ContentFingerprint {
    static func hexadecimal(of bytes: some Sequence<UInt8>) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(decoding: Hexadecimal.encode(hash), as: UTF8.self)
    }
}
