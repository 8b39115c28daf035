/// Makes a document of an index and its message, believing neither.
struct MIMEIndexReader {
    /// Memory that parts lie in: the message, or one that was decoded from within it.
    private struct Source {
        let bytes: MessageBytes
        let address: UInt

        init(_ bytes: MessageBytes) {
            self.bytes = bytes
            address = MIMEDocument.Slice.address(of: bytes)
        }

        func slice(_ range: Range<Int>) -> MIMEDocument.Slice {
            MIMEDocument.Slice(address: address &+ UInt(bitPattern: range.lowerBound), count: range.count)
        }
    }

    /// A part that was read: where it lies, and what may lie in it.
    private struct Part {
        let kind: MIMEPart.Kind
        let source: Int
        let whole: Range<Int>
        let body: Range<Int>
        let depth: Int
        /// What its children lie in.
        var innerSource: Int
        var childCount = 0
    }

    private final class DecodedMessages: Sendable {
        let messages: [MessageBytes]
        init(_ messages: [MessageBytes]) { self.messages = messages }
    }

    private let octets: [UInt8]
    private let limits: MIMELimits
    private var position = 0
    private var sources: [Source]
    private var parts: [Part] = []
    /// The parts around the last one and it itself, outermost first.
    private var path: [Int] = []
    private var decodedBytes = 0

    init(_ octets: [UInt8], _ message: MessageBytes, _ limits: MIMELimits) {
        self.octets = octets
        self.limits = limits
        sources = [Source(message)]
    }

    mutating func read() throws(MIMEIndexError) -> MIMEDocument {
        guard octets.first == MIMEIndex.version else { throw octets.isEmpty ? .damaged : .unknownVersion }
        position = 1
        let message = sources[0].bytes
        guard try number() == message.count, try number() == MIMEIndex.fingerprint(of: message) else {
            throw .otherMessage
        }
        let count = try number()
        guard count > 0 else { throw .damaged }
        guard count <= limits.parts else { throw .overLimit }
        var builder = MIMEDocumentBuilder(message, backend: NativeMIMEParser.name)
        for _ in 0..<count { try readPart(&builder) }
        guard position == octets.count else { throw .damaged }
        if sources.count > 1 { builder.owner = DecodedMessages(sources.dropFirst().map(\.bytes)) }
        return MIMEDocument(builder)
    }

    private mutating func readPart(_ builder: inout MIMEDocumentBuilder) throws(MIMEIndexError) {
        guard position < octets.count, let kind = MIMEPart.Kind(rawValue: octets[position] >> 4),
            Int(octets[position] & 15) < MIMEIndexWriter.encodings.count
        else { throw .damaged }
        let encoding = MIMEIndexWriter.encodings[Int(octets[position] & 15)]
        position += 1
        let parent = try takeParent()
        let source = parent.map { parts[$0].innerSource } ?? 0
        let isInOwnSource = parent.map { parts[$0].source != source } ?? true
        let outer = isInOwnSource ? 0..<sources[source].bytes.count : parent.map { parts[$0].body } ?? 0..<0
        let base = isInOwnSource ? 0 : parent.map { parts[$0].whole.lowerBound } ?? 0
        let whole = try range(from: base, within: outer)
        let body = try range(from: whole.lowerBound, within: whole)
        let depth = parent.map { parts[$0].depth + 1 } ?? 0
        guard depth < limits.depth else { throw .overLimit }

        let index = builder.addPart(parent: parent ?? -1)
        builder.setKind(kind, encoding, of: index)
        builder.setWhole(sources[source].slice(whole), of: index)
        builder.setBody(sources[source].slice(body), of: index)
        try readFields(&builder, sources[source], whole)
        var part = Part(kind: kind, source: source, whole: whole, body: body, depth: depth, innerSource: source)
        if kind == .message, !encoding.isIdentity {
            part.innerSource = try decode(sources[source].bytes.extracting(body), encoding)
        }
        parts.append(part)
        path.append(index)
    }

    /// The part around the next one, which is the last one or around that.
    private mutating func takeParent() throws(MIMEIndexError) -> Int? {
        let distance = try number()
        guard !parts.isEmpty else {
            guard distance == 0 else { throw .damaged }
            return nil
        }
        let parent = parts.count - distance
        guard distance > 0, parent >= 0 else { throw .damaged }
        while let last = path.last, last != parent { path.removeLast() }
        guard !path.isEmpty,
            parts[parent].kind == .multipart || parts[parent].kind == .message && parts[parent].childCount == 0
        else { throw .damaged }
        parts[parent].childCount += 1
        return parent
    }

    private mutating func readFields(
        _ builder: inout MIMEDocumentBuilder, _ source: Source, _ whole: Range<Int>
    ) throws(MIMEIndexError) {
        let count = try number()
        guard count <= limits.headerFields - builder.fieldCount else { throw .overLimit }
        var place = whole.lowerBound
        for _ in 0..<count {
            let name = try range(from: place, within: whole)
            let value = try range(from: name.upperBound, within: whole)
            builder.addField(name: source.slice(name), value: source.slice(value))
            place = value.upperBound
        }
    }

    private mutating func decode(_ body: MessageBytes, _ encoding: TransferEncoding) throws(MIMEIndexError) -> Int {
        guard decodedBytes + body.count <= limits.embeddedBytes else { throw .overLimit }
        let content = DecodedBody(body, encoding)
        decodedBytes += content.bytes.count
        sources.append(Source(content.bytes))
        return sources.count - 1
    }

    // MARK: Numbers

    private mutating func number() throws(MIMEIndexError) -> Int {
        var value: UInt = 0
        var shift: UInt = 0
        while position < octets.count, shift < 63 {
            let octet = octets[position]
            position += 1
            value |= UInt(octet & 0x7F) << shift
            if octet < 0x80 { return Int(truncatingIfNeeded: value) }
            shift += 7
        }
        throw .damaged
    }

    /// A range by the distance of its start from `base`, and its length.
    private mutating func range(from base: Int, within outer: Range<Int>) throws(MIMEIndexError) -> Range<Int> {
        let (start, overflows) = base.addingReportingOverflow(try number())
        let (end, isBeyond) = start.addingReportingOverflow(try number())
        guard !overflows, !isBeyond, start >= outer.lowerBound, end <= outer.upperBound else { throw .damaged }
        return start..<end
    }
}
