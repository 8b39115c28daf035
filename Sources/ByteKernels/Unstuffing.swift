import CByteKernels

extension ByteKernels {
    /// How far the stuffing dots of a message have been removed where it lies (RFC 1939 §3).
    package struct Unstuffing: Hashable {
        /// The first byte that has not been dealt with. It is not a dot behind an LF.
        package var read: Int
        /// The end of the output, below `read`.
        package var written: Int
        /// Whether the byte before `read` was a CR of the message.
        package var isAfterReturn: Bool

        package init(read: Int, written: Int, isAfterReturn: Bool) {
            self.read = read
            self.written = written
            self.isAfterReturn = isAfterReturn
        }
    }

    /// Moves the bytes of `block` from `read` on down to `written`, with one dot for two that follow CRLF.
    ///
    /// It stops at the first LF before a dot of any other kind, or when too little is left for a register; the bytes
    /// from `read` on are then as they were. Those between `written` and `read` are undefined.
    package static func unstuff(
        _ block: UnsafeMutableRawBufferPointer, _ unstuffing: inout Unstuffing,
        using implementation: Implementation = .best
    ) {
        precondition(unstuffing.written >= 0 && unstuffing.written < unstuffing.read, "what is read moves down")
        guard let start = block.baseAddress else { return }
        var at = sluice_unstuffing(
            read: unstuffing.read, written: unstuffing.written, after_return: unstuffing.isAfterReturn ? 1 : 0)
        // Sound: the kernels read below `count` and write below what they have read.
        #if arch(x86_64)
            switch implementation {
            case .avx512: unsafe sluice_unstuff_avx512(start, block.count, &at)
            case .avx2: unsafe sluice_unstuff_avx2(start, block.count, &at)
            case .sse2: unsafe sluice_unstuff_sse2(start, block.count, &at)
            case .fallback, .neon: return unsafe Fallback.unstuff(block, &unstuffing)
            }
        #elseif arch(arm64)
            guard implementation == .neon else { return unsafe Fallback.unstuff(block, &unstuffing) }
            unsafe sluice_unstuff_neon(start, block.count, &at)
        #else
            return unsafe Fallback.unstuff(block, &unstuffing)
        #endif
        unstuffing = Unstuffing(read: at.read, written: at.written, isAfterReturn: at.after_return != 0)
    }
}

extension Fallback {
    static func unstuff(_ block: UnsafeMutableRawBufferPointer, _ at: inout ByteKernels.Unstuffing) {
        while at.read + 2 < block.count {
            let byte = unsafe block[at.read]
            if unsafe byte == 0x0A && block[at.read + 1] == 0x2E {
                guard at.isAfterReturn, unsafe block[at.read + 2] == 0x2E else { return }
                unsafe block[at.written] = byte
                at.written += 1
                // The second dot begins the line; it is kept as any other byte.
                at.read += 2
                at.isAfterReturn = false
                continue
            }
            unsafe block[at.written] = byte
            at.written += 1
            at.read += 1
            at.isAfterReturn = byte == 0x0D
        }
    }
}
