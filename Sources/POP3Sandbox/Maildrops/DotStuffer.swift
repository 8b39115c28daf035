/// Puts a dot before each dot that begins a line (RFC 1939 §3). A line begins at the start and after CRLF; a bare LF
/// or CR ends none.
package struct DotStuffer: Sendable {
    private enum Position { case lineStart, behindCR, inLine }
    private var position = Position.lineStart

    package init() {}

    /// Appends the stuffed form of the next bytes of a message. O(n).
    package mutating func append(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + bytes.count)
        var copied = bytes.startIndex
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "."), position == .lineStart {
                output += bytes[copied...index]
                copied = index
            }
            switch byte {
            case 0x0D: position = .behindCR
            case 0x0A where position == .behindCR: position = .lineStart
            default: position = .inLine
            }
            index += 1
        }
        output += bytes[copied...]
    }

    /// Whether the message so far needs a CRLF before the final dot: it is not empty and does not end in one.
    package var needsLineEnd: Bool { position != .lineStart }
}
