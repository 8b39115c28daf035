import ByteKernels

/// Collects a document's parts in document order. For backends.
///
/// A part is added once the one around it is there, and its header fields before the next part. What is in the message
/// is told by its range in octets; what the backend has made itself is handed over as bytes, which the document keeps
/// alive.
public struct MIMEDocumentBuilder: ~Copyable {
    public private(set) var message: MessageBytes
    /// The name of the backend.
    public private(set) var backend: String
    package var defects: [MIMEDefect] = []
    package internal(set) var records: ContiguousArray<MIMEDocument.PartRecord> = []
    package internal(set) var fields: ContiguousArray<MIMEDocument.FieldRecord> = []
    /// Owns what slices outside `message` point into, until the builder is made a document.
    package var owner: (any AnyObject & Sendable)?
    /// The backend's own decoding, if it has any.
    package var decoding: (any BackendDecoding.Type)?
    /// Bytes that the backend has handed over.
    var kept: [MessageBytes] = []
    /// Whether the parser tells the subtypes of the multiparts.
    var hasSubtypes = false
    let base: UInt

    /// Begins a document of `message` by the backend of that name.
    public init(_ message: MessageBytes, backend: String) {
        self.init(message, backend: backend, owner: nil)
    }

    /// Slices that are added must point into `message` or into memory that `owner` keeps alive and unchanged.
    package init(_ message: MessageBytes, backend: String, owner: (any AnyObject & Sendable)?) {
        self.message = message
        self.backend = backend
        self.owner = owner
        base = MIMEDocument.Slice.address(of: message)
    }

    /// The tables of a document.
    package struct Tables: ~Copyable {
        var records: ContiguousArray<MIMEDocument.PartRecord> = []
        var fields: ContiguousArray<MIMEDocument.FieldRecord> = []

        package init() {}
    }

    /// Begins a document in the memory of the tables that another had.
    package init(
        _ message: MessageBytes, backend: String, owner: (any AnyObject & Sendable)? = nil, in tables: consuming Tables
    ) {
        self.init(message, backend: backend, owner: owner)
        swap(&records, &tables.records)
        swap(&fields, &tables.fields)
        // What a mail of no special kind has: one step of memory in place of many.
        if records.capacity == 0 { records.reserveCapacity(4) }
        if fields.capacity == 0 { fields.reserveCapacity(32) }
    }

    /// How many parts there are so far.
    public var partCount: Int { records.count }
    package var fieldCount: Int { fields.count }

    /// The slice for octets `range` of the message.
    package func slice(_ range: Range<Int>) -> MIMEDocument.Slice {
        MIMEDocument.Slice(address: base &+ UInt(bitPattern: range.lowerBound), count: range.count)
    }

    /// Adds a part, and returns its index. Its fields come next, then `setBody`, or its children.
    package mutating func addPart(
        parent: Int, _ kind: MIMEPart.Kind = .leaf, _ encoding: TransferEncoding = .sevenBit
    ) -> Int {
        if parent >= 0 { records[parent].childCount += 1 }
        records.append(
            MIMEDocument.PartRecord(
                parent: Int32(parent), depth: parent < 0 ? 0 : records[parent].depth + 1,
                ordinal: parent < 0 ? 1 : records[parent].childCount, kind: kind,
                transferEncoding: encoding, firstField: Int32(fields.count), fieldCount: 0,
                whole: slice(0..<0), body: slice(0..<0)))
        return records.count - 1
    }

    /// Adds as many header fields to the part that was added last.
    package mutating func addFields(
        _ count: Int, _ field: (Int) -> (name: MIMEDocument.Slice, value: MIMEDocument.Slice)
    ) {
        for index in 0..<count {
            let (name, value) = field(index)
            appendField(name: name, value: value)
        }
        countFields(of: records.count - 1)
    }

    /// Adds a header field to the part that was added last.
    package mutating func addField(name: MIMEDocument.Slice, value: MIMEDocument.Slice) {
        appendField(name: name, value: value)
        countFields(of: records.count - 1)
    }

    /// Adds a header field to the part that was added last, which has it once its fields are counted.
    mutating func appendField(name: MIMEDocument.Slice, value: MIMEDocument.Slice) {
        // The caller vouches that the memory of both is there.
        let hash = unsafe ByteKernels.nameHash(name.memory)
        fields.append(MIMEDocument.FieldRecord(name: name, value: value, hash: hash))
    }

    /// Gives the part that was added last the fields that were added since.
    mutating func countFields(of part: Int) {
        records[part].fieldCount = Int32(fields.count) - records[part].firstField
    }

    package mutating func setKind(_ kind: MIMEPart.Kind, _ encoding: TransferEncoding, of part: Int) {
        records[part].kind = kind
        records[part].transferEncoding = encoding
    }

    mutating func setSubtype(_ subtype: MultipartSubtype, of part: Int) {
        records[part].subtype = subtype
    }

    package mutating func setWhole(_ slice: MIMEDocument.Slice, of part: Int) {
        records[part].whole = slice
    }

    package mutating func setWhole(_ whole: MIMEDocument.Slice, body: MIMEDocument.Slice, of part: Int) {
        records[part].whole = whole
        records[part].body = body
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

    /// The part around a part; −1 for none.
    func parent(of part: Int) -> Int { Int(records[part].parent) }

    /// Notes where a part and its body begin, while their ends are not known.
    mutating func begin(_ part: Int, at start: MIMEDocument.Slice, body: MIMEDocument.Slice) {
        records[part].whole = start
        records[part].body = body
    }

    /// Where a part begins and where its body does.
    func beginning(of part: Int) -> (start: UInt, body: UInt) {
        (records[part].whole.address, records[part].body.address)
    }

    func isEmptyMultipart(_ part: Int) -> Bool { records[part].kind == .multipart && records[part].childCount == 0 }

    package func depth(of part: Int) -> Int { Int(records[part].depth) }

    /// What a backend handed over, beside the owner that it named.
    private final class KeptBytes: Sendable {
        let bytes: [MessageBytes]
        let owner: (any AnyObject & Sendable)?

        init(_ bytes: [MessageBytes], beside owner: (any AnyObject & Sendable)?) {
            self.bytes = bytes
            self.owner = owner
        }
    }

    /// What was collected.
    consuming func finish() -> MIMEDocument.Contents {
        prepareToFinish()
        return MIMEDocument.Contents(
            message: message, backend: backend, defects: defects, records: records, fields: fields, owner: owner,
            base: base, decoding: decoding)
    }

    /// Gives what was collected for what `contents` had: nothing is copied, nor held twice for a moment.
    mutating func trade(for contents: inout MIMEDocument.Contents) {
        prepareToFinish()
        swap(&message, &contents.message)
        swap(&backend, &contents.backend)
        swap(&defects, &contents.defects)
        swap(&records, &contents.records)
        swap(&fields, &contents.fields)
        swap(&owner, &contents.owner)
        contents.base = base
        contents.decoding = decoding
    }

    private mutating func prepareToFinish() {
        precondition(partCount > 0, "the message itself is a part")
        if !hasSubtypes { readSubtypes() }
        if !kept.isEmpty { owner = KeptBytes(kept, beside: owner) }
    }
}
