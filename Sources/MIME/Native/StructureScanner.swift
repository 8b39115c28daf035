import ByteKernels
import MessageBuffers

/// Finds parts, header fields and bodies in one pass (RFC 5322 §2.1, RFC 2046 §5.1).
///
/// In plain words: read a header; if it announces a multipart, look for its delimiter lines; if an embedded message,
/// read the next header at once; otherwise the body goes to the next delimiter line of any open multipart. A message
/// that is itself encoded is decoded when its end is known, and read like the first one before going on behind it.
/// There is no recursion: what is open is kept in stacks. Bodies are not read line by line: the search goes from one
/// line that begins with two hyphens to the next.
struct StructureScanner: ~Copyable {
    private var builder: MIMEDocumentBuilder
    private let limits: MIMELimits
    /// The octets that are being read, and what is open in them.
    private var source: Source
    /// Those that wait for an encoded message within them to be read.
    private var waiting: [Source] = []
    /// Embedded messages without their encoding, which own their memory.
    private var decoded: [MessageBytes] = []
    private var decodedBytes = 0
    private var headerBytes = 0
    private var hasReported: Set<MIMEDefect.Code> = []

    /// A message, or one that was decoded from within it.
    private struct Source {
        let bytes: MessageBytes
        let address: UInt
        /// The part that the message is in; −1 for the first one.
        let part: Int
        var position = 0
        var boundaries = BoundaryStack()
        /// The innermost part whose end is not known yet; those around it, up to the one that the message is in, are
        /// open too. `part` where none is.
        var innermost: Int
        /// The delimiter at which an encoded message ended, to go on from.
        var delimiter: Delimiter?
        /// The multipart that was closed last, and its boundary.
        var closed: (part: Int, boundary: Range<Int>)?
        /// An encoded message that has just ended, and its body.
        var encodedMessage: Int?
        var encodedBody = 0..<0

        init(_ bytes: MessageBytes, in part: Int) {
            self.bytes = bytes
            self.part = part
            innermost = part
            address = MIMEDocument.Slice.address(of: bytes)
        }
    }

    private final class DecodedMessages: Sendable {
        let messages: [MessageBytes]
        init(_ messages: [MessageBytes]) { self.messages = messages }
    }

    /// Reads into tables that are empty, and may have memory.
    init(_ message: MessageBytes, _ limits: MIMELimits, in tables: consuming MIMEDocumentBuilder.Tables = .init()) {
        builder = MIMEDocumentBuilder(message, backend: NativeMIMEParser.name, in: tables)
        builder.hasSubtypes = true
        source = Source(message, in: -1)
        self.limits = limits
    }

    consuming func finish() -> MIMEDocumentBuilder {
        if !decoded.isEmpty { builder.owner = DecodedMessages(decoded) }
        return builder
    }

    mutating func run() {
        while true {
            let bytes = source.bytes
            unsafe bytes.withUnsafeBytes { unsafe read($0) }
            if let part = source.encodedMessage, let message = decodeMessage(part) {
                source.encodedMessage = nil
                waiting.append(source)
                source = Source(message, in: part)
            } else if source.encodedMessage != nil {
                source.encodedMessage = nil
            } else if let outer = waiting.popLast() {
                source = outer
            } else {
                return
            }
        }
    }

    /// Reads the source to its end, or to the end of an encoded message.
    private mutating func read(_ bytes: UnsafeRawBufferPointer) {
        if source.innermost == source.part, source.position == 0 {
            source.position = unsafe readEntity(bytes, at: 0, parent: source.part)
        }
        while let delimiter = unsafe source.delimiter ?? nextDelimiter(bytes, from: source.position) {
            let frame = source.boundaries.frames[delimiter.match.frame]
            source.delimiter = delimiter
            closeParts(inside: frame.part, at: delimiter.bodyEnd)
            if source.encodedMessage != nil { return }
            source.delimiter = nil
            noteUnclosed(above: delimiter.match.frame)
            if delimiter.match.isClose {
                source.closed = (frame.part, delimiter.boundary)
                source.boundaries.truncate(to: delimiter.match.frame)
                source.position = delimiter.next
            } else {
                source.boundaries.truncate(to: delimiter.match.frame + 1)
                guard builder.partCount < limits.parts else {
                    report(.tooManyParts, delimiter.bodyEnd..<bytes.count, part: frame.part)
                    // Whether they are closed is not looked at.
                    source.boundaries.truncate(to: 0)
                    break
                }
                source.position = unsafe readEntity(bytes, at: delimiter.next, parent: frame.part)
            }
        }
        source.position = bytes.count
        closeParts(inside: source.part, at: bytes.count)
        if source.encodedMessage != nil { return }
        noteUnclosed(above: -1)
        source.boundaries.truncate(to: 0)
    }

