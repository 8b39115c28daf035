/// One message to be sent: read piece by piece, stuffed, and ended with the final dot.
struct MessageStream: Sendable {
    static let pieceSize = 256 * 1024

    private let maildrop: any SandboxMaildrop
    private let index: Int
    private let size: Int
    private var offset = 0
    private var stuffer = DotStuffer()
    /// The lines of the body that TOP has still to send; nil for the whole message.
    private var top: TopCutter?
    private(set) var isFinished = false

    init(_ maildrop: any SandboxMaildrop, _ index: Int, bodyLines: Int? = nil) {
        self.maildrop = maildrop
        self.index = index
        size = maildrop.size(of: index)
        top = bodyLines.map { TopCutter(bodyLines: $0) }
    }

    /// The next piece as it goes over the wire; the last one ends with the final dot's line.
    mutating func next() throws(SandboxError) -> [UInt8] {
        var output: [UInt8] = []
        let end = min(offset + Self.pieceSize, size)
        var piece = try maildrop.bytes(of: index, in: offset..<end)
        offset = end
        if top != nil, let cut = top?.end(of: piece) {
            piece = piece[..<cut]
            offset = size
        }
        stuffer.append(piece, to: &output)
        if offset == size {
            isFinished = true
            if stuffer.needsLineEnd { output += [0x0D, 0x0A] }
            output += [0x2E, 0x0D, 0x0A]
        }
        return output
    }
}

/// Finds where TOP ends: after the header, its empty line and a number of lines (RFC 1939 §7). Here a bare LF ends a
/// line too, since mail is stored with either.
private struct TopCutter: Sendable {
    private var bodyLines: Int
    private var isInHeader = true
    private var isLineEmpty = true

    init(bodyLines: Int) {
        self.bodyLines = bodyLines
    }

    mutating func end(of piece: ArraySlice<UInt8>) -> Int? {
        for index in piece.indices {
            switch piece[index] {
            case 0x0A:
                if !isInHeader {
                    bodyLines -= 1
                } else if isLineEmpty {
                    isInHeader = false
                }
                if !isInHeader && bodyLines <= 0 { return index + 1 }
                isLineEmpty = true
            case 0x0D: break
            default: isLineEmpty = false
            }
        }
        return nil
    }
}
