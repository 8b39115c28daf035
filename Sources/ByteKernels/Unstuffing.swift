import CByteKernels

extension ByteKernels {
    /// How far the stuffing dots of a message have been removed where it lies (RFC 1939 §3).
    package struct Unstuffing: Hashable {
        /// The first byte that has not been dealt with. It is not a dot after an LF.
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
        // Sound: the kernel reads below `count` and writes below what it has read.
        unsafe implementation.kernels.pointee.unstuff(start, block.count, &at)
        unstuffing = Unstuffing(read: at.read, written: at.written, isAfterReturn: at.after_return != 0)
    }
}
