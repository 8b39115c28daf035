import ByteKernels

/// The ends of lines in text.
enum LineEnds {
    /// The octets with LF for each CRLF; a CR alone stays. O(n), without a copy where there is none.
    static func unix(_ octets: [UInt8]) -> [UInt8] {
        octets.contains(0x0D) ? unsafe octets.withUnsafeBytes { unsafe copy($0) } : octets
    }

    /// Of text this much is copied and then looked at, while it is near: large text comes from far away but once.
    static let pieceSize = 64 * 1024

    /// Room for what `copyPieces` writes of so many octets.
    static func capacity(for count: Int) -> Int { ByteKernels.crlfToLFCapacity(for: count) }

    /// Copies the octets into `output` with LF for each CRLF, if `isPlain` holds of each piece, cut between characters of
    /// UTF-8. O(n).
    ///
    /// - Parameters:
    ///   - output: has room for `capacity(for:)` octets, and does not overlap the input.
    ///   - isPlain: is given a piece and whether all of it is ASCII.
    /// - Returns: the number of octets written; nil if a piece is not plain.
    static func copyPieces(
        _ octets: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
        where isPlain: (UnsafeRawBufferPointer, _ isASCII: Bool) -> Bool
    ) -> Int? {
        var start = 0
        var written = 0
        while start < octets.count {
            let end = unsafe cut(octets, start)
            let piece = unsafe UnsafeRawBufferPointer(rebasing: octets[start..<end])
            guard start < end else { return nil }
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: output[written...])
            let copied = unsafe ByteKernels.convertCRLFToLF(piece, into: rest)
            guard unsafe isPlain(piece, copied.isASCII) else { return nil }
            written += copied.count
            start = end
        }
        return written
    }

    /// Where the piece from `start` on ends: neither within a character nor within CRLF. At `start` itself where more
    /// octets go on with a character than any has.
    private static func cut(_ octets: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var end = start + pieceSize
        guard end < octets.count else { return octets.count }
        let earliest = end - 4
        while unsafe octets[end] & 0xC0 == 0x80 {
            guard end > earliest else { return start }
            end -= 1
        }
        return unsafe octets[end] == 0x0A && octets[end - 1] == 0x0D ? end - 1 : end
    }

    private static func copy(_ octets: UnsafeRawBufferPointer) -> [UInt8] {
        let capacity = ByteKernels.crlfToLFCapacity(for: octets.count)
        // The kernel writes no more than that, and says how much of it counts.
        return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            unsafe HugePages.advise(UnsafeMutableRawBufferPointer(buffer))
            count = unsafe ByteKernels.convertCRLFToLF(octets, into: UnsafeMutableRawBufferPointer(buffer)).count
        }
    }
}

extension LineEnds {
    /// The octets with CRLF for each LF that has no CR before it. O(n), without a copy where there is none.
    static func network(_ octets: MessageBytes) -> MessageBytes {
        var result: [UInt8] = []
        var start = 0
        let bytes = octets
        for index in bytes.indices where bytes[index] == 0x0A && (index == 0 || bytes[index - 1] != 0x0D) {
            if result.isEmpty { result.reserveCapacity(octets.count + octets.count / 32) }
            result += bytes[start..<index]
            result.append(0x0D)
            start = index
        }
        return start == 0 && result.isEmpty ? octets : MessageBytes(result + bytes[start...])
    }
}
