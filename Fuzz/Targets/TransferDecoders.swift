import ByteKernels

/// The fastest decoder, over pieces, gives what the fallback gives over the whole; so do the searches.
///
/// Input: the length of the pieces (2 bytes), the encoded text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTransferDecoders(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let lengths = [input.byte(), input.byte()]
    let pieces = FuzzInput.pieces(of: input.rest, lengths: lengths)
    for implementation in ByteKernels.Implementation.available {
        require(base64(pieces, implementation) == base64([input.rest], .fallback), "base64 by \(implementation)")
        require(
            quotedPrintable(pieces, implementation) == quotedPrintable([input.rest], .fallback),
            "quoted-printable by \(implementation)")
        require(searches(input.rest, implementation) == searches(input.rest, .fallback), "searches by \(implementation)")
    }
    return 0
}

private func base64(_ pieces: [ArraySlice<UInt8>], _ implementation: ByteKernels.Implementation) -> [UInt8] {
    var decoder = ByteKernels.Base64Decoder(using: implementation)
    var result: [UInt8] = []
    for piece in pieces {
        result += decode(piece, capacity: ByteKernels.Base64Decoder.outputCapacity(for: piece.count)) {
            decoder.decode($0, into: $1)
        }
    }
    return result + decode([], capacity: 2) { decoder.finish(into: $1) } + decoder.invalidByteCount.description.utf8
}

private func quotedPrintable(_ pieces: [ArraySlice<UInt8>], _ implementation: ByteKernels.Implementation) -> [UInt8] {
    var decoder = ByteKernels.QuotedPrintableDecoder(using: implementation)
    var result: [UInt8] = []
    for piece in pieces {
        result += decode(piece, capacity: decoder.outputCapacity(for: piece.count)) { decoder.decode($0, into: $1) }
    }
    result += decode([], capacity: decoder.outputCapacity(for: 0)) { decoder.finish(into: $1) }
    return result + decoder.damagedEscapeCount.description.utf8
}

/// Runs `body` with copies in memory of exactly the size promised, so that the address sanitizer sees every excess.
private func decode(
    _ piece: ArraySlice<UInt8>, capacity: Int,
    _ body: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) -> Int
) -> [UInt8] {
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 1)
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 1)
    defer {
        input.deallocate()
        output.deallocate()
    }
    input.copyBytes(from: piece)
    let written = body(UnsafeRawBufferPointer(input), output)
    return [UInt8](output[..<written])
}

private func searches(_ bytes: ArraySlice<UInt8>, _ implementation: ByteKernels.Implementation) -> [Int] {
    bytes.withUnsafeBytes {
        [
            ByteKernels.indexOfNewline($0, using: implementation),
            ByteKernels.indexOfNewlineDot($0, using: implementation),
            ByteKernels.indexOfNewlineDashDash($0, using: implementation),
            ByteKernels.indexOfNonASCII($0, using: implementation),
        ]
    }
}
