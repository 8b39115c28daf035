/// RTF as Outlook compresses it (MS-OXRTFCP): LZ77 with a dictionary that begins with what RTF begins with.
enum CompressedRTF {
    private static let dictionarySize = 4096
    private static let prefix = Array(
        ("{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans Serif"
            + "SymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx")
            .utf8)

    /// Nil where the header is none. At most nine times as long as its input; cut off where that is damaged.
    static func decompress(_ content: MessageBytes, _ range: Range<Int>) -> MessageBytes? {
        var reader = LittleEndianReader(content, range)
        guard reader.long() != nil, let rawSize = reader.long(), let kind = reader.long(), reader.long() != nil else {
            return nil
        }
        switch kind {
        // "MELA": not compressed.
        case 0x414C_454D:
            let start = reader.position
            return content.extracting(start..<(start + min(rawSize, reader.remaining)))
        // "LZFu".
        case 0x7546_5A4C: return MessageBytes(decompress(&reader, rawSize))
        default: return nil
        }
    }

    private static func decompress(_ reader: inout LittleEndianReader, _ rawSize: Int) -> [UInt8] {
        var dictionary = prefix + [UInt8](repeating: 0x20, count: dictionarySize - prefix.count)
        var place = prefix.count
        var output: [UInt8] = []
        func write(_ octet: UInt8) {
            output.append(octet)
            dictionary[place] = octet
            place = (place + 1) % dictionarySize
        }
        while output.count < rawSize, let control = reader.byte() {
            for bit in 0..<8 {
                guard control >> bit & 1 == 1 else {
                    guard let literal = reader.byte() else { return output }
                    write(literal)
                    continue
                }
                guard let high = reader.byte(), let low = reader.byte() else { return output }
                let reference = Int(high) << 8 | Int(low)
                let offset = reference >> 4
                // A reference to the place that is written next is the end.
                if offset == place { return output }
                for step in 0..<(reference & 15 + 2) { write(dictionary[(offset + step) % dictionarySize]) }
            }
        }
        return Array(output.prefix(rawSize))
    }
}
