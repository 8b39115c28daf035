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
        var digest = RunningDigest<Self>()
        digest.update(message)
        return digest.finish()
    }
}

/// A digest of octets that come in pieces.
struct RunningDigest<Digest: BlockDigest> {
    private var state = Digest()
    /// Octets that fill no block yet.
    private var tail: [UInt8] = []
    private(set) var count = 0

    mutating func update(_ piece: MessageBytes) {
        count += piece.count
        var start = 0
        if !tail.isEmpty {
            start = min(Digest.blockLength - tail.count, piece.count)
            tail += piece[0..<start].bytes
            guard tail.count == Digest.blockLength else { return }
            compress(tail)
            tail.removeAll(keepingCapacity: true)
        }
        let whole = start + (piece.count - start) / Digest.blockLength * Digest.blockLength
        unsafe piece.withUnsafeBytes { bytes in
            for offset in stride(from: start, to: whole, by: Digest.blockLength) {
                unsafe state.compress(bytes, at: offset)
            }
        }
        tail += piece[whole..<piece.count].bytes
    }

    /// The digest's octets.
    consuming func finish() -> [UInt8] {
        let bits = UInt64(count) * 8
        tail.append(0x80)
        while tail.count % Digest.blockLength != Digest.blockLength - 8 { tail.append(0) }
        for place in 0..<8 {
            tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * (Digest.isBigEndian ? 7 - place : place))))
        }
        compress(tail)
        return state.words.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * (Digest.isBigEndian ? 3 - $0 : $0))) }
        }
    }

    private mutating func compress(_ blocks: [UInt8]) {
        unsafe blocks.withUnsafeBytes { bytes in
            for offset in stride(from: 0, to: bytes.count, by: Digest.blockLength) {
                unsafe state.compress(bytes, at: offset)
            }
        }
    }
}

extension UInt32 {
    @inline(__always)
    func rotatedLeft(_ count: UInt32) -> UInt32 { self &<< count | self &>> (32 &- count) }

    @inline(__always)
    func rotatedRight(_ count: UInt32) -> UInt32 { self &>> count | self &<< (32 &- count) }
}
