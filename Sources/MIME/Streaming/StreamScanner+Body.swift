import ByteKernels
import MessageBuffers

/// Bodies, up to the next delimiter line of any open multipart (RFC 2046 §5.1).
extension StreamScanner {
    mutating func beginBody(at start: Int) {
        position = start
        searched = start
        isAtLineStart = true
        candidate = nil
    }

    /// Reads as much of the body as has come. False when more is needed.
    mutating func readBody(_ view: StreamView, isLast: Bool) -> Bool {
        if boundaries.isEmpty && closed == nil {
            unsafe give(to: view.end)
            return false
        }
        while true {
            guard var line = unsafe candidate ?? nextCandidate(view, isLast: isLast) else {
                if isAtLineStart { return false }
                let settled = unsafe isLast ? view.end : Self.settledEnd(view, from: position)
                give(to: settled)
                searched = max(searched, settled)
                return false
            }
            let hasEnded = unsafe line.line(in: view, isLast: isLast) != nil
            candidate = line
            let bodyEnd = unsafe DelimiterLine.bodyEnd(view[position..<line.start], line.start - position, from: 0)
            guard unsafe hasEnded || view.end - line.start > DelimiterLine.limit else {
                give(to: position + bodyEnd)
                return false
            }
            let text = unsafe view[line.start..<view.end]
            let end = unsafe DelimiterLine.end(text, from: 0)
            if let textEnd = end.text {
                let name = unsafe UnsafeRawBufferPointer(rebasing: text[2..<textEnd])
                if let match = unsafe boundaries.match(name) {
                    let next = unsafe match.isClose ? DelimiterLine.bodyEnd(text, end.next, from: 0) : end.next
                    endBody(at: position + bodyEnd, match, next: line.start + next)
                    return true
                }
                unsafe noteLikeness(name, line.start..<(line.start + textEnd))
            }
            searched = line.start
            candidate = nil
        }
    }

    /// The next line that begins with two hyphens; nil when none has begun.
    private mutating func nextCandidate(_ view: StreamView, isLast: Bool) -> LineSearch? {
        if isAtLineStart {
            let count = unsafe min(view.end - position, 2)
            let begins = unsafe view[position..<(position + count)].allSatisfy { $0 == 0x2D }
            if begins, count < 2, !isLast { return nil }
            isAtLineStart = false
            if begins, count == 2 { return LineSearch(from: position) }
        }
        let rest = unsafe view[searched..<view.end]
        let start = unsafe searched + DelimiterLine.next(rest, from: 0)
        return unsafe start < view.end ? LineSearch(from: start) : nil
    }

    /// Where the octets end that no delimiter can take back: before a line end that hyphens may follow.
    private static func settledEnd(_ view: StreamView, from start: Int) -> Int {
        var end = unsafe view.end
        if unsafe end > start + 1 && view[end - 1] == 0x2D && view[end - 2] == 0x0A { end -= 1 }
        if unsafe end > start && view[end - 1] == 0x0A { end -= 1 }
        if unsafe end > start && view[end - 1] == 0x0D { end -= 1 }
        return end
    }

    /// Hands the octets up to `end` on.
    private mutating func give(to end: Int) {
        guard end > position, var part = open.popLast() else { return }
        let piece = window[position..<end]
        position = end
        if part.kind == .leaf {
            let content = part.decoder.decode(piece)
            if !content.isEmpty { events.append(.content(content, part: part.index)) }
        } else if part.kind == .multipart, part.childCount == 0 {
            events.append(.content(piece, part: part.index))
        }
        open.append(part)
    }

    /// Goes on behind a delimiter line at `next`, as `StructureScanner` does.
    private mutating func endBody(at end: Int, _ match: BoundaryStack.Match, next: Int) {
        give(to: end)
        let part = boundaries.frames[match.frame].part
        closeParts(inside: part, at: end)
        noteUnclosed(above: match.frame)
        if match.isClose {
            closed = (part, boundaries.boundary(of: match.frame))
            boundaries.truncate(to: match.frame)
            // All of the body of a multipart that turns out to have no parts.
            give(to: next)
            beginBody(at: next)
        } else if partCount < limits.parts {
            boundaries.truncate(to: match.frame + 1)
            beginPart(at: next)
        } else {
            firstPartTooMany = (end, part)
            boundaries.truncate(to: 0)
            place = .rest
        }
    }

    /// Notes a line that another parser may take for a delimiter, each kind once.
    private mutating func noteLikeness(_ text: UnsafeRawBufferPointer, _ line: Range<Int>) {
        if !hasReported(.delimiterWithText), unsafe boundaries.isBegun(by: text) {
            report(.delimiterWithText, line, part: open.last?.index ?? 0)
        }
        if let closed, !hasReported(.delimiterBehindClose), unsafe text.starts(with: closed.boundary) {
            report(.delimiterBehindClose, line, part: closed.part)
        }
    }
}
