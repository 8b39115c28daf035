import POP3Wire
import SeededRandom
import Testing

@Suite("Dots are removed in memory of the caller (RFC 1939 §3)")
struct DotUnstufferTests {
    static let alphabets: [[UInt8]] = [
        Array(".\r\n".utf8), Array(".\r\na\0+-".utf8) + [0xFF],
        Array(".\r\n".utf8) + [UInt8](repeating: 0x61, count: 60),
    ]
    static let terminator = Array("\r\n.\r\n".utf8)

    /// What an unstuffer makes of a response that arrives in pieces.
    struct Run: Equatable {
        var message: [UInt8] = []
        /// The bytes that were not consumed when the response was complete, or when all had arrived.
        var rest: [UInt8] = []
        var isComplete = false
        /// The most bytes that an incomplete response has left to the caller.
        var mostLeft = 0

        /// - Parameter memory: each buffer ends where it ends, so that a byte after the buffer cannot be read.
        init(
            _ stream: [UInt8], cutAt cuts: some Sequence<Int> = [], acceptsBareLineFeeds: Bool = false,
            in memory: GuardedMemory
        ) {
            var unstuffer = DotUnstuffer(acceptsBareLineFeeds: acceptsBareLineFeeds)
            var start = 0
            for end in Array(cuts) + [stream.count] {
                let content = rest + stream[start..<end]
                start = end
                guard !isComplete else {
                    rest = content
                    continue
                }
                let buffer = unsafe UnsafeMutableRawBufferPointer(mutating: memory.placeAtEnd(content))
                let outcome = unsafe unstuffer.unstuff(buffer)
                unsafe message += buffer[..<outcome.messageCount]
                rest = unsafe Array(buffer[outcome.consumedCount...])
                isComplete = outcome.isComplete
                if !isComplete { mostLeft = max(mostLeft, rest.count) }
            }
        }
    }

    private static func check(_ stream: [UInt8], cutAt cuts: some Collection<Int>, in memory: GuardedMemory) {
        guard let (message, rest) = ReferenceScanner.message(in: stream) else {
            Issue.record("the stream has a terminator")
            return
        }
        let run = Run(stream, cutAt: cuts, in: memory)
        if run.message != message || run.rest != rest || !run.isComplete || run.mostLeft > 2 {
            Issue.record("\(stream), cut at \(Array(cuts)): \(run), not \(message) and \(rest)")
        }
    }

    @Test("every cut, every pair of cuts and single bytes give the same message and the same rest")
    func everyCut() {
        var random = SeededGenerator(seed: 21)
        let memory = GuardedMemory(capacity: 4096)
        for round in 0..<TestLevel.rounds(400, quick: 60) {
            let body = random.bytes(Int.random(in: 0..<24, using: &random), of: Self.alphabets[round % 2])
            let stream = body + Self.terminator + Array("+OK".utf8)
            Self.check(stream, cutAt: [], in: memory)
            Self.check(stream, cutAt: stream.indices, in: memory)
            for first in stream.indices {
                for second in first..<stream.count { Self.check(stream, cutAt: [first, second], in: memory) }
            }
        }
    }

    @Test("random cuts of longer responses", arguments: alphabets.indices)
    func randomCuts(_ alphabet: Int) {
        var random = SeededGenerator(seed: UInt64(alphabet))
        let memory = GuardedMemory(capacity: 8192)
        for _ in 0..<TestLevel.rounds(2_000, quick: 300) {
            let body = random.bytes(Int.random(in: 0..<3_000, using: &random), of: Self.alphabets[alphabet])
            // A stuffed message is read to its end, any other bytes to the first terminator among them.
            let stream = Bool.random(using: &random) ? stuffed(body) : body + Self.terminator
            let cuts = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                Int.random(in: 0..<stream.count, using: &random)
            }
            Self.check(stream + Array("-ERR\r\n".utf8), cutAt: cuts.sorted(), in: memory)
        }
    }

    @Test(
        "what is left of an incomplete response is a dot whose role is not known",
        arguments: [
            ("", ""), ("a", ""), ("a\r", ""), ("a\r\n", ""), ("a\r\n.", "."), ("a\r\n.\r", ".\r"), (".", "."),
            (".\r", ".\r"), ("..", ""), ("a\r\n..", ""), ("a\n.", ""), (".\rx", ""),
        ])
    func leftover(_ stream: String, _ left: String) {
        let memory = GuardedMemory(capacity: 64)
        let stream = Array(stream.utf8)
        for cuts in [[]] + stream.indices.map({ [$0] }) + [Array(stream.indices)] {
            let run = Run(stream, cutAt: cuts, in: memory)
            #expect(run.rest == Array(left.utf8) && !run.isComplete)
        }
    }

    @Test("LF alone ends a line where the caller allows it")
    func bareLineFeeds() {
        let memory = GuardedMemory(capacity: 64)
        let stream = Array("a\n..b\r\n..\n.\nc".utf8)
        for cuts in [[]] + stream.indices.map({ [$0] }) + [Array(stream.indices)] {
            let run = Run(stream, cutAt: cuts, acceptsBareLineFeeds: true, in: memory)
            #expect(run.isComplete && run.message == Array("a\n.b\r\n.\n".utf8) && run.rest == [0x63])
        }
    }

    @Test("a buffer without stuffing is not written to")
    func unstuffedIsReadOnly() {
        let memory = GuardedMemory(capacity: 4096)
        let lines = Array(repeating: "A line without a dot at its start.\r\n", count: 90).joined() + ".\r\n"
        let buffer = unsafe UnsafeMutableRawBufferPointer(mutating: memory.placeAtEnd(Array(lines.utf8)))
        memory.makeReadOnly()
        var unstuffer = DotUnstuffer()
        let outcome = unsafe unstuffer.unstuff(buffer)
        let isComplete = unstuffer.isComplete
        #expect(outcome.isComplete && isComplete)
        #expect(outcome.messageCount == lines.utf8.count - 3 && outcome.consumedCount == lines.utf8.count)
    }

    @Test("bytes after the terminator stay as they are")
    func bytesAfterTerminator() {
        let memory = GuardedMemory(capacity: 4096)
        let message = Array("..a\r\n".utf8) + [UInt8](repeating: 0x61, count: 500) + Self.terminator
        let next = Array("+OK\r\n..b\r\n.\r\n".utf8)
        let run = Run(message + next, in: memory)
        #expect(run.isComplete && run.rest == next && run.message.count == message.count - 4)
    }

    @Test("a mutable span is unstuffed as a buffer is")
    func mutableSpan() {
        var bytes = Array("..a\r\nb\r\n.\r\n+OK".utf8)
        var unstuffer = DotUnstuffer()
        // Bytes have no padding, and any value may be written to them.
        var elements = bytes.mutableSpan
        var span = unsafe elements.mutableBytes
        let outcome = unstuffer.unstuff(&span)
        #expect(outcome.isComplete && outcome.messageCount == 7 && outcome.consumedCount == 11)
        #expect(bytes[..<7] == Array(".a\r\nb\r\n".utf8)[...])
    }
}
