internal import MessageBuffers

/// Escapes what looks like the beginning of a message in an mbox: `>*From ` at the start of a line gets one more `>`
/// (mboxrd). The stream may be cut anywhere.
package struct MboxrdEscaper {
    private static let from = Array("From ".utf8)
    private static let lf = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: ">")

    /// Only `>` has come since the line began, then the first `matched` bytes of `From `.
    private var isAtLineStart = true
    private var matched = 0
    private var last: UInt8?

    package init() {}

    /// Whether the stream so far ends with a line end.
    package var endsWithLF: Bool { last == Self.lf }

    /// Adds the escaped bytes of `chunk` to `output`, but for a beginning of `From ` at its end. O(n).
    package mutating func escape(_ chunk: RawSpan, into output: inout [UInt8]) {
        guard !chunk.isEmpty else { return }
        last = chunk[chunk.byteCount - 1]
        // Bytes of `From ` that matched in earlier chunks and are not in the output yet.
        var held = matched
        var start = 0
        var position = 0
        while position < chunk.byteCount {
            guard isAtLineStart else {
                guard let lf = chunk.firstOffset(of: Self.lf, from: position) else { break }
                position = lf + 1
                isAtLineStart = true
                continue
            }
            let byte = chunk[position]
            if byte == Self.from[matched] {
                matched += 1
                position += 1
                guard matched == Self.from.count else { continue }
                output.append(copying: chunk.extracting(start..<(position - (matched - held))))
                output.append(Self.quote)
                output += Self.from
                start = position
                held = 0
                matched = 0
                isAtLineStart = false
            } else if matched == 0, byte == Self.quote {
                position += 1
            } else {
                output += Self.from[..<held]
                held = 0
                matched = 0
                isAtLineStart = false
            }
        }
        output.append(copying: chunk.extracting(start..<(chunk.byteCount - (matched - held))))
    }

    /// Ends the stream: adds what ``escape(_:into:)`` left out.
    package mutating func finish(into output: inout [UInt8]) {
        output += Self.from[..<matched]
        matched = 0
        isAtLineStart = false
    }
}
