import ByteKernels

/// What makes text of decoded octets.
enum TextRows {
    static let all =
        validation("ASCII", of: .lines) + validation("letters of two octets", of: .cyrillic) + lineEnds

    private static func validation(_ text: String, of input: KernelInput) -> [Row] {
        ByteKernels.Implementation.available.map { implementation in
            Row("UTF-8 validation, \(text), \(implementation)", isShort: true) {
                let octets = input.octets
                return Row.Work(octets: octets.count) {
                    try WrongResult.check(
                        octets.withUnsafeBytes { ByteKernels.isUTF8($0, using: implementation) ? 1 : 0 }, 1)
                }
            }
        }
    }

    private static var lineEnds: [Row] {
        ByteKernels.Implementation.available.map { implementation in
            Row("LF for each CRLF, \(implementation)", isShort: true) {
                let input = KernelInput.lines.octets
                let output = KernelOutput(capacity: ByteKernels.crlfToLFCapacity(for: input.count))
                return Row.Work(octets: input.count) {
                    input.withUnsafeBytes {
                        ByteKernels.convertCRLFToLF($0, into: output.memory, using: implementation).count
                    }
                }
            }
        }
    }
}
