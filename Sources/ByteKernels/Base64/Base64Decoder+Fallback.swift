import CByteKernels

/// The decoder a byte at a time.
extension ByteKernels.Base64Decoder {
    mutating func decodeBytewise(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Int {
        var written = 0
        for index in 0..<input.count {
            switch unsafe input[index] {
            case let byte where Self.sextet(of: byte) != nil:
                unsafe appendLetter(Self.sextet(of: byte) ?? 0, to: output, at: &written)
            case UInt8(ascii: "="):
                written += unsafe endGroupByPadding(at: written, of: output)
            case 0x09, 0x0A, 0x0D, 0x20:
                break
            default:
                state.invalid += 1
            }
        }
        return written
    }

    /// The 6 bits that a letter of the alphabet stands for (RFC 2045 §6.8, table 1).
    private static func sextet(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }

    private mutating func appendLetter(
        _ sextet: UInt32, to output: UnsafeMutableRawBufferPointer, at written: inout Int
    ) {
        if state.padded != 0 { state.continues = 1 }
        state.padding_due = 0
        state.bits = state.bits << 6 | sextet
        state.letters += 1
        guard state.letters == 4 else { return }
        for shift in [16, 8, 0] as [UInt32] {
            unsafe output[written] = UInt8(truncatingIfNeeded: state.bits >> shift)
            written += 1
        }
        state.letters = 0
        state.bits = 0
    }

    private mutating func endGroupByPadding(at offset: Int, of output: UnsafeMutableRawBufferPointer) -> Int {
        switch state.letters {
        case 0 where state.padding_due != 0:
            state.padding_due = 0
            return 0
        case 0, 1:
            state.invalid += 1
            state.letters = 0
            state.bits = 0
            return 0
        default:
            state.padding_due = state.letters == 2 ? 1 : 0
            state.padded = 1
            return unsafe endGroup(at: offset, of: output)
        }
    }

    /// Writes the whole bytes of an unfinished group: 2 letters hold one, 3 hold two. Returns how many.
    mutating func endGroup(at offset: Int, of output: UnsafeMutableRawBufferPointer) -> Int {
        defer {
            state.letters = 0
            state.bits = 0
        }
        switch state.letters {
        case 2:
            unsafe output[offset] = UInt8(truncatingIfNeeded: state.bits >> 4)
            return 1
        case 3:
            unsafe output[offset] = UInt8(truncatingIfNeeded: state.bits >> 10)
            unsafe output[offset + 1] = UInt8(truncatingIfNeeded: state.bits >> 2)
            return 2
        default:
            return 0
        }
    }
}
