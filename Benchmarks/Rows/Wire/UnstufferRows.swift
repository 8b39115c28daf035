import POP3Wire

/// The public unstuffer in memory of the caller, beside a copy of the same memory.
enum UnstufferRows {
    private static let size = 1 << 20

    static let all = MessageRows.stuffings.map { row("1 MiB in memory of the caller, \($0)", dotEvery: $1) } + [memcpy]

    private static func row(_ name: String, dotEvery: Int) -> Row {
        Row(name) {
            let mail = StuffedMail(size: size, dotEvery: dotEvery, firstLine: 0)
            let buffer = KernelOutput(capacity: mail.bytes.count)
            let prepare = { buffer.memory.copyBytes(from: mail.bytes) }
            return Row.Work(octets: mail.bytes.count, prepare: prepare) {
                var unstuffer = DotUnstuffer()
                let outcome = unstuffer.unstuff(buffer.memory)
                return try WrongResult.check(outcome.isComplete ? outcome.messageCount : 0, mail.storedSize)
            }
        }
    }

    /// Prepared as the others are, so that the same bytes are in the processor's cache.
    private static let memcpy = Row("1 MiB in memory of the caller, memcpy", isYardstick: true) {
        let bytes = StuffedMail(size: size, dotEvery: 0, firstLine: 0).bytes
        let source = KernelOutput(capacity: bytes.count)
        let target = KernelOutput(capacity: bytes.count)
        return Row.Work(octets: bytes.count, prepare: { source.memory.copyBytes(from: bytes) }) {
            target.memory.copyMemory(from: UnsafeRawBufferPointer(source.memory))
            return Int(target.memory[bytes.count - 1])
        }
    }
}
