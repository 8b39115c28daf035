import ByteKernels
import SeededRandom
import Testing

@Suite("unstuffing where the bytes lie (RFC 1939 §3)")
struct UnstuffingTests {
    static let accelerated = ByteKernels.Implementation.available.filter { $0 != .fallback }
    static let alphabets: [[UInt8]] = [
        Array("\r\n..".utf8), Array("\r\n\r\n...a+-".utf8), Array("\r\n..".utf8) + [UInt8](repeating: 0x61, count: 30),
        Array("\r\n.".utf8) + [UInt8](repeating: 0x61, count: 300),
    ]

    /// What a pass leaves, and where it stands.
    struct Outcome: Equatable {
        var output: [UInt8]
        var rest: [UInt8]
        var isAfterReturn: Bool
    }

    /// Unstuffs `content`, which lies `distance` after the end of the output, and goes on by the fallback, which
    /// looks at more of the last bytes than those that work by registers.
    func unstuff(
        _ content: [UInt8], distance: Int, isAfterReturn: Bool, by implementation: ByteKernels.Implementation,
        in memory: GuardedMemory
    ) -> Outcome {
        let block = unsafe UnsafeMutableRawBufferPointer(
            mutating: memory.placeAtEnd([UInt8](repeating: 0x2E, count: distance) + content))
        var unstuffing = ByteKernels.Unstuffing(read: distance, written: 0, isAfterReturn: isAfterReturn)
        unsafe ByteKernels.unstuff(block, &unstuffing, using: implementation)
        unsafe ByteKernels.unstuff(block, &unstuffing, using: .fallback)
        return Outcome(
            output: unsafe Array(block[..<unstuffing.written]), rest: unsafe Array(block[unstuffing.read...]),
            isAfterReturn: unstuffing.isAfterReturn)
    }

    @Test(
        "one of two dots behind CRLF is left out; a dot of any other kind is left to be judged",
        arguments: ByteKernels.Implementation.available)
    func rules(implementation: ByteKernels.Implementation) {
        let memory = GuardedMemory(capacity: 4096)
        let filler = [UInt8](repeating: 0x61, count: 200)
        func outcome(_ text: String) -> Outcome {
            unstuff(
                filler + Array(text.utf8) + filler, distance: 1, isAfterReturn: false, by: implementation, in: memory)
        }
        let end = Array("aa".utf8)
        #expect(
            outcome("\r\n..b")
                == Outcome(
                    output: filler + Array("\r\n.b".utf8) + filler.dropLast(2), rest: end, isAfterReturn: false))
        for text in ["\n..b", "\r\n.b", "\r\n.\r\n", "\n.\n", "\r\n.+OK"] {
            let newline = Array(text.utf8).firstIndex(of: 0x0A) ?? 0
            let found = outcome(text)
            #expect(found.output == filler + Array(text.utf8)[..<newline], "\(text.debugDescription)")
            #expect(found.rest == Array(text.utf8)[newline...] + filler, "\(text.debugDescription)")
            #expect(found.isAfterReturn == (newline == 1))
        }
    }

    @Test(
        "a dot is dropped at every place of a register, at every distance, up to memory that cannot be touched",
        arguments: accelerated)
    func everyPlace(implementation: ByteKernels.Implementation) {
        let memory = GuardedMemory(capacity: 1024)
        for distance in [1, 2, 3, 31, 64, 65] {
            for place in 0..<690 {
                var content = [UInt8](repeating: 0x61, count: 700)
                content.replaceSubrange(place..<place + 4, with: Array("\r\n..".utf8))
                let found = unstuff(
                    content, distance: distance, isAfterReturn: false, by: implementation, in: memory)
                content.remove(at: place + 2)
                if found.output != content.dropLast(2) || found.rest != content.suffix(2) {
                    Issue.record("a dot at \(place), \(distance) behind the output: \(found)")
                }
            }
        }
    }

    @Test("every implementation says what the fallback says", arguments: accelerated, [false, true])
    func agreement(implementation: ByteKernels.Implementation, isAfterReturn: Bool) {
        var random = SeededGenerator(seed: 5)
        let memory = GuardedMemory(capacity: 4096)
        for round in 0..<TestLevel.rounds(4_000, quick: 800) {
            let length = Int.random(in: 0..<1_500, using: &random)
            var content = random.bytes(length, of: Self.alphabets[round % Self.alphabets.count])
            // A dot behind an LF is what the caller has dealt with before.
            if content.first == 0x2E { content[0] = 0x61 }
            let distance = [1, 2, 7, 40, 64, 100, 900][round % 7]
            let found = unstuff(
                content, distance: distance, isAfterReturn: isAfterReturn, by: implementation, in: memory)
            let expected = unstuff(
                content, distance: distance, isAfterReturn: isAfterReturn, by: .fallback, in: memory)
            if found != expected { Issue.record("\(content), \(distance) behind: \(found), not \(expected)") }
        }
    }
}
