import Glibc

/// What the C library does with as many octets. That the inputs of the other rows hold other octets makes no difference
/// to it: one copies them all, the other looks at each for one that is not there.
enum YardstickRows {
    static let all = [
        Row("memcpy", isShort: true, isYardstick: true) {
            let input = KernelInput.lines.octets
            let output = KernelOutput(capacity: input.count)
            return Row.Work(octets: input.count) {
                input.withUnsafeBytes { output.memory.copyMemory(from: $0) }
                return Int(output.memory[input.count - 1])
            }
        },
        Row("memchr", isShort: true, isYardstick: true) {
            let input = KernelInput.lines.octets
            return Row.Work(octets: input.count) {
                input.withUnsafeBytes { bytes in
                    bytes.baseAddress.flatMap { memchr($0, 0, bytes.count) } == nil ? bytes.count : 0
                }
            }
        },
    ]
}
