/// Text as it is put together line by line: white space is written once something follows it, and each line gets the
/// quote marks and the indent that are in force.
struct IndentedText {
    private var octets: [UInt8] = []
    /// Line ends, a space or a tab that are due before the next text.
    private var breaksDue = 0
    private var separatorDue: UInt8?
    /// Line ends that a cell ends with: due unless another cell of the row follows.
    private var breaksBehindCell = 0
    /// Behind the mark of an item, or what separates two cells: blocks that begin here break no line.
    private var isAtContentStart = false
    private var isAtLineStart = true
    /// How many line ends the output ends with, lines of quote marks alone counted as empty.
    private var trailingBreaks = 0
    private var quotes = 0
    private var writtenQuotes = 0
    private var indents = 0

    /// Deeper quotes and indents are shown like these: the output grows no faster than the input.
    private static let depthLimit = 16
    /// Runs of empty lines are cut to two.
    private static let breakLimit = 3

    var count: Int { octets.count }

    func text(from start: Int) -> ArraySlice<UInt8> { octets[min(start, octets.count)...] }

    // MARK: White space

    mutating func needSpace() {
        if separatorDue == nil { separatorDue = 0x20 }
    }

    /// So many line ends at least stand between what was written and what comes.
    mutating func needBreaks(_ count: Int) {
        guard !isAtContentStart else { return }
        breaksDue = max(breaksDue, breaksBehindCell, count - trailingBreaks)
        breaksBehindCell = 0
        separatorDue = nil
    }

    mutating func beginCell(isFirst: Bool) {
        guard !isFirst else { return }
        breaksBehindCell = 0
        breaksDue = 0
        separatorDue = 0x09
        isAtContentStart = true
    }

    mutating func endCell() {
        breaksBehindCell = max(breaksBehindCell, breaksDue)
        breaksDue = 0
        isAtContentStart = false
    }

    /// Ends the line now.
    mutating func breakLine() {
        guard !octets.isEmpty, trailingBreaks < Self.breakLimit else { return }
        settle()
        writeBreak()
    }

    /// Writes the mark of a list's item, behind which its text begins on the same line.
    mutating func beginItem(_ mark: [UInt8]) {
        append(mark)
        needSpace()
        isAtContentStart = true
    }

    // MARK: Quotes and indents

    mutating func quote() { quotes += 1 }
    mutating func unquote() { quotes = max(0, quotes - 1) }
    mutating func indent() { indents += 1 }
    mutating func unindent() { indents = max(0, indents - 1) }

    private mutating func writePrefix() {
        writtenQuotes = min(quotes, Self.depthLimit)
        writeQuoteMarks(writtenQuotes)
        for _ in 0..<min(indents, Self.depthLimit) {
            octets.append(0x20)
            octets.append(0x20)
        }
        isAtLineStart = false
        trailingBreaks = 0
    }

    private mutating func writeQuoteMarks(_ count: Int) {
        for _ in 0..<count {
            octets.append(UInt8(ascii: ">"))
            octets.append(0x20)
        }
    }

    private mutating func writeBreak() {
        while octets.last == 0x20 || octets.last == 0x09 { octets.removeLast() }
        octets.append(0x0A)
        trailingBreaks += 1
        isAtLineStart = true
    }

    // MARK: Text

    /// Writes the white space that is due.
    mutating func settle() {
        let breaks = octets.isEmpty ? 0 : max(breaksDue, breaksBehindCell)
        for _ in 0..<breaks {
            // An empty line within a quote belongs to it.
            if isAtLineStart { writeQuoteMarks(min(writtenQuotes, quotes, Self.depthLimit)) }
            writeBreak()
        }
        breaksDue = 0
        breaksBehindCell = 0
        isAtContentStart = false
        if isAtLineStart {
            let emptyLines = trailingBreaks
            writePrefix()
            // Kept in case that only another line end follows.
            trailingBreaks = emptyLines
        } else if breaks == 0, let separator = separatorDue, octets.last != 0x20, octets.last != 0x09 {
            octets.append(separator)
        }
        separatorDue = nil
    }

    /// Writes text as it is, which has no line end.
    mutating func append(_ text: [UInt8]) {
        settle()
        octets += text
        trailingBreaks = 0
    }

    /// Writes text in which any white space is one space.
    mutating func appendCollapsing(_ text: ArraySlice<UInt8>) {
        var index = text.startIndex
        while index < text.endIndex {
            guard !text[index].isHTMLSpace else {
                needSpace()
                index += 1
                continue
            }
            let start = index
            while index < text.endIndex {
                // A single space within a line is part of the run.
                if text[index].isHTMLSpace {
                    guard text[index] == 0x20, index + 1 < text.endIndex, !text[index + 1].isHTMLSpace else { break }
                }
                index += 1
            }
            settle()
            octets += text[start..<index]
            trailingBreaks = 0
        }
    }

    /// Writes text with its white space and its lines.
    mutating func appendLines(_ text: ArraySlice<UInt8>) {
        var start = text.startIndex
        while let end = text[start...].firstIndex(of: 0x0A) {
            appendLine(text[start..<end])
            breakLine()
            start = end + 1
        }
        appendLine(text[start...])
    }

    private mutating func appendLine(_ line: ArraySlice<UInt8>) {
        guard !line.isEmpty else { return }
        settle()
        octets += line.last == 0x0D ? line.dropLast() : line
        trailingBreaks = 0
    }

    /// The text without white space at its end.
    consuming func finish() -> [UInt8] {
        while let last = octets.last, last.isHTMLSpace { octets.removeLast() }
        return octets
    }
}

extension UInt8 {
    /// White space of HTML; other control characters are no text either.
    var isHTMLSpace: Bool { self <= 0x20 }

    var isLetter: Bool { asciiLowercased >= 0x61 && asciiLowercased <= 0x7A }
}
