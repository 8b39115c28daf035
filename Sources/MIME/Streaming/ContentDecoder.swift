import ByteKernels
import MessageBuffers

/// Takes the transfer encoding off a body that comes in pieces.
struct ContentDecoder {
    private enum State {
        case identity
        case base64(ByteKernels.Base64Decoder)
        case quotedPrintable(ByteKernels.QuotedPrintableDecoder)
    }

    private var state: State

    init(_ encoding: TransferEncoding) {
        state =
            switch encoding {
            case .sevenBit, .eightBit, .binary, .unknown: .identity
            case .base64: .base64(ByteKernels.Base64Decoder())
            case .quotedPrintable: .quotedPrintable(ByteKernels.QuotedPrintableDecoder())
            }
    }

    /// The content of the next piece, which may be empty. No copy where the body is not encoded.
    mutating func decode(_ piece: MessageBytes) -> MessageBytes {
        switch takeState() {
        case .identity: return piece
        case .base64(var decoder):
            let slab = Slab(capacity: ByteKernels.Base64Decoder.outputCapacity(for: piece.count))
            let count = unsafe piece.withUnsafeBytes { unsafe decoder.decode($0, into: slab.bytes) }
            state = .base64(decoder)
            return slab.message(0..<count)
        case .quotedPrintable(var decoder):
            let decoded = unsafe piece.withUnsafeBytes { bytes in
                let slab = unsafe Slab(capacity: decoder.outputCapacity(for: bytes))
                // The slab has the capacity that the decoder asked for.
                return unsafe slab.message(0..<decoder.decode(bytes, into: slab.bytes))
            }
            state = .quotedPrintable(decoder)
            return decoded
        }
    }

    /// Ends the body: what was held back for bytes to come, and what was wrong with the encoding.
    mutating func finish() -> DecodedBody {
        switch takeState() {
        case .identity: return DecodedBody(bytes: MessageBytes([]), defect: nil)
        case .base64(var decoder):
            let slab = Slab(capacity: ByteKernels.Base64Decoder.outputCapacity(for: 0))
            let isPadded = !decoder.isInsideGroup
            let count = unsafe decoder.finish(into: slab.bytes)
            let defect = DecodedBody.defect(of: decoder, isPadded: isPadded)
            return DecodedBody(bytes: slab.message(0..<count), defect: defect)
        case .quotedPrintable(var decoder):
            let slab = Slab(capacity: decoder.outputCapacity(for: 0))
            let count = unsafe decoder.finish(into: slab.bytes)
            return DecodedBody(bytes: slab.message(0..<count), defect: DecodedBody.defect(of: decoder))
        }
    }

    /// The state, which is then not retained here: a decoder that is changed while `state` retains it too has all that
    /// it holds copied.
    private mutating func takeState() -> State {
        var taken = State.identity
        swap(&taken, &state)
        return taken
    }
}
