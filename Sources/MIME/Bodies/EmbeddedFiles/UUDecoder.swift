/// uuencode (POSIX.1, `uuencode`): `begin MODE NAME`, lines that each begin with their length, an empty one, `end`.
enum UUDecoder {
    /// Nil where what begins here is no file: the mode is not octal, there is no name, or the first line is of another
    /// kind.
    static func decode(_ lines: EmbeddedFiles.Lines, at start: Int) -> EmbeddedFile? {
        let (header, bodyStart) = lines.line(at: start)
        let words = header.dropFirst(6).split(separator: 0x20, maxSplits: 1)
        guard words.count == 2, (3...4).contains(words[0].count),
            words[0].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) })
        else { return nil }
        var content: [UInt8] = []
        var position = bodyStart
        var isDamaged = false
        var hasEnd = false
        while position < lines.end {
            let (line, next) = lines.line(at: position)
            if line.elementsEqual("end".utf8) {
                hasEnd = true
                position = next
                break
            }
            if line.isEmpty || line.elementsEqual("`".utf8) || line.elementsEqual(" ".utf8) {
                position = next
                continue
            }
            guard let isWhole = append(line, to: &content) else {
                // Text behind a file that was cut off; or no file at all.
                if position == bodyStart { return nil }
                break
            }
            isDamaged = isDamaged || !isWhole
            position = next
        }
        return EmbeddedFile(
            encoding: .uuencode, name: HeaderText.string(words[1]), content: MessageBytes(content),
            range: start..<position,
            isDamaged: isDamaged || !hasEnd)
    }

    /// Decodes a line; whether it was as long as it says, or nil where it is no line of a file.
    private static func append(_ line: Slice<MessageBytes>, to content: inout [UInt8]) -> Bool? {
        guard let first = line.first, (0x20...0x60).contains(first), line.allSatisfy({ (0x20...0x60).contains($0) })
        else { return nil }
        let count = Int(value(first))
        // Programs cut spaces off, and add a checksum.
        guard count > 0, line.count <= 1 + (count + 2) / 3 * 4 + 2 else { return nil }
        let letters = line.dropFirst()
        var index = letters.startIndex
        func next() -> UInt8 {
            guard index < letters.endIndex else { return 0 }
            defer { index += 1 }
            return value(letters[index])
        }
        var left = count
        while left > 0 {
            let (a, b, c, d) = (next(), next(), next(), next())
            let group = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
            content += group.prefix(left)
            left -= min(left, 3)
        }
        return letters.count >= (count * 8 + 5) / 6
    }

    /// The six bits of a letter; a grave accent stands for the space that would get lost.
    private static func value(_ octet: UInt8) -> UInt8 { (octet &- 0x20) & 0x3F }
}
