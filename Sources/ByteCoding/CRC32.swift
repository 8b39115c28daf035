/// The checksum of Ethernet and zip (ITU-T V.42). It finds accidental damage and protects against nothing.
@usableFromInline
package enum CRC32 {
    @usableFromInline
    static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    /// The checksum of `bytes`. O(n).
    @inlinable
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let table = Self.table
        return ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
    }
}
