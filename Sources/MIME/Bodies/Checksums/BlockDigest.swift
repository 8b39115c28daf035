/// A digest that takes its message in blocks of 64 octets, padded by a one bit, zeros and the length (RFC 1321 §3.1,
/// FIPS 180-4 §5.1.1). For checksums only, so that the module needs no cryptographic library.
protocol BlockDigest {
    /// Words as the digest reads and writes them.
    static var isBigEndian: Bool { get }

    init()

    /// Takes the 64 octets at `offset`, which `bytes` has.
    mutating func compress(_ bytes: UnsafeRawBufferPointer, at offset: Int)

    /// The state's words as they are after the last block.
    var words: [UInt32] { get }
}

extension BlockDigest {
    static var blockLength: Int { 64 }

    /// The word at `offset`, which `bytes` has whole.
    @inline(__always)
    static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return isBigEndian ? word.bigEndian : word.littleEndian
    }

    /// The digest's octets. O(n).
    static func digest(_ message: MessageBytes) -> [UInt8] {
        var state = Self()
        let whole = message.count / blockLength * blockLength
        unsafe message.withUnsafeBytes { bytes in
            for offset in stride(from: 0, to: whole, by: blockLength) { unsafe state.compress(bytes, at: offset) }
        }
        var tail = Array(message[whole..<message.count]) + [0x80]
        while tail.count % blockLength != blockLength - 8 { tail.append(0) }
        let bits = UInt64(message.count) * 8
        for place in 0..<8 {
            tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * (isBigEndian ? 7 - place : place))))
        }
        unsafe tail.withUnsafeBytes { bytes in
            for offset in stride(from: 0, to: bytes.count, by: blockLength) {
                unsafe state.compress(bytes, at: offset)
            }
        }
        return state.words.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * (isBigEndian ? 3 - $0 : $0))) }
        }
    }
}

extension UInt32 {
    @inline(__always)
    func rotatedLeft(_ count: UInt32) -> UInt32 { self &<< count | self &>> (32 &- count) }

    @inline(__always)
    func rotatedRight(_ count: UInt32) -> UInt32 { self &>> count | self &<< (32 &- count) }
}
