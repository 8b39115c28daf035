/// libFuzzer's own mutation, within the memory that it gave.
@_silgen_name("LLVMFuzzerMutate")
private func mutateAsUsual(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int) -> Int

/// Now and then puts numbers at which a type ends in the place of some of the input's: chance does not make nineteen
/// digits, and arithmetic on numbers of a message must bear them all. Several at once, since a sum overflows by two.
///
/// - Returns: the length of the mutated input, which lies in `bytes`.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32) -> Int {
    guard seed % 8 == 0 else { return mutateAsUsual(bytes, count, capacity) }
    var random = UInt64(seed) | 1
    func next(_ bound: Int) -> Int {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(random >> 33) % bound
    }
    var mutated: [UInt8] = []
    var isInNumber = false
    var isReplaced = false
    for byte in UnsafeBufferPointer(start: bytes, count: count) {
        let isDigit = byte >= 0x30 && byte <= 0x39
        if isDigit, !isInNumber {
            isReplaced = next(2) == 0
            // The least and the greatest of the integers most often.
            if isReplaced { mutated += (next(2) == 0 ? extremes[next(extremes.count)] : edges[next(edges.count)]).utf8 }
        }
        isInNumber = isDigit
        if !isDigit || !isReplaced { mutated.append(byte) }
    }
    guard mutated.count <= capacity else { return mutateAsUsual(bytes, count, capacity) }
    for (offset, byte) in mutated.enumerated() { bytes[offset] = byte }
    return mutated.count
}

private let extremes = ["0", "9223372036854775807"]
private let edges = [
    "-1", "00", "127", "128", "255", "256", "32767", "65535", "65536", "2147483647", "2147483648", "4294967295",
    "4294967296", "9223372036854775806", "9223372036854775808", "18446744073709551615", "18446744073709551616",
    "-9223372036854775808", String(repeating: "9", count: 40),
]
