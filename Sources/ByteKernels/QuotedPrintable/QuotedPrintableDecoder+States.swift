internal import ByteCoding

/// The decoder a byte at a time, as a table of states: for what is begun in one piece and ends in another, and for
/// everything where there is no faster kernel.
extension ByteKernels.QuotedPrintableDecoder {
    /// Takes one byte and writes what it settles.
    mutating func take(_ byte: UInt8, into output: UnsafeMutableRawBufferPointer, at written: inout Int) {
        switch state {
        case .text: unsafe takeText(byte, into: output, at: &written)
        case .space, .spaceCR: unsafe takeAfterSpace(byte, into: output, at: &written)
        case .equals, .equalsDigit: unsafe takeAfterEquals(byte, into: output, at: &written)
        case .equalsSpace, .equalsSpaceCR: unsafe takeAfterEqualsSpace(byte, into: output, at: &written)
        }
    }

    private mutating func takeText(
        _ byte: UInt8, into output: UnsafeMutableRawBufferPointer, at written: inout Int
    ) {
        switch byte {
        case UInt8(ascii: "="): state = .equals
        case 0x09, 0x20: hold(byte, as: .space)
        default: unsafe write(byte, into: output, at: &written)
        }
    }

    private mutating func takeAfterSpace(
        _ byte: UInt8, into output: UnsafeMutableRawBufferPointer, at written: inout Int
    ) {
        switch (state, byte) {
        case (.space, 0x09), (.space, 0x20):
            hold(byte, as: .space)
        case (.space, 0x0D):
            state = .spaceCR
        case (_, 0x0A):
            if case .spaceCR = state { unsafe write(0x0D, into: output, at: &written) }
            drop()
            unsafe write(byte, into: output, at: &written)
        default:
            unsafe release(into: output, at: &written)
            unsafe takeText(byte, into: output, at: &written)
        }
    }

    private mutating func takeAfterEquals(
        _ byte: UInt8, into output: UnsafeMutableRawBufferPointer, at written: inout Int
    ) {
        switch (state, byte) {
        case (.equals, _) where Hexadecimal.value(of: byte) != nil:
            state = .equalsDigit(byte)
        case (.equalsDigit(let first), _) where Hexadecimal.value(of: byte) != nil:
            let value = Hexadecimal.byte(first, byte) ?? 0
            drop()
            unsafe write(value, into: output, at: &written)
        case (.equals, 0x09), (.equals, 0x20):
            hold(byte, as: .equalsSpace)
        case (.equals, 0x0D):
            state = .equalsSpaceCR
        case (.equals, 0x0A):
            drop()
        default:
            damagedEscapeCount += 1
            unsafe release(into: output, at: &written)
            unsafe takeText(byte, into: output, at: &written)
        }
    }

    private mutating func takeAfterEqualsSpace(
        _ byte: UInt8, into output: UnsafeMutableRawBufferPointer, at written: inout Int
    ) {
        switch (state, byte) {
        case (.equalsSpace, 0x09), (.equalsSpace, 0x20):
            hold(byte, as: .equalsSpace)
        case (.equalsSpace, 0x0D):
            state = .equalsSpaceCR
        case (_, 0x0A):
            drop()
        default:
            damagedEscapeCount += 1
            unsafe release(into: output, at: &written)
            unsafe takeText(byte, into: output, at: &written)
        }
    }

    private mutating func hold(_ byte: UInt8, as state: State) {
        space.append(byte)
        self.state = state
    }

    private mutating func drop() {
        space.removeAll()
        state = .text
    }

    /// Writes the held bytes as they came.
    mutating func release(into output: UnsafeMutableRawBufferPointer, at written: inout Int) {
        switch state {
        case .text, .space, .spaceCR: break
        case .equals, .equalsSpace, .equalsSpaceCR: unsafe write(UInt8(ascii: "="), into: output, at: &written)
        case .equalsDigit(let digit):
            unsafe write(UInt8(ascii: "="), into: output, at: &written)
            unsafe write(digit, into: output, at: &written)
        }
        written += unsafe space.write(to: UnsafeMutableRawBufferPointer(rebasing: output[written...]))
        switch state {
        case .spaceCR, .equalsSpaceCR: unsafe write(0x0D, into: output, at: &written)
        case .text, .space, .equals, .equalsDigit, .equalsSpace: break
        }
        drop()
    }

    private func write(_ byte: UInt8, into output: UnsafeMutableRawBufferPointer, at written: inout Int) {
        unsafe output[written] = byte
        written += 1
    }
}
