import ByteKernels

/// The ends of lines in text.
enum LineEnds {
    /// The octets with LF for each CRLF; a CR alone stays. O(n), without a copy where there is none.
    static func unix(_ octets: [UInt8]) -> [UInt8] {
        octets.contains(0x0D) ? unsafe octets.withUnsafeBytes { unsafe copy($0) } : octets
    }

    /// A copy of the octets with LF for each CRLF; a CR alone stays. O(n).
    static func unix(_ octets: MessageBytes) -> [UInt8] {
        unsafe octets.withUnsafeBytes { unsafe copy($0) }
    }

    private static func copy(_ octets: UnsafeRawBufferPointer) -> [UInt8] {
        let capacity = ByteKernels.unixLineEndsCapacity(for: octets.count)
        // The kernel writes no more than that, and says how much of it counts.
        return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            unsafe HugePages.advise(UnsafeMutableRawBufferPointer(buffer))
            count = unsafe ByteKernels.copyWithUnixLineEnds(octets, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }
}

extension LineEnds {
    /// The octets with CRLF for each LF that has no CR before it. O(n), without a copy where there is none.
    static func network(_ octets: MessageBytes) -> MessageBytes {
        var result: [UInt8] = []
        var start = 0
        let bytes = octets.bytes
        for index in bytes.indices where bytes[index] == 0x0A && (index == 0 || bytes[index - 1] != 0x0D) {
            if result.isEmpty { result.reserveCapacity(octets.count + octets.count / 32) }
            result += bytes[start..<index]
            result.append(0x0D)
            start = index
        }
        return start == 0 && result.isEmpty ? octets : MessageBytes(result + bytes[start...])
    }
}
