/// The first characters of a mail's text, at a cost that depends on how many are wanted and not on the mail.
enum TextPreview {
    /// So many octets of each text are looked at, at least: there may be a long quote before the first words.
    private static let leastOctets = 16 * 1024
    private static let octetsPerCharacter = 32
    /// So many texts are looked at.
    private static let blockLimit = 8

    static func make(of mail: Mail, length: Int) -> String {
        guard length > 0 else { return "" }
        let budget = leastOctets + min(length, mail.document.message.count) * octetsPerCharacter
        var preview = ""
        for block in mail.content.blocks.prefix(blockLimit) {
            let beginning = beginning(of: block, in: mail, budget)
            for word in words(beginning) {
                if !preview.isEmpty { preview += " " }
                preview += String(decoding: word, as: UTF8.self)
            }
            // Characters are at least an octet: only then is it worth counting them.
            if preview.utf8.count >= length, preview.count >= length { return String(preview.prefix(length)) }
        }
        return preview
    }

    /// A block's text, as far as `budget` octets of its body go.
    private static func beginning(of block: ContentPlan.Block, in mail: Mail, _ budget: Int) -> [UInt8] {
        guard let index = block.plain ?? block.html else { return [] }
        let part = MIMEPart(document: mail.document, index: index)
        let isCut = part.body.count > budget
        let body = isCut ? part.body.extracting(0..<budget) : part.body
        var text = DecodedText(part.textType, part.decoded(body)).utf8
        // What the cut made of the last character is no text.
        if isCut, text.suffix(3).elementsEqual([0xEF, 0xBF, 0xBD]) { text.removeLast(3) }
        return block.plain == nil ? HTMLToText.convert(text, limit: budget) : text
    }

    /// The words that are neither quoted nor part of a signature.
    private static func words(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var words: [ArraySlice<UInt8>] = []
        /// Where the words of the last line that had some begin.
        var lastLine = 0
        for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if line.elementsEqual("-- ".utf8) || line.elementsEqual("--".utf8) { break }
            if line.first == UInt8(ascii: ">") {
                // "On Monday, Ada wrote:"
                if words.last?.last == UInt8(ascii: ":") { words.removeSubrange(lastLine...) }
                continue
            }
            let found = line.split { $0 <= 0x20 || $0 == 0x7F }
            if !found.isEmpty { lastLine = words.count }
            words += found
        }
        return words
    }
}
