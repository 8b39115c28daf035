import MessageBuffers

/// Headers, line by line (RFC 5322 §2.2).
extension StreamScanner {
    /// Begins the line behind the one that has ended at `end`.
    mutating func beginLine(at start: Int, behind end: Int) {
        position = start
        lineEnd = end
        line = LineSearch(from: start)
        lineAhead = nil
        isLineDropped = false
    }

    /// Reads the lines that have come. False when more are needed.
    mutating func readHeader(_ view: StreamView, isLast: Bool) -> Bool {
        while true {
            if isLast, unsafe position == view.end {
                unsafe endHeader(view)
                return true
            }
            guard let (end, next) = unsafe line.line(in: view, isLast: isLast) else {
                return unsafe takePartOfLine(view)
            }
            if isLineDropped {
                header.valueEnd = end
                beginLine(at: next, behind: end)
                continue
            }
            if end == position {
                unsafe endField(view)
                position = next
                unsafe endHeader(view)
                return true
            }
            switch unsafe readLine(view, end, next, isLast: isLast) {
            case .taken: beginLine(at: next, behind: end)
            case .isBody:
                unsafe endHeader(view)
                return true
            case .needsNext: return false
            }
            if let name = header.name, header.valueEnd - name.lowerBound > limits.headerBytes { isFieldDropped = true }
        }
    }

    private enum LineReading {
        case taken
        /// The header has ended before this line.
        case isBody
        /// It depends on the next line, which has not come.
        case needsNext
    }

    private mutating func readLine(_ view: StreamView, _ end: Int, _ next: Int, isLast: Bool) -> LineReading {
        if lineAhead == nil, let reading = unsafe readLineByItself(view, end) { return reading }
        var ahead = lineAhead ?? LineSearch(from: next)
        let hasCome = unsafe ahead.line(in: view, isLast: isLast) != nil
        lineAhead = ahead
        guard unsafe hasCome || view.end - next > longestLine else { return .needsNext }
        guard unsafe HeaderLine.beginsField(view[next..<view.end], 0) else {
            report(.headerLineWithoutColon, position..<end, part: header.part)
            return .isBody
        }
        unsafe endField(view)
        report(.strayLineInHeader, position..<end, part: header.part)
        return .taken
    }

    /// What a line is whatever follows; nil for one that may stand between two fields by mistake.
    private mutating func readLineByItself(_ view: StreamView, _ end: Int) -> LineReading? {
        let first = unsafe view[position]
        if first == 0x20 || first == 0x09, header.isInField {
            header.valueEnd = end
        } else if unsafe first == 0x2D && isDelimiter(view, end) {
            report(.missingBlankLine, position..<end, part: header.part)
            position = lineEnd
            return .isBody
        } else if let colon = unsafe colon(view, end) {
            unsafe beginField(view, colon, end)
        } else if isAtStartOfHeader, unsafe HeaderLine.isMbox(view[position..<end], 0, end - position) {
            report(.mboxLineInHeader, position..<end, part: header.part)
        } else if header.isInField, first != 0x2D {
            return nil
        } else {
            report(.headerLineWithoutColon, position..<end, part: header.part)
            return .isBody
        }
        return .taken
    }

    /// No line that is longer can be a delimiter, and no field in it is kept.
    private var longestLine: Int { max(limits.headerBytes, DelimiterLine.limit) }

    private var isAtStartOfHeader: Bool { open.last?.start == position }

    /// Waits for the end of a line, or drops as much of it as has come where it is too long to be kept.
    private mutating func takePartOfLine(_ view: StreamView) -> Bool {
        guard unsafe isLineDropped || view.end - position > longestLine else { return false }
        if !isLineDropped {
            let first = unsafe view[position]
            if first == 0x20 || first == 0x09, header.isInField {
                header.valueEnd = unsafe view.end
            } else if let colon = unsafe colon(view, view.end) {
                unsafe beginField(view, colon, view.end)
            } else {
                unsafe report(.headerLineWithoutColon, position..<view.end, part: header.part)
                unsafe endHeader(view)
                return true
            }
            isLineDropped = true
            isFieldDropped = true
        }
        position = unsafe view.end
        lineEnd = position
        return false
    }

    private func colon(_ view: StreamView, _ end: Int) -> (nameEnd: Int, at: Int)? {
        guard let colon = unsafe HeaderLine.colon(view[position..<end], 0, end - position) else { return nil }
        return (position + colon.nameEnd, position + colon.at)
    }

    private func isDelimiter(_ view: StreamView, _ end: Int) -> Bool {
        guard unsafe !boundaries.isEmpty && end >= position + 2 && view[position + 1] == 0x2D else { return false }
        let line = unsafe view[position..<end]
        guard let text = unsafe DelimiterLine.end(line, from: 0).text else { return false }
        return unsafe boundaries.match(UnsafeRawBufferPointer(rebasing: line[2..<text])) != nil
    }

