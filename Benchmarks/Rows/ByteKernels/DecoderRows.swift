import ByteKernels

/// The decoders of transfer encodings.
enum DecoderRows {
    static let all = base64 + quotedPrintable

    private static var base64: [Row] {
        ByteKernels.Implementation.available.map { implementation in
            Row("base64, \(implementation)", isShort: implementation != .fallback) {
                let input = KernelInput.base64.octets
                let output = KernelOutput(capacity: ByteKernels.Base64Decoder.outputCapacity(for: input.count))
                return Row.Work(octets: input.count) {
                    var decoder = ByteKernels.Base64Decoder(using: implementation)
                    return input.withUnsafeBytes { decoder.decode($0, into: output.memory) }
                }
            }
        }
    }

    private static var quotedPrintable: [Row] {
        ByteKernels.Implementation.available.map { implementation in
            Row("quoted-printable, \(implementation)", isShort: implementation != .fallback) {
                let input = KernelInput.quotedPrintable.octets
                let capacity = ByteKernels.QuotedPrintableDecoder().outputCapacity(for: input.count)
                let output = KernelOutput(capacity: capacity)
                return Row.Work(octets: input.count) {
                    var decoder = ByteKernels.QuotedPrintableDecoder(using: implementation)
                    return input.withUnsafeBytes { decoder.decode($0, into: output.memory) }
                }
            }
        }
    }
}
