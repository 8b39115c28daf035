import ByteKernels

/// Memory that decoding uses again, so that a program that reads many messages takes it once.
///
///     var memory = DecodingMemory()
///     for part in document.parts where part.kind == .leaf {
///         store(part.decodedBody(in: &memory).bytes)
///     }
///
/// What was decoded stays as it is for as long as it is held: other memory is then taken for the next. Large memory
/// that is taken anew costs as much as decoding into it, since the system has to clear it first.
public struct DecodingMemory: Sendable {
    /// Octets of memory that is kept; larger memory is given back.
    public let limit: Int

    private var content: Slab?
    private var text: Slab?

    /// Keeps up to `limit` octets each, for contents and for texts.
    public init(limit: Int = 64 * 1024 * 1024) {
        self.limit = limit
    }

    /// Memory for a content without its transfer encoding.
    mutating func contentSlab(_ capacity: Int) -> Slab { Self.take(&content, capacity, limit) }

    /// The octets with LF line ends, where they are their own UTF-8.
    mutating func plainText(_ type: TextType, _ octets: MessageBytes) -> MessageBytes? {
        let slab = Self.take(&text, LineEnds.capacity(for: octets.count), limit)
        // The slab has the room, and nobody else holds it.
        let written = unsafe octets.withUnsafeBytes { octets in
            unsafe LineEnds.copyPieces(octets, into: slab.bytes) { unsafe type.isPlain($0, isASCII: $1) }
        }
        // The slab is not taken again while the message holds it.
        return written.map { unsafe slab.message(0..<$0) }
    }

    private static func take(_ kept: inout Slab?, _ capacity: Int, _ limit: Int) -> Slab {
        // Taken out first: a second reference would look like somebody who still holds what was decoded.
        if var slab = kept.take(), slab.capacity >= capacity, isKnownUniquelyReferenced(&slab) {
            kept = slab
            return slab
        }
        let slab = Slab(capacity: capacity)
        kept = slab.capacity <= limit ? slab : nil
        return slab
    }
}
