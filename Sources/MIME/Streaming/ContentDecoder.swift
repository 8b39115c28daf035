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
            let capacity = ByteKernels.Base64Decoder.outputCapacity(for: piece.count)
            let decoded = unsafe piece.withUnsafeBytes { bytes in
                // The memory has the capacity that the decoder asked for, here and below.
                unsafe MessageBytes(unsafeUninitializedCapacity: capacity) { unsafe decoder.decode(bytes, into: $0) }
            }
            state = .base64(decoder)
            return decoded
        case .quotedPrintable(var decoder):
            let decoded = unsafe piece.withUnsafeBytes { bytes in
                let capacity = unsafe decoder.outputCapacity(for: bytes)
                return unsafe MessageBytes(unsafeUninitializedCapacity: capacity) {
                    unsafe decoder.decode(bytes, into: $0)
                }
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
            let isPadded = !decoder.isInsideGroup
            let capacity = ByteKernels.Base64Decoder.outputCapacity(for: 0)
            let rest = unsafe MessageBytes(unsafeUninitializedCapacity: capacity) { unsafe decoder.finish(into: $0) }
            return DecodedBody(bytes: rest, defect: DecodedBody.defect(of: decoder, isPadded: isPadded))
        case .quotedPrintable(var decoder):
            let capacity = decoder.outputCapacity(for: 0)
            let rest = unsafe MessageBytes(unsafeUninitializedCapacity: capacity) { unsafe decoder.finish(into: $0) }
            return DecodedBody(bytes: rest, defect: DecodedBody.defect(of: decoder))
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
