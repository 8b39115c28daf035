import ByteKernels

/// The searches, each through octets that hold nothing of what is looked for.
enum SearchRows {
    private typealias Search = @Sendable (UnsafeRawBufferPointer, ByteKernels.Implementation) -> Int

    static let all =
        rows("LF and dot", in: .lines) { ByteKernels.indexOfNewlineDot($0, using: $1) }
        + rows("LF", in: .oneLine) { ByteKernels.indexOfNewline($0, using: $1) }
        + rows("LF and --", in: .lines) { ByteKernels.indexOfNewlineDashDash($0, using: $1) }
        + rows("octet over 0x7F", in: .lines) { ByteKernels.indexOfNonASCII($0, using: $1) }

    private static func rows(
        _ sought: String, in input: KernelInput, _ search: @escaping Search
    ) -> [Row] {
        ByteKernels.Implementation.available.map { implementation in
            Row("find \(sought), \(implementation)", isShort: implementation != .fallback) {
                let octets = input.octets
                return Row.Work(octets: octets.count) {
                    try WrongResult.check(octets.withUnsafeBytes { search($0, implementation) }, octets.count)
                }
            }
        }
    }
}
