internal import MessageBuffers

/// Turns CRLF into LF in a stream that may be cut anywhere. A CR without LF and an LF without CR stay as they are.
struct LineEndConverter {
    private static let cr = UInt8(ascii: "\r")
    private static let lf = UInt8(ascii: "\n")

    /// The last chunk ended with a CR, which is held back until the next byte is known.
    private var holdsCR = false

    /// Forgets the stream so far.
    mutating func reset() { holdsCR = false }

    /// Adds the converted bytes of `chunk` to `output`. O(n).
    mutating func convert(_ chunk: RawSpan, into output: inout [UInt8]) {
        guard !chunk.isEmpty else { return }
        if holdsCR, chunk[0] != Self.lf { output.append(Self.cr) }
        holdsCR = false
        var start = 0
        var position = 0
        while let cr = chunk.firstOffset(of: Self.cr, from: position) {
            position = cr + 1
            guard position < chunk.byteCount else {
                output.append(copying: chunk.extracting(start..<cr))
                holdsCR = true
                return
            }
            if chunk[position] == Self.lf {
                output.append(copying: chunk.extracting(start..<cr))
                start = position
            }
        }
        output.append(copying: chunk.extracting(start..<chunk.byteCount))
    }

    /// Adds what was held back: the stream ends here.
    mutating func finish(into output: inout [UInt8]) {
        if holdsCR { output.append(Self.cr) }
        holdsCR = false
    }
}
