internal import ByteCoding

/// yEnc (version 1.3): `=ybegin line=… size=… name=…`, lines of octets shifted by 42, `=yend size=… crc32=…`.
enum YEncDecoder {
    /// Nil where the header lacks a size or a name.
    static func decode(_ lines: EmbeddedFiles.Lines, at start: Int) -> EmbeddedFile? {
        let (header, bodyStart) = lines.line(at: start)
        // The name is the last of the header, and may hold spaces.
        let text = HeaderText.string(header)
        guard let nameStart = text.firstRange(of: " name="), let size = Self.number("size", in: text) else {
            return nil
        }
        let name = String(text[nameStart.upperBound...])
        var content: [UInt8] = []
        content.reserveCapacity(min(size, lines.end - bodyStart))
        var position = bodyStart
        var partSize: Int?
        var trailer: String?
        while position < lines.end {
            let (line, next) = lines.line(at: position)
            position = next
            if line.starts(with: "=ypart ".utf8) {
                let part = HeaderText.string(line)
                if let begin = number("begin", in: part), let end = number("end", in: part), end >= begin {
                    // Of bytes 0 to `Int.max` there would be one more than can be counted.
                    partSize = min(end - begin, Int.max - 1) + 1
                }
            } else if line.starts(with: "=yend ".utf8) {
                trailer = HeaderText.string(line)
                break
            } else {
                append(line, to: &content)
            }
        }
        let checksum = trailer.flatMap { hexadecimal("pcrc32", in: $0) ?? hexadecimal("crc32", in: $0) }
        let isWhole =
            trailer != nil && content.count == partSize ?? size
            && (checksum == nil || checksum == CRC32.checksum(content))
        return EmbeddedFile(
            encoding: .yEnc, name: name, content: MessageBytes(content), range: start..<position, isDamaged: !isWhole)
    }

    private static func append(_ line: Slice<MessageBytes>, to content: inout [UInt8]) {
        var isEscaped = false
        for octet in line {
            if isEscaped {
                content.append(octet &- 64 &- 42)
                isEscaped = false
            } else if octet == UInt8(ascii: "=") {
                isEscaped = true
            } else {
                content.append(octet &- 42)
            }
        }
    }

    private static func word(_ name: String, in line: String) -> Substring? {
        line.split(separator: " ").first { $0.hasPrefix(name + "=") }?.dropFirst(name.utf8.count + 1)
    }

    private static func number(_ name: String, in line: String) -> Int? {
        word(name, in: line).flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    private static func hexadecimal(_ name: String, in line: String) -> UInt32? {
        word(name, in: line).flatMap { UInt32($0.suffix(8), radix: 16) }
    }
}
