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
    /// The backend's own decoding, if it has any.
    let decoding: (any BackendDecoding)?

    /// Makes a document of what a backend has collected: the message itself at least.
    public init(_ builder: consuming MIMEDocumentBuilder) {
        precondition(builder.partCount > 0, "the message itself is a part")
        message = builder.message
        backend = builder.backend
        defects = builder.defects
        records = builder.records
        fields = builder.fields
        owner = builder.takeOwner()
        base = builder.base
        decoding = builder.decoding
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
