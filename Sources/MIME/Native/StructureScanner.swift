import ByteKernels
import MailStorage

/// Finds parts, header fields and bodies in one pass (RFC 5322 §2.1, RFC 2046 §5.1).
///
/// In plain words: read a header; if it announces a multipart, look for its delimiter lines; if an embedded message,
/// read the next header at once; otherwise the body goes to the next delimiter line of any open multipart. There is no
/// recursion: what is open is kept in two stacks. Bodies are not read line by line: the search goes from one line that
/// begins with two hyphens to the next.
struct StructureScanner: ~Copyable {
    /// The longest delimiter line worth a comparison: 70 octets by RFC 2046 §5.1.1; some senders use more.
    private static let delimiterLimit = 64 * 1024

    private var builder: MIMEDocumentBuilder
    private let limits: MIMELimits
    private var boundaries = BoundaryStack()
    /// Parts whose end is not known yet, outermost first, with where they begin and where their bodies do.
    private var open: [(part: Int, start: Int, bodyStart: Int)] = []
    private var headerBytes = 0
    private var hasReported: Set<MIMEDefect.Code> = []

    init(_ message: MessageBytes, _ limits: MIMELimits) {
        builder = MIMEDocumentBuilder(message, backend: NativeMIMEParser.name)
        self.limits = limits
    }

    consuming func finish() -> MIMEDocument { MIMEDocument(builder) }

    mutating func run(_ bytes: UnsafeRawBufferPointer) {
        var position = unsafe readEntity(bytes, at: 0, parent: -1)
        while let delimiter = unsafe nextDelimiter(bytes, from: position) {
            let frame = boundaries.frames[delimiter.match.frame]
            closeParts(inside: frame.part, at: delimiter.bodyEnd)
            noteUnclosed(above: delimiter.match.frame)
            if delimiter.match.isClose {
                boundaries.truncate(to: delimiter.match.frame)
                position = delimiter.next
            } else {
                boundaries.truncate(to: delimiter.match.frame + 1)
                guard builder.partCount < limits.parts else {
                    report(.tooManyParts, delimiter.bodyEnd..<bytes.count, part: frame.part)
                    break
                }
                position = unsafe readEntity(bytes, at: delimiter.next, parent: frame.part)
            }
        }
        closeParts(inside: -1, at: bytes.count)
        noteUnclosed(above: -1)
    }

    /// Reads a header, and those of the messages that begin where it ends; returns where the body begins.
    private mutating func readEntity(_ bytes: UnsafeRawBufferPointer, at start: Int, parent: Int) -> Int {
        var start = start
        var parent = parent
        while true {
            let part = builder.addPart(parent: parent)
            var header = HeaderScan(part: part)
            let bodyStart = unsafe readHeader(bytes, at: start, &header)
            open.append((part, start, bodyStart))
            let encoding = header.transferEncoding ?? .sevenBit
            if encoding == .unknown { report(.unknownTransferEncoding, start..<bodyStart, part: part) }
            let content = header.contentType ?? (isInDigest(parent) ? .message : .text)
            switch content.kind {
            case .leaf:
                builder.setKind(.leaf, encoding, of: part)
                return bodyStart
            case .multipart:
                openMultipart(part, content, encoding, start..<bodyStart)
                return bodyStart
            case .message:
                guard encoding.isIdentity, builder.partCount < limits.parts, isWithinDepth(part, start..<bodyStart)
                else {
                    builder.setKind(.leaf, encoding, of: part)
                    return bodyStart
                }
                builder.setKind(.message, encoding, of: part)
                start = bodyStart
                parent = part
            }
        }
    }

    private func isInDigest(_ parent: Int) -> Bool {
        guard let frame = boundaries.frames.last else { return false }
        return frame.isDigest && frame.part == parent
    }