    private mutating func beginField(_ view: StreamView, _ colon: (nameEnd: Int, at: Int), _ end: Int) {
        unsafe endField(view)
        header.begin(name: position..<colon.nameEnd, value: (colon.at + 1)..<end)
        if colon.nameEnd != colon.at { report(.spaceBeforeColon, position..<end, part: header.part) }
    }

    private mutating func endField(_ view: StreamView) {
        guard let name = header.name else { return }
        defer {
            header.name = nil
            isFieldDropped = false
        }
        let whole = name.lowerBound..<header.valueEnd
        headerBytes += whole.count
        guard fieldCount < limits.headerFields else {
            return report(.tooManyHeaderFields, name, part: header.part)
        }
        guard headerBytes <= limits.headerBytes else {
            return report(.tooManyHeaderBytes, name, part: header.part)
        }
        fieldCount += 1
        let value = (header.valueStart - whole.lowerBound)..<whole.count
        fields.add(window[whole], name: 0..<name.count, value: value)
        switch unsafe HeaderScan.Known(view[name]) {
        case .contentType where header.contentType != nil: report(.duplicateContentType, whole, part: header.part)
        case .contentType:
            header.contentType = header.valueStart..<header.valueEnd
            contentType = ContentTypeScan(window[header.valueStart..<header.valueEnd], limits)
        case .transferEncoding where header.transferEncoding == nil:
            header.transferEncoding = TransferEncoding(window[header.valueStart..<header.valueEnd])
        case .transferEncoding, nil: break
        }
    }

    // MARK: What the part is

    /// Ends the header before `position`, and opens what it announces.
    private mutating func endHeader(_ view: StreamView) {
        unsafe endField(view)
        var part = open.removeLast()
        let isInDigest = isInDigest
        let content = contentType ?? (isInDigest ? .message : .text)
        part.bodyStart = position
        part.encoding = header.transferEncoding ?? .sevenBit
        if part.encoding == .unknown {
            report(.unknownTransferEncoding, part.start..<position, part: part.index)
        }
        switch content.kind {
        case .leaf: break
        case .multipart: openMultipart(&part, content)
        case .message: openMessage(&part)
        }
        part.decoder = ContentDecoder(part.kind == .leaf ? part.encoding : .sevenBit)
        let head = fields.part(part.kind, part.encoding)
        let type = head.headers.first(literal: "content-type").flatMap { ContentType($0.rawValue) }
        let streamed = StreamedPart(
            index: part.index, partID: part.path.partID(part.kind), depth: part.path.depth, kind: part.kind,
            transferEncoding: part.encoding, contentType: type ?? (isInDigest ? .message : .plainText),
            isRelated: open.last?.isRelated ?? false, header: head)
        // Of a part in a multipart within the related one, too; a message begins anew.
        part.isRelated =
            part.kind == .multipart && (streamed.isRelated || streamed.contentType.subtype == "related")
        open.append(part)
        tell(streamed)
        if part.kind == .message {
            beginPart(at: position)
        } else {
            place = .body
            beginBody(at: position)
        }
    }

    /// Whether parts without a type are messages in the innermost part that is open (RFC 2046 §5.1.5).
    private var isInDigest: Bool {
        guard let frame = boundaries.frames.last, let parent = open.last else { return false }
        return frame.isDigest && frame.part == parent.index
    }

    private mutating func openMessage(_ part: inout OpenPart) {
        guard partCount < limits.parts, isWithinDepth(part), part.encoding.isIdentity,
            opens(fields.part(.message, part.encoding))
        else { return }
        part.kind = .message
    }

    private mutating func openMultipart(_ part: inout OpenPart, _ content: ContentTypeScan) {
        let header = part.start..<position
        guard let boundary = content.boundary, !boundary.isEmpty else {
            return report(.multipartWithoutBoundary, header, part: part.index)
        }
        guard isWithinDepth(part) else { return }
        if !part.encoding.isIdentity {
            report(.encodedMultipart, header, part: part.index)
            part.encoding = .sevenBit
        }
        if content.hasDuplicateBoundary { report(.duplicateBoundaryParameter, header, part: part.index) }
        if boundaries.hasPrefix(in: boundary) { report(.boundaryPrefix, header, part: part.index) }
        part.kind = .multipart
        boundaries.push(part: part.index, boundary: boundary, isDigest: content.isDigest)
    }

    private mutating func isWithinDepth(_ part: OpenPart) -> Bool {
        if part.path.depth + 1 < limits.depth { return true }
        report(.tooDeep, part.start..<position, part: part.index)
        return false
    }
}
