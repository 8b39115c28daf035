/// Plain text as HTML: everything escaped, paragraphs kept, URLs and addresses made links.
enum TextToHTML {
    static func paragraphs(_ text: String, linking: Bool = true) -> String {
        guard !text.isEmpty else { return "" }
        let paragraphs = text.split(separator: "\n\n", omittingEmptySubsequences: true)
        return paragraphs.map { paragraph in
            let lines = paragraph.split(separator: "\n", omittingEmptySubsequences: false)
            return "<p>" + lines.map { linking ? linked($0) : escaped($0) }.joined(separator: "<br/>") + "</p>"
        }.joined(separator: "\n")
    }

    /// Markup characters as entities; safe within text and within double quotes.
    static func escaped(_ text: some StringProtocol) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count + 16)
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private static func linked(_ line: Substring) -> String {
        var result = ""
        var rest = line
        while let word = nextWord(&rest, &result) {
            let (core, behind) = withoutPunctuation(word)
            if let target = target(of: core) {
                result += "<a href=\"\(escaped(target))\">\(escaped(core))</a>\(escaped(behind))"
            } else {
                result += escaped(word)
            }
        }
        return result
    }

    /// Moves what separates words to the result, and returns the next word.
    private static func nextWord(_ rest: inout Substring, _ result: inout String) -> Substring? {
        let isSeparator = { (character: Character) in character.isWhitespace || "<>()[]\"".contains(character) }
        let gap = rest.prefix(while: isSeparator)
        result += escaped(gap)
        rest = rest.dropFirst(gap.count)
        guard !rest.isEmpty else { return nil }
        let word = rest.prefix { !isSeparator($0) }
        rest = rest.dropFirst(word.count)
        return word
    }

    private static func withoutPunctuation(_ word: Substring) -> (core: Substring, behind: Substring) {
        var core = word
        while let last = core.last, ".,;:!?'".contains(last) { core = core.dropLast() }
        return (core, word[core.endIndex...])
    }

    private static func target(of word: Substring) -> String? {
        let lower = word.lowercased()
        if (lower.hasPrefix("http://") && lower.count > 7) || (lower.hasPrefix("https://") && lower.count > 8) {
            return String(word)
        }
        if lower.hasPrefix("www."), lower.dropFirst(4).contains(".") { return "http://\(word)" }
        let parts = word.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].dropFirst().contains("."), !parts[1].hasSuffix("."),
            parts[1].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" })
        else { return nil }
        return "mailto:\(word)"
    }
}