    private mutating func openMultipart(
        _ part: Int, _ content: ContentTypeScan, _ encoding: TransferEncoding, _ header: Range<Int>
    ) {
        guard let boundary = content.boundary, !boundary.isEmpty else {
            report(.multipartWithoutBoundary, header, part: part)
            builder.setKind(.leaf, encoding, of: part)
            return
        }
        guard isWithinDepth(part, header) else {
            builder.setKind(.leaf, encoding, of: part)
            return
        }
        if !encoding.isIdentity { report(.encodedMultipart, header, part: part) }
        if content.hasDuplicateBoundary { report(.duplicateBoundaryParameter, header, part: part) }
        builder.setKind(.multipart, encoding.isIdentity ? encoding : .sevenBit, of: part)
        boundaries.push(part: part, boundary: boundary, isDigest: content.isDigest)
    }

    private mutating func isWithinDepth(_ part: Int, _ range: Range<Int>) -> Bool {
        if builder.depth(of: part) + 1 < limits.depth { return true }
        report(.tooDeep, range, part: part)
        return false
    }

    // MARK: Headers

    /// Reads header fields up to the empty line, and returns where the body begins (RFC 5322 §2.2).
    private mutating func readHeader(_ bytes: UnsafeRawBufferPointer, at start: Int, _ header: inout HeaderScan) -> Int
    {
        var position = start
        while position < bytes.count {
            let offset = unsafe ByteKernels.indexOfNewline(UnsafeRawBufferPointer(rebasing: bytes[position...]))
            let next = min(position + offset + 1, bytes.count)
            var end = position + offset
            if unsafe end > position && bytes[end - 1] == 0x0D { end -= 1 }
            if end == position {
                unsafe endField(&header, bytes)
                return next
            }
            let first = unsafe bytes[position]
            if first == 0x20 || first == 0x09, header.isInField {
                header.valueEnd = end
            } else if unsafe first == 0x2D && isDelimiter(bytes, position, end) {
                break
            } else if let colon = unsafe Self.colon(bytes, position, end) {
                unsafe endField(&header, bytes)
                header.begin(name: position..<colon.nameEnd, value: (colon.at + 1)..<end)
                if colon.nameEnd != colon.at { report(.spaceBeforeColon, position..<end, part: header.part) }
            } else if position == start, unsafe Self.isMboxLine(bytes, position, end) {
                report(.mboxLineInHeader, position..<end, part: header.part)
            } else {
                report(.headerLineWithoutColon, position..<end, part: header.part)
                break
            }
            position = next
        }
        unsafe endField(&header, bytes)
        return position
    }

    private func isDelimiter(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
        guard unsafe !boundaries.isEmpty && end >= start + 2 && bytes[start + 1] == 0x2D else { return false }
        guard let text = unsafe Self.lineEnd(bytes, from: start, limit: Self.delimiterLimit).text else { return false }
        return unsafe boundaries.match(UnsafeRawBufferPointer(rebasing: bytes[(start + 2)..<text])) != nil
    }

    /// Where a field's name ends and its colon is; nil for a line that begins no field.
    private static func colon(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int
    ) -> (nameEnd: Int, at: Int)? {
        var cursor = start
        while cursor < end, unsafe (0x21...0x7E).contains(bytes[cursor]) && bytes[cursor] != 0x3A { cursor += 1 }
        let nameEnd = cursor
        while cursor < end, unsafe bytes[cursor] == 0x20 || bytes[cursor] == 0x09 { cursor += 1 }
        guard unsafe nameEnd > start && cursor < end && bytes[cursor] == 0x3A else { return nil }
        return (nameEnd, cursor)
    }

    /// `From ` or `>From `, left in by programs that split mbox files.
    private static func isMboxLine(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
        let line = unsafe bytes[start..<end]
        return unsafe line.starts(with: "From ".utf8) || line.starts(with: ">From ".utf8)
    }

    private mutating func endField(_ header: inout HeaderScan, _ bytes: UnsafeRawBufferPointer) {
        guard let name = header.name else { return }
        defer { header.name = nil }
        let value = header.valueStart..<header.valueEnd
        headerBytes += value.upperBound - name.lowerBound
        guard builder.fieldCount < limits.headerFields else {
            return report(.tooManyHeaderFields, name, part: header.part)
        }
        guard headerBytes <= limits.headerBytes else {
            return report(.tooManyHeaderBytes, name, part: header.part)
        }
        builder.addField(name: builder.slice(name), value: builder.slice(value))
        switch unsafe HeaderScan.Known(UnsafeRawBufferPointer(rebasing: bytes[name])) {
        case .contentType where header.contentType != nil:
            report(.duplicateContentType, name.lowerBound..<value.upperBound, part: header.part)
        case .contentType:
            header.contentType = ContentTypeScan(builder.message[value], limits)
        case .transferEncoding where header.transferEncoding == nil:
            header.transferEncoding = TransferEncoding(builder.message[value])
        case .transferEncoding, nil: break
        }
    }

