import CMimetic
import MessageBuffers

/// A message as mimetic parsed it, read as flat tables. Owns the C++ tree, and frees it with the last use of the bytes
/// in it.
@safe
final class MimeticTree: @unchecked Sendable {
    // Sendable: nothing changes the tree after the parse.
    private let tree: OpaquePointer
    private let parts: UnsafeBufferPointer<sluice_mimetic_part>
    private let fields: UnsafeBufferPointer<sluice_mimetic_field>

    /// What mimetic was not shown, because a bound was reached.
    let cuts: Cuts

    /// Parses `message`, which is no longer needed afterwards: mimetic keeps copies.
    ///
    /// Costs time linear in the size of the message, and memory too: mimetic takes about a kilobyte for each part.
    init(parsing message: MessageBytes, bounds: MimeticBounds) throws(MimeticFailure) {
        guard message.count <= Int(Int32.max) else { throw .tooLarge(message.count) }
        var limits = sluice_mimetic_limits(bounds)
        var outcome: UInt32 = 0
        let parsed = unsafe message.withUnsafeBytes { bytes in
            unsafe sluice_mimetic_parse(bytes.baseAddress, bytes.count, &limits, &outcome)
        }
        guard let parsed = unsafe parsed else { throw .threw }
        unsafe tree = parsed
        let tables = unsafe sluice_mimetic_tables_of(parsed)
        unsafe parts = UnsafeBufferPointer(start: tables.parts, count: tables.part_count)
        unsafe fields = UnsafeBufferPointer(start: tables.fields, count: tables.field_count)
        cuts = Cuts(rawValue: outcome)
    }

    deinit {
        unsafe sluice_mimetic_free(tree)
    }

    /// The number of parts, at least 1: the message itself is the first, and each comes after the one it is in.
    var partCount: Int { unsafe parts.count }

    /// The part at `index`, which lies in `0..<partCount`.
    func part(at index: Int) -> Part {
        precondition(index >= 0 && index < partCount, "a part of this tree")
        return unsafe Part(tree: self, record: parts[index])
    }

    /// The field at `index`, which lies within the fields of a part. Its octets live as long as the tree.
    func field(at index: Int) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        precondition(unsafe index >= 0 && index < fields.count, "a field of this tree")
        let field = unsafe fields[index]
        return unsafe (UnsafeRawBufferPointer(field.name), UnsafeRawBufferPointer(field.value))
    }
}

extension UnsafeRawBufferPointer {
    init(_ bytes: sluice_mimetic_bytes) {
        unsafe self.init(start: bytes.start, count: bytes.count)
    }
}

extension MimeticTree {
    /// What a bound cut off.
    struct Cuts: OptionSet {
        let rawValue: UInt32

        /// A header was too long: what came after was taken for body.
        static let header = Cuts(rawValue: UInt32(SLUICE_MIMETIC_CUT_HEADER))
        /// There were too many boundary delimiters: what came after went into the part reached.
        static let delimiters = Cuts(rawValue: UInt32(SLUICE_MIMETIC_CUT_DELIMITERS))
        /// Parts were nested too deep: those inside were taken for body.
        static let nesting = Cuts(rawValue: UInt32(SLUICE_MIMETIC_CUT_NESTING))
    }

    /// What mimetic took a part for.
    enum Kind: Int32 {
        case leaf = 0
        case multipart = 1
        case message = 2
    }

    /// The message itself, a part, or the message in a message/rfc822 part. Keeps the tree alive, as its bytes do.
    @safe
    struct Part {
        fileprivate let tree: MimeticTree
        fileprivate let record: sluice_mimetic_part

        /// The index of the part it is in; nil for the message itself.
        var parent: Int? { unsafe record.parent < 0 ? nil : record.parent }
        /// 0 for the message itself.
        var depth: Int { unsafe record.depth }
        var kind: Kind { unsafe Kind(rawValue: record.kind) ?? .leaf }
        /// The places of its fields, as mimetic gives them: unfolded, ended by a NUL, and Content-Type in mimetic's own
        /// words.
        var fields: Range<Int> { unsafe record.first_field..<record.first_field + record.field_count }
        /// Still transfer-encoded. Empty for a multipart.
        var body: MessageBytes { unsafe bytes(record.body) }
        /// The octets of the body, which live as long as the tree.
        @unsafe var bodyOctets: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(record.body) }
        var preamble: MessageBytes { unsafe bytes(record.preamble) }
        var epilogue: MessageBytes { unsafe bytes(record.epilogue) }

        /// Sound: the tree's strings do not move or change before it is freed, and it frees itself.
        private func bytes(_ bytes: sluice_mimetic_bytes) -> MessageBytes {
            unsafe MessageBytes(unowned: UnsafeRawBufferPointer(bytes), keptAliveBy: tree)
        }
    }
}

/// Why there is no tree.
enum MimeticFailure: Error, Equatable, CustomStringConvertible {
    /// mimetic counts bytes in 32 bits.
    case tooLarge(Int)
    /// mimetic threw a C++ exception, or memory ran out.
    case threw

    var description: String {
        switch self {
        case .tooLarge(let count): "the message has \(count) bytes, and mimetic counts no further than \(Int32.max)"
        case .threw: "mimetic threw a C++ exception, or memory ran out"
        }
    }
}
