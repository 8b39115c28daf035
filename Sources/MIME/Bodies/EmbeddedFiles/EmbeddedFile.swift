/// A file in the midst of a text, from before MIME: in uuencode, or in yEnc as Usenet has it.
public struct EmbeddedFile: Sendable {
    public enum Encoding: String, Sendable, Hashable {
        case uuencode
        case yEnc
    }

    public let encoding: Encoding
    /// The file's name as the text gives it. It may hold anything, separators of paths too: never use it as a path as
    /// it is.
    public let name: String
    /// The decoded octets.
    public let content: MessageBytes
    /// Where it lies in the decoded body, from the line that begins it to the one that ends it.
    public let range: Range<Int>
    /// Whether lines were damaged, the end is missing, or size or checksum are not as stated. What could be decoded
    /// was.
    public let isDamaged: Bool
}

extension MIMEPart {
    /// The files within a text part, in order (uuencode, POSIX; yEnc 1.3). Of a yEnc file in several parts each part is
    /// one. O(n).
    public var embeddedFiles: [EmbeddedFile] {
        guard kind == .leaf, contentType.type == "text" else { return [] }
        return EmbeddedFiles.find(in: decodedBody().bytes)
    }
}

extension Mail {
    /// The files within the message's text parts, in order. O(n).
    public var embeddedFiles: [EmbeddedFile] { document.parts.flatMap(\.embeddedFiles) }
}

/// Looks through a text for lines that begin a file.
enum EmbeddedFiles {
    /// A message has no more.
    private static let limit = 1_000

    static func find(in body: MessageBytes) -> [EmbeddedFile] {
        let lines = Lines(body)
        var files: [EmbeddedFile] = []
        var position = 0
        while position < body.count, files.count < limit {
            let (line, next) = lines.line(at: position)
            let file: EmbeddedFile?
            if line.starts(with: "begin ".utf8) {
                file = UUDecoder.decode(lines, at: position)
            } else if line.starts(with: "=ybegin ".utf8) {
                file = YEncDecoder.decode(lines, at: position)
            } else {
                file = nil
            }
            if let file { files.append(file) }
            position = file?.range.upperBound ?? next
        }
        return files
    }

    /// Lines of octets, with either line end.
    struct Lines {
        let body: MessageBytes

        init(_ body: MessageBytes) { self.body = body }

        var end: Int { body.count }

        /// The line that begins at `start`, without its end, and where the next one begins.
        func line(at start: Int) -> (text: Slice<MessageBytes>, next: Int) {
            let octets = body
            let newline = octets[start...].firstIndex(of: 0x0A) ?? body.count
            var end = newline
            if end > start, octets[end - 1] == 0x0D { end -= 1 }
            return (octets[start..<end], min(newline + 1, body.count))
        }
    }
}
