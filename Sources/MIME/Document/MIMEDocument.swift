import ByteKernels
import MessageBuffers

/// A message's structure: a flat table of parts in document order, each with where its header fields and body lie.
///
/// The document owns no copy of the message. It keeps the memory alive that its slices point into: the message's
/// own, and for a backend that has a tree of its own, that tree.
public final class MIMEDocument: @unchecked Sendable {
    // Sendable: `contents` is written only by `fill` and `takeTables`, whose caller holds the one reference there is.

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

        /// The octets. What keeps them alive is the caller's to hold.
        var memory: UnsafeRawBufferPointer {
            unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
        }
    }

    package struct FieldRecord: Sendable {
        package var name: Slice
        /// Behind the colon, folded, without the last line end.
        package var value: Slice
        /// Of the name, without its case: fields are looked for by it.
        var hash: UInt32
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
        /// Of a multipart.
        var subtype = MultipartSubtype.other
        package var firstField: Int32
        package var fieldCount: Int32
        /// Header and body together.
        package var whole: Slice
        package var body: Slice
    }

    /// All that a document says. Its tables keep their memory when another message is read into it.
    struct Contents {
        var message: MessageBytes
        var backend: String
        var defects: [MIMEDefect]
        var records: ContiguousArray<PartRecord>
        var fields: ContiguousArray<FieldRecord>
        /// Owns what slices outside `message` point into.
        var owner: (any AnyObject & Sendable)?
        var base: UInt
        /// The backend's own decoding, if it has any.
        var decoding: (any BackendDecoding.Type)?
    }

    // Nobody else sees it while it is written, so a check at each access would find nothing.
    @exclusivity(unchecked)
    private var contents: Contents

    /// The message as it was given to the parser.
    public var message: MessageBytes { unsafe contents.message }
    /// The name of the backend that made the document.
    public var backend: String { unsafe contents.backend }
    /// What is wrong with the message, in the order met.
    public var defects: [MIMEDefect] { unsafe contents.defects }

    /// What is kept of part `index`, without a hold on the table.
    func record(_ index: Int) -> PartRecord { unsafe contents.records[index] }
    /// What is kept of field `index`, without a hold on the table.
    func field(_ index: Int) -> FieldRecord { unsafe contents.fields[index] }
    private var base: UInt { unsafe contents.base }
    var decoding: (any BackendDecoding.Type)? { unsafe contents.decoding }

    /// Makes a document of what a backend has collected: the message itself at least.
    public init(_ builder: consuming MIMEDocumentBuilder) {
        unsafe contents = builder.finish()
    }

    /// Says what `builder` has collected from now on. To be called by the one who holds the only reference.
    package func fill(_ builder: consuming MIMEDocumentBuilder) {
        unsafe builder.trade(for: &contents)
    }

    /// Gives away the tables' memory, lets go of what they point into, and says nothing until it is filled. To be called
    /// by the one who holds the only reference.
    package func takeTables() -> MIMEDocumentBuilder.Tables {
        var tables = MIMEDocumentBuilder.Tables()
        unsafe contents.owner = nil
        unsafe swap(&tables.records, &contents.records)
        unsafe swap(&tables.fields, &contents.fields)
        tables.records.removeAll(keepingCapacity: true)
        tables.fields.removeAll(keepingCapacity: true)
        return tables
    }

    /// The number of parts, the message itself among them: at least one.
    public var partCount: Int { unsafe contents.records.count }

    /// The message itself, which is the first part.
    public var root: MIMEPart { MIMEPart(document: self, index: 0) }

    /// All parts in document order.
    public var parts: Parts { Parts(document: self) }

    /// The parts of a document in their order.
    public struct Parts: RandomAccessCollection, Sendable {
        let document: MIMEDocument

        public var startIndex: Int { 0 }
        public var endIndex: Int { document.partCount }

        public subscript(position: Int) -> MIMEPart {
            precondition(position >= 0 && position < endIndex, "the document has a part at this place")
            return MIMEPart(document: document, index: position)
        }
    }

    /// The octets of a slice, sharing their memory.
    package func bytes(of slice: Slice) -> MessageBytes {
        let offset = Int(bitPattern: slice.address &- base)
        if offset >= 0, offset + slice.count <= message.count {
            return message.extracting(offset..<offset + slice.count)
        }
        // The builder's caller vouches that `owner` keeps every slice outside the message alive and unchanged.
        return unsafe MessageBytes(
            unowned: UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: slice.address), count: slice.count),
            keptAliveBy: contents.owner)
    }

    /// The first field of that name in a stretch of the table, whatever the case of its letters.
    func firstField(_ name: String, in stretch: Range<Int>) -> Int? {
        var name = name
        return name.withUTF8 { unsafe firstField(UnsafeRawBufferPointer($0), in: stretch) }
    }

    /// The same for a name that is known beforehand, which is looked at where it stands.
    func firstField(literal name: StaticString, in stretch: Range<Int>) -> Int? {
        unsafe firstField(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), in: stretch)
    }

    func firstField(_ name: UnsafeRawBufferPointer, in stretch: Range<Int>) -> Int? {
        let hash = unsafe ByteKernels.nameHash(name)
        var rest = stretch
        while let index = firstField(hash, in: rest) {
            if unsafe ByteKernels.isEqualWithoutCase(contents.fields[index].name.memory, name) { return index }
            rest = index + 1..<rest.upperBound
        }
        return nil
    }

    /// By itself, as a look at the table that calls nobody takes no hold on it.
    private func firstField(_ hash: UInt32, in stretch: Range<Int>) -> Int? {
        unsafe contents.fields.withUnsafeBufferPointer { fields in
            for index in stretch where unsafe fields[index].hash == hash { return index }
            return nil
        }
    }

    /// Where a slice lies in the message; nil if it does not.
    package func range(of slice: Slice) -> Range<Int>? {
        let offset = Int(bitPattern: slice.address &- base)
        guard offset >= 0, offset + slice.count <= message.count else { return nil }
        return offset..<offset + slice.count
    }
}
