import ByteKernels
import MIME
import MailStorage

/// A document made from mimetic's tree, part by part in document order, within the limits.
struct DocumentOutline: ~Copyable {
    private let tree: MimeticTree
    private let limits: MIMELimits
    private var builder: MIMEDocumentBuilder
    /// For each part of the tree its index in the document; nil if it was left out.
    private var places: [Int?] = []

    init(_ message: MessageBytes, _ tree: MimeticTree, _ limits: MIMELimits) {
        self.tree = tree
        self.limits = limits
        builder = MIMEDocumentBuilder(message, backend: MimeticParser.name, owner: tree)
        builder.decoding = MimeticDecoding()
    }

    consuming func finish() -> MIMEDocument {
        MIMEDocument(builder)
    }

    mutating func addParts() {
        places.reserveCapacity(tree.partCount)
        for index in 0..<tree.partCount {
            let part = tree.part(at: index)
            places.append(place(of: part))
        }
        if tree.cuts.contains(.header) { builder.note(.tooManyHeaderBytes, nil, part: 0) }
        if tree.cuts.contains(.delimiters) { note(.tooManyParts) }
        if tree.cuts.contains(.nesting) { note(.tooDeep) }
    }

    /// Adds a part, unless it is over a limit or within one that is.
    private mutating func place(of part: MimeticTree.Part) -> Int? {
        var parent = -1
        if let enclosing = part.parent {
            guard let place = places[enclosing] else { return nil }
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
        let place = builder.addPart(parent: parent)
        let encoding = addFields(part.fields)
        switch part.kind {
        case .leaf: builder.setKind(.leaf, encoding, of: place)
        case .multipart: builder.setKind(.multipart, encoding.isIdentity ? encoding : .sevenBit, of: place)
        case .message: builder.setKind(.message, encoding, of: place)
        }
        // mimetic has no header and body together; the body's own memory lies outside the message, which says so.
        builder.setWhole(Self.slice(part.body), of: place)
        builder.setBody(Self.slice(part.body), of: place)
        return place
    }

    /// Adds the header, and returns the transfer encoding that it names.
    private mutating func addFields(_ fields: Range<Int>) -> TransferEncoding {
        var encoding: TransferEncoding?
        for index in fields {
            guard builder.fieldCount < limits.headerFields else {
                note(.tooManyHeaderFields)
                break
            }
            let field = unsafe tree.field(at: index)
            unsafe builder.addField(name: Self.slice(field.name), value: Self.slice(field.value))
            if unsafe encoding == nil && Self.isTransferEncoding(field.name) {
                encoding = unsafe TransferEncoding(field.value)
            }
        }
        return encoding ?? .sevenBit
    }

    private static func isTransferEncoding(_ name: UnsafeRawBufferPointer) -> Bool {
        let expected: StaticString = "content-transfer-encoding"
        return unsafe ByteKernels.isEqualWithoutCase(
            name, UnsafeRawBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount))
    }

    /// Notes a defect of the whole message once.
    private mutating func note(_ code: MIMEDefect.Code) {
        guard !builder.defects.contains(where: { $0.code == code }) else { return }
        builder.note(code, nil, part: 0)
    }

    /// Sound: the document keeps the tree, in which these bytes lie.
    private static func slice(_ bytes: MessageBytes) -> MIMEDocument.Slice {
        unsafe bytes.withUnsafeBytes { unsafe slice($0) }
    }

    private static func slice(_ bytes: UnsafeRawBufferPointer) -> MIMEDocument.Slice {
        MIMEDocument.Slice(address: UInt(bitPattern: bytes.baseAddress), count: bytes.count)
    }
}
