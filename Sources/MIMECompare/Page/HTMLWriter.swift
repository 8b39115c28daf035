/// Writes HTML in which everything that comes from a message is escaped.
struct HTMLWriter {
    private(set) var text = ""

    /// Markup of this module's own.
    mutating func markup(_ markup: StaticString) {
        text += unsafe String(
            decoding: UnsafeBufferPointer(start: markup.utf8Start, count: markup.utf8CodeUnitCount), as: UTF8.self)
    }

    /// Text from anywhere. Control characters, and those that turn the direction of writing, become visible.
    mutating func content(_ content: String) {
        for scalar in content.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\n": text += "\n"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned:
                    text += "\u{FFFD}"
                default: text.unicodeScalars.append(scalar)
                }
            }
        }
    }

    mutating func content(_ number: Int) { text += String(number) }

    /// An element with nothing but text in it.
    mutating func element(_ open: StaticString, _ content: String, _ close: StaticString) {
        markup(open)
        self.content(content)
        markup(close)
    }
}