    // MARK: Delimiters

    private struct Delimiter {
        var match: BoundaryStack.Match
        /// The end of what is before the delimiter: the line end before it belongs to it (RFC 2046 §5.1.1).
        var bodyEnd: Int
        /// The start of the line behind it.
        var next: Int
    }

    private func nextDelimiter(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Delimiter? {
        guard !boundaries.isEmpty else { return nil }
        var line = start
        // The first line of a body begins behind no LF of the body's.
        if unsafe !(line + 1 < bytes.count && bytes[line] == 0x2D && bytes[line + 1] == 0x2D) {
            line = unsafe Self.nextCandidate(bytes, from: start)
        }
        while line < bytes.count {
            let (end, next) = unsafe Self.lineEnd(bytes, from: line, limit: Self.delimiterLimit)
            if let end {
                let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[(line + 2)..<end])
                if let match = unsafe boundaries.match(text) {
                    return Delimiter(match: match, bodyEnd: unsafe bodyEnd(bytes, line, start), next: next)
                }
            }
            line = unsafe Self.nextCandidate(bytes, from: line)
        }
        return nil
    }

    /// The start of the next line behind `start` that begins with two hyphens, or the end.
    private static func nextCandidate(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        let offset = unsafe ByteKernels.indexOfNewlineDashDash(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        return min(start + offset + 1, bytes.count)
    }

    /// The end of a line's text without trailing white space, nil for a line over the limit; and the next line's start.
    private static func lineEnd(
        _ bytes: UnsafeRawBufferPointer, from start: Int, limit: Int
    ) -> (text: Int?, next: Int) {
        let window = min(bytes.count, start + limit)
        let offset = unsafe ByteKernels.indexOfNewline(UnsafeRawBufferPointer(rebasing: bytes[start..<window]))
        let newline = start + offset
        guard newline < window || window == bytes.count else { return (nil, window) }
        var end = newline
        while end > start + 2, unsafe [0x20, 0x09, 0x0D].contains(bytes[end - 1]) { end -= 1 }
        return (end, min(newline + 1, bytes.count))
    }

    private func bodyEnd(_ bytes: UnsafeRawBufferPointer, _ line: Int, _ start: Int) -> Int {
        var end = line
        if unsafe end > start && bytes[end - 1] == 0x0A { end -= 1 }
        if unsafe end > start && end < line && bytes[end - 1] == 0x0D { end -= 1 }
        return end
    }

    // MARK: Ends

    /// Ends the parts that are inside of `part`, which stays open; −1 ends all.
    private mutating func closeParts(inside part: Int, at end: Int) {
        while let last = open.last, last.part != part {
            open.removeLast()
            let bodyStart = min(last.bodyStart, max(end, last.start))
            builder.setWhole(builder.slice(last.start..<max(end, last.start)), of: last.part)
            builder.setBody(builder.slice(bodyStart..<max(end, bodyStart)), of: last.part)
        }
    }

    private mutating func noteUnclosed(above frame: Int) {
        for inner in boundaries.frames.indices.reversed() where inner > frame {
            report(.multipartNeverClosed, nil, part: boundaries.frames[inner].part)
        }
    }

    /// Notes a defect; each code once for a message where a hostile one could repeat it without end.
    private mutating func report(_ code: MIMEDefect.Code, _ range: Range<Int>?, part: Int) {
        let isFirst = hasReported.insert(code).inserted
        guard isFirst || builder.defects.count < Self.defectLimit else { return }
        builder.note(code, range, part: part)
    }

    /// Beyond so many defects only the first of each code is noted.
    private static let defectLimit = 1_000
}
