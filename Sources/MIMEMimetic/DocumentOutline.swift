import ByteKernels
import MIME
import MessageBuffers

/// A document made from mimetic's tree, part by part in document order, within the limits.
struct DocumentOutline: ~Copyable {
    private let tree: MimeticTree
    private let limits: MIMELimits
    private var builder: MIMEDocumentBuilder
    /// For each part of the tree its index in the document, nil if it was left out. Empty until one is: they are the
    /// same before.
    private var places: [Int?] = []

    /// Begins a document in the memory of the tables that another had.
    init(
        _ message: MessageBytes, _ tree: MimeticTree, _ limits: MIMELimits,
        in tables: consuming MIMEDocumentBuilder.Tables
    ) {
        self.tree = tree
        self.limits = limits
        builder = MIMEDocumentBuilder(message, backend: MimeticParser.name, owner: tree, in: tables)
        builder.decoding = MimeticDecoding.self
    }

    consuming func finish() -> MIMEDocumentBuilder {
        builder
    }

    mutating func addParts() {
        for index in 0..<tree.partCount {
            let place = place(of: tree.part(at: index))
            if place != index && places.isEmpty { places = Array(0..<index) }
            if place != index || !places.isEmpty { places.append(place) }
        }
        if tree.cuts.contains(.header) { builder.note(.tooManyHeaderBytes, nil, part: 0) }
        if tree.cuts.contains(.delimiters) { note(.tooManyParts) }
        if tree.cuts.contains(.nesting) { note(.tooDeep) }
    }

    /// Adds a part, unless it is over a limit or within one that is.
    private mutating func place(of part: MimeticTree.Part) -> Int? {
        var parent = -1
        if let enclosing = part.parent {
            guard let place = places.isEmpty ? enclosing : places[enclosing] else { return nil }
            parent = place
        }
        guard part.depth < limits.depth || part.depth == 0 else {
            note(.tooDeep)
            return nil
        }
        guard builder.partCount < max(1, limits.parts) else {
            note(.tooManyParts)
            return nil
        }
        let fields = fieldsWithinLimit(part.fields)
        let encoding = transferEncoding(fields)
        let place =
            switch part.kind {
            case .leaf: builder.addPart(parent: parent, .leaf, encoding)
            case .multipart: builder.addPart(parent: parent, .multipart, encoding.isIdentity ? encoding : .sevenBit)
            case .message: builder.addPart(parent: parent, .message, encoding)
            }
        builder.addFields(fields.count) { index in
            let field = unsafe tree.field(at: fields.lowerBound + index)
            return unsafe (Self.slice(field.name), Self.slice(field.value))
        }
        // mimetic has no header and body together; the body's own memory lies outside the message, which says so.
        let body = unsafe Self.slice(part.bodyOctets)
        builder.setWhole(body, body: body, of: place)
        return place
    }

    /// The fields of a part that there is room for.
    private mutating func fieldsWithinLimit(_ fields: Range<Int>) -> Range<Int> {
        let room = max(0, limits.headerFields - builder.fieldCount)
        if fields.count > room { note(.tooManyHeaderFields) }
        return fields.prefix(room)
    }

    /// The transfer encoding that a header names.
    private func transferEncoding(_ fields: Range<Int>) -> TransferEncoding {
        for index in fields {
            let field = unsafe tree.field(at: index)
            if unsafe Self.isTransferEncoding(field.name) { return unsafe TransferEncoding(field.value) }
        }
        return .sevenBit
    }

    private static func isTransferEncoding(_ name: UnsafeRawBufferPointer) -> Bool {
        let expected: StaticString = "content-transfer-encoding"
        guard name.count == expected.utf8CodeUnitCount else { return false }
        return unsafe ByteKernels.isEqualWithoutCase(
            name, UnsafeRawBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount))
    }

    /// Notes a defect of the whole message once.
    private mutating func note(_ code: MIMEDefect.Code) {
        guard !builder.defects.contains(where: { $0.code == code }) else { return }
        builder.note(code, nil, part: 0)
    }

    /// Sound: the document keeps the tree, in which these bytes lie.
    private static func slice(_ bytes: UnsafeRawBufferPointer) -> MIMEDocument.Slice {
        MIMEDocument.Slice(address: UInt(bitPattern: bytes.baseAddress), count: bytes.count)
    }
}