    /// Reads a header, and those of the messages that begin where it ends; returns where the body begins.
    private mutating func readEntity(_ bytes: UnsafeRawBufferPointer, at start: Int, parent: Int) -> Int {
        var start = start
        var parent = parent
        while true {
            let part = builder.addPart(parent: parent)
            var header = HeaderScan(part: part)
            let bodyStart = unsafe readHeader(bytes, at: start, &header)
            builder.countFields(of: part)
            builder.begin(part, at: slice(start..<start), body: slice(bodyStart..<bodyStart))
            source.innermost = part
            let encoding = header.transferEncoding ?? .sevenBit
            if encoding == .unknown { report(.unknownTransferEncoding, start..<bodyStart, part: part) }
            let content =
                header.contentType.map { unsafe ContentTypeScan($0, of: source.bytes, at: bytes, limits) }
                ?? (isInDigest(parent) ? .message : .text)
            switch content.kind {
            case .leaf:
                builder.setKind(.leaf, encoding, of: part)
                return bodyStart
            case .multipart:
                openMultipart(part, content, encoding, start..<bodyStart)
                return bodyStart
            case .message:
                guard builder.partCount < limits.parts, isWithinDepth(part, start..<bodyStart)
                else {
                    builder.setKind(.leaf, encoding, of: part)
                    return bodyStart
                }
                builder.setKind(.message, encoding, of: part)
                // A message that is encoded is read once its end is found.
                if !encoding.isIdentity { return bodyStart }
                start = bodyStart
                parent = part
            }
        }
    }

    private func isInDigest(_ parent: Int) -> Bool {
        guard let frame = source.boundaries.frames.last else { return false }
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
        if source.boundaries.hasPrefix(in: boundary) { report(.boundaryPrefix, header, part: part) }
        builder.setKind(.multipart, encoding.isIdentity ? encoding : .sevenBit, of: part)
        builder.setSubtype(content.subtype, of: part)
        source.boundaries.push(part: part, boundary: boundary, isDigest: content.isDigest)
    }

    private mutating func isWithinDepth(_ part: Int, _ range: Range<Int>) -> Bool {
        if builder.depth(of: part) + 1 < limits.depth { return true }
        report(.tooDeep, range, part: part)
        return false
    }

    // MARK: Headers

    /// Reads header fields up to the empty line, and returns where the body begins (RFC 5322 §2.2): at the line end
    /// before a delimiter that follows at once.
    private mutating func readHeader(_ bytes: UnsafeRawBufferPointer, at start: Int, _ header: inout HeaderScan) -> Int
    {
        var position = start
        var lineEnd = start
        while position < bytes.count {
            let line = unsafe ByteKernels.headerLine(UnsafeRawBufferPointer(rebasing: bytes[position...]))
            let next = min(position + line.lineEnd + 1, bytes.count)
            var end = position + line.lineEnd
            if unsafe end > position && bytes[end - 1] == 0x0D { end -= 1 }
            if end == position {
                unsafe endField(&header, bytes)
                return next
            }
            let first = unsafe bytes[position]
            if first == 0x20 || first == 0x09, header.isInField {
                header.valueEnd = end
            } else if unsafe first == 0x2D && isDelimiter(bytes, position, end) {
                report(.missingBlankLine, position..<end, part: header.part)
                position = lineEnd
                break
            } else if let colon = unsafe HeaderLine.colon(
                bytes, position, nameEnd: min(position + line.nameEnd, end), end)
            {
                unsafe endField(&header, bytes)
                header.begin(name: position..<colon.nameEnd, value: (colon.at + 1)..<end)
                if colon.nameEnd != colon.at { report(.spaceBeforeColon, position..<end, part: header.part) }
            } else if position == start, unsafe HeaderLine.isMbox(bytes, position, end) {
                report(.mboxLineInHeader, position..<end, part: header.part)
            } else if unsafe header.isInField && first != 0x2D && HeaderLine.beginsField(bytes, next) {
                unsafe endField(&header, bytes)
                report(.strayLineInHeader, position..<end, part: header.part)
            } else {
                report(.headerLineWithoutColon, position..<end, part: header.part)
                break
            }
            position = next
            lineEnd = end
        }
        unsafe endField(&header, bytes)
        return position
    }

    private func isDelimiter(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
        guard unsafe !source.boundaries.isEmpty && end >= start + 2 && bytes[start + 1] == 0x2D else { return false }
        guard let text = unsafe DelimiterLine.end(bytes, from: start).text else { return false }
        return unsafe source.boundaries.match(UnsafeRawBufferPointer(rebasing: bytes[(start + 2)..<text])) != nil
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
        builder.appendField(name: slice(name), value: slice(value))
        switch unsafe HeaderScan.Known(UnsafeRawBufferPointer(rebasing: bytes[name])) {
        case .contentType where header.contentType != nil:
            report(.duplicateContentType, name.lowerBound..<value.upperBound, part: header.part)
        case .contentType: header.contentType = value
        case .transferEncoding where header.transferEncoding == nil:
            header.transferEncoding = unsafe TransferEncoding(UnsafeRawBufferPointer(rebasing: bytes[value]))
        case .transferEncoding, nil: break
        }
    }

