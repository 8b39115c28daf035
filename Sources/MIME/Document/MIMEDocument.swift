/// A message's structure: a flat table of parts in document order, each with where its header fields and body lie.
///
/// The document owns no copy of the message. It keeps the memory alive that its slices point into: the message's
/// own, and for a backend that has a tree of its own, that tree.
public final class MIMEDocument: Sendable {
    /// Octets in memory that the document keeps alive. An address rather than a pointer, so that tables of slices are
    /// plain values; it becomes a pointer again in `bytes(of:)` only.
    package struct Slice: Sendable, Hashable {
        package var address: UInt
        package var count: Int

        package init(address: UInt, count: Int) {
            self.address = address
            self.count = count
        }

        /// Where octets lie in memory.
        static func address(of bytes: MessageBytes) -> UInt {
            unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        }
    }

    package struct FieldRecord: Sendable {
        package var name: Slice
        /// Behind the colon, folded, without the last line end.
        package var value: Slice
    }

    package struct PartRecord: Sendable {
        /// The index of the enclosing part, −1 for the message itself.
        package var parent: Int32
        package var depth: Int32
        /// The part's place among its parent's children, from 1.
        package var ordinal: Int32
        package var childCount: Int32 = 0
        package var kind: MIMEPart.Kind
        package var transferEncoding: TransferEncoding
        package var firstField: Int32
        package var fieldCount: Int32
        /// Header and body together.
        package var whole: Slice
        package var body: Slice
    }

    /// The message as it was given to the parser.
    public let message: MessageBytes
    /// The name of the backend that made the document.
    public let backend: String
    /// What is wrong with the message, in the order met.
    public let defects: [MIMEDefect]

    let records: ContiguousArray<PartRecord>
    let fields: ContiguousArray<FieldRecord>
    /// Owns what slices outside `message` point into.
    private let owner: (any AnyObject & Sendable)?
    private let base: UInt

    package init(_ builder: consuming MIMEDocumentBuilder) {
        message = builder.message
        backend = builder.backend
        defects = builder.defects
        records = builder.records
        fields = builder.fields
        owner = builder.owner
        base = builder.base
    }

    /// The number of parts, the message itself among them: at least one.
    public var partCount: Int { records.count }

    /// The message itself, which is the first part.
    public var root: MIMEPart { MIMEPart(document: self, index: 0) }

    /// All parts in document order.
    public var parts: some RandomAccessCollection<MIMEPart> {
        records.indices.lazy.map { MIMEPart(document: self, index: $0) }
    }

    /// The octets of a slice, sharing their memory.
    package func bytes(of slice: Slice) -> MessageBytes {
        let offset = Int(bitPattern: slice.address &- base)
        if offset >= 0, offset + slice.count <= message.count { return message[offset..<offset + slice.count] }
        // The builder's caller vouches that `owner` keeps every slice outside the message alive and unchanged.
        return unsafe MessageBytes(
            unowned: UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: slice.address), count: slice.count),
            keptAliveBy: owner)
    }

    /// Where a slice lies in the message; nil if it does not.
    package func range(of slice: Slice) -> Range<Int>? {
        let offset = Int(bitPattern: slice.address &- base)
        guard offset >= 0, offset + slice.count <= message.count else { return nil }
        return offset..<offset + slice.count
    }
}

/// Collects a document's parts in document order. For backends.
///
/// Parts are opened and closed like brackets; a part's header fields are added before its children are opened. Slices must
/// point into `message` or into memory that `owner` keeps alive and unchanged.
package struct MIMEDocumentBuilder: ~Copyable {
    package let message: MessageBytes
    package let backend: String
    package var defects: [MIMEDefect] = []
    package fileprivate(set) var records: ContiguousArray<MIMEDocument.PartRecord> = []
    package fileprivate(set) var fields: ContiguousArray<MIMEDocument.FieldRecord> = []
    /// Owns what slices outside `message` point into, until the builder is made a document.
    package var owner: (any AnyObject & Sendable)?
    fileprivate let base: UInt

    package init(_ message: MessageBytes, backend: String, owner: (any AnyObject & Sendable)? = nil) {
        self.message = message
        self.backend = backend
        self.owner = owner
        base = MIMEDocument.Slice.address(of: message)
    }

    package var partCount: Int { records.count }
    package var fieldCount: Int { fields.count }

    /// The slice for octets `range` of the message.
    package func slice(_ range: Range<Int>) -> MIMEDocument.Slice {
        MIMEDocument.Slice(address: base &+ UInt(bitPattern: range.lowerBound), count: range.count)
    }

    /// Adds a part, and returns its index. Its fields come next, then `setBody`, or its children.
    package mutating func addPart(parent: Int) -> Int {
        if parent >= 0 { records[parent].childCount += 1 }
        records.append(
            MIMEDocument.PartRecord(
                parent: Int32(parent), depth: parent < 0 ? 0 : records[parent].depth + 1,
                ordinal: parent < 0 ? 1 : records[parent].childCount, kind: .leaf,
                transferEncoding: .sevenBit, firstField: Int32(fields.count), fieldCount: 0,
                whole: slice(0..<0), body: slice(0..<0)))
        return records.count - 1
    }

    /// Adds a header field to the part that was added last.
    package mutating func addField(name: MIMEDocument.Slice, value: MIMEDocument.Slice) {
        fields.append(MIMEDocument.FieldRecord(name: name, value: value))
        records[records.count - 1].fieldCount += 1
    }

    package mutating func setKind(_ kind: MIMEPart.Kind, _ encoding: TransferEncoding, of part: Int) {
        records[part].kind = kind
        records[part].transferEncoding = encoding
    }

    package mutating func setWhole(_ slice: MIMEDocument.Slice, of part: Int) {
        records[part].whole = slice
    }

    package mutating func setBody(_ slice: MIMEDocument.Slice, of part: Int) {
        records[part].body = slice
    }

    package mutating func note(_ code: MIMEDefect.Code, _ range: Range<Int>?, part: Int) {
        defects.append(MIMEDefect(code, range: range, part: part))
    }

    func transferEncoding(of part: Int) -> TransferEncoding { records[part].transferEncoding }

    /// Whether the part is a message that can be read only without its transfer encoding.
    func isEncodedMessage(_ part: Int) -> Bool {
        records[part].kind == .message && !records[part].transferEncoding.isIdentity
    }

    func isEmptyMultipart(_ part: Int) -> Bool { records[part].kind == .multipart && records[part].childCount == 0 }

    package func depth(of part: Int) -> Int { Int(records[part].depth) }
}