    private func slice(_ range: Range<Int>) -> MIMEDocument.Slice {
        MIMEDocument.Slice(address: source.address &+ UInt(bitPattern: range.lowerBound), count: range.count)
    }

    /// Takes the transfer encoding off an embedded message; nil where that goes over a limit, and the part is a leaf
    /// then.
    private mutating func decodeMessage(_ part: Int) -> MessageBytes? {
        let body = source.bytes.extracting(source.encodedBody)
        let encoding = builder.transferEncoding(of: part)
        guard decodedBytes + body.count <= limits.embeddedBytes, builder.partCount < limits.parts else {
            report(.tooManyEmbeddedBytes, source.encodedBody, part: part)
            builder.setKind(.leaf, encoding, of: part)
            return nil
        }
        let content = DecodedBody(body, encoding)
        if let defect = content.defect { report(defect, source.encodedBody, part: part) }
        decodedBytes += content.bytes.count
        decoded.append(content.bytes)
        return content.bytes
    }

    // MARK: Delimiters

    private struct Delimiter {
        var match: BoundaryStack.Match
        /// The boundary as it stands there.
        var boundary: Range<Int>
        /// The end of what is before the delimiter: the line end before it belongs to it (RFC 2046 §5.1.1).
        var bodyEnd: Int
        /// Where to go on: the start of the next line; behind the last delimiter, its line end, which belongs to a
        /// delimiter that follows at once.
        var next: Int
    }

    private mutating func nextDelimiter(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Delimiter? {
        guard !source.boundaries.isEmpty || source.closed != nil else { return nil }
        var line = start
        // The first line of a body begins behind no LF of the body's.
        if unsafe !(line + 1 < bytes.count && bytes[line] == 0x2D && bytes[line + 1] == 0x2D) {
            line = unsafe DelimiterLine.next(bytes, from: start)
        }
        while line < bytes.count {
            let (end, next) = unsafe DelimiterLine.end(bytes, from: line)
            if let end {
                let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[(line + 2)..<end])
                if let match = unsafe source.boundaries.match(text) {
                    let bodyEnd = unsafe DelimiterLine.bodyEnd(bytes, line, from: start)
                    let next = unsafe match.isClose ? DelimiterLine.bodyEnd(bytes, next, from: line) : next
                    let boundary = (line + 2)..<(match.isClose ? end - 2 : end)
                    return Delimiter(match: match, boundary: boundary, bodyEnd: bodyEnd, next: next)
                }
                unsafe noteLikeness(bytes, text, line..<end)
            }
            line = unsafe DelimiterLine.next(bytes, from: line)
        }
        return nil
    }

    /// Notes a line that another parser may take for a delimiter, each kind once.
    private mutating func noteLikeness(
        _ bytes: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer, _ line: Range<Int>
    ) {
        if !hasReported.contains(.delimiterWithText), unsafe source.boundaries.isBegun(by: text) {
            report(.delimiterWithText, line, part: max(source.innermost, 0))
        }
        if let closed = source.closed, !hasReported.contains(.delimiterBehindClose),
            unsafe text.starts(with: bytes[closed.boundary])
        {
            report(.delimiterBehindClose, line, part: closed.part)
        }
    }

    // MARK: Ends

    /// Ends the parts that are inside of `part`, which stays open.
    private mutating func closeParts(inside part: Int, at end: Int) {
        while source.innermost != part, source.innermost != source.part {
            let last = source.innermost
            source.innermost = builder.parent(of: last)
            let beginning = builder.beginning(of: last)
            let start = Int(bitPattern: beginning.start &- source.address)
            let bodyStart = min(Int(bitPattern: beginning.body &- source.address), max(end, start))
            builder.setWhole(slice(start..<max(end, start)), of: last)
            builder.setBody(slice(bodyStart..<max(end, bodyStart)), of: last)
            if builder.isEmptyMultipart(last) {
                report(.multipartWithoutParts, bodyStart..<max(end, bodyStart), part: last)
                builder.setKind(.leaf, builder.transferEncoding(of: last), of: last)
            }
            // Its parts come before the next one is read, which keeps them in document order.
            if builder.isEncodedMessage(last) {
                source.encodedMessage = last
                source.encodedBody = bodyStart..<max(end, bodyStart)
            }
        }
    }

    private mutating func noteUnclosed(above frame: Int) {
        var inner = source.boundaries.frames.count - 1
        while inner > frame {
            report(.multipartNeverClosed, nil, part: source.boundaries.frames[inner].part)
            inner -= 1
        }
    }

    /// Notes a defect; each code once for a message where a hostile one could repeat it without end.
    private mutating func report(_ code: MIMEDefect.Code, _ range: Range<Int>?, part: Int) {
        let isFirst = hasReported.insert(code).inserted
        guard isFirst || builder.defects.count < Self.defectLimit else { return }
        // What was decoded lies nowhere in the message.
        builder.note(code, source.part < 0 ? range : nil, part: part)
    }

    /// Beyond so many defects only the first of each code is noted.
    static let defectLimit = 1_000
}
