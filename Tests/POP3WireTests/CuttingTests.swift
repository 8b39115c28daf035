import SeededRandom
import Testing

@testable import POP3Wire

@Suite("However the stream is cut, the findings are the same (RFC 1939 §3)")
struct CuttingTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        let slabSize: Int
        let isStreaming: Bool
        var limits: WireLimits { .blocks(of: slabSize, streaming: isStreaming) }
        var testDescription: String { "blocks of \(slabSize)\(isStreaming ? ", streaming" : "")" }
    }

    static let settings = [64, 100, 256, 1 << 20].flatMap { size in
        [false, true].map { Setting(slabSize: size, isStreaming: $0) }
    }
    static let alphabet: [UInt8] = Array(".\r\na\0+-".utf8) + [0xFF]

    @Test("uncut, at every single cut, and byte by byte", arguments: WireScript.all, settings)
    func everyCut(_ script: WireScript, _ setting: Setting) {
        let expected = ReferenceScanner.findings(in: script.stream, for: script.replies)
        #expect(findings(script.stream, script.replies, setting.limits) == expected)
        for cut in script.stream.indices {
            #expect(findings(script.stream, cutAt: [cut], script.replies, setting.limits) == expected, "cut at \(cut)")
        }
        let bytewise = findings(script.stream, cutAt: script.stream.indices, script.replies, setting.limits)
        #expect(bytewise == expected)
    }

    @Test("at every pair of cuts", arguments: WireScript.all, settings.filter { $0.slabSize == 64 })
    func everyPair(_ script: WireScript, _ setting: Setting) {
        let expected = ReferenceScanner.findings(in: script.stream, for: script.replies)
        var wrong: [[Int]] = []
        for first in script.stream.indices {
            // A sample: every seventh second cut, beginning elsewhere for each first.
            for second in stride(from: first, to: script.stream.count, by: TestLevel.isLong ? 1 : 7)
            where findings(script.stream, cutAt: [first, second], script.replies, setting.limits) != expected {
                wrong.append([first, second])
            }
        }
        #expect(wrong == [])
    }

    @Test("of random messages, at random cuts", arguments: settings)
    func randomMessages(_ setting: Setting) {
        var random = SeededGenerator(seed: 1)
        for round in 0..<TestLevel.rounds(150, quick: 50) {
            let messages = (0..<4).map { _ in random.bytes(Int.random(in: 0..<200, using: &random), of: Self.alphabet) }
            let stream = messages.flatMap { Array("+OK\r\n".utf8) + stuffed($0) } + Array("+OK bye\r\n".utf8)
            let replies = messages.map { _ in Reply(.message) } + [Reply(.status)]
            let expected = ReferenceScanner.findings(in: stream, for: replies)
            #expect(expected.count == 9, "the reference reads what the stuffer wrote")
            let cuts = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                Int.random(in: 0..<stream.count, using: &random)
            }
            #expect(findings(stream, cutAt: cuts.sorted(), replies, setting.limits) == expected, "round \(round)")
        }
    }

    @Test("of large messages, at random cuts", arguments: [1 << 12, 1 << 16, 1 << 20], [false, true])
    func largeMessages(_ slabSize: Int, _ isStreaming: Bool) {
        var random = SeededGenerator(seed: UInt64(slabSize))
        let messages = (0..<6).map { index in
            random.bytes(20_000 << (index % 4), of: Self.alphabet + Array(repeating: 0x61, count: index * 40))
        }
        let stream = messages.flatMap { Array("+OK\r\n".utf8) + stuffed($0) }
        let replies = messages.map { Reply(.message, size: $0.count) }
        let expected = ReferenceScanner.findings(in: stream, for: replies)
        for _ in 0..<TestLevel.rounds(4, quick: 1) {
            let cuts = (0..<200).map { _ in Int.random(in: 0..<stream.count, using: &random) }.sorted()
            let limits = WireLimits.blocks(of: slabSize, streaming: isStreaming)
            #expect(findings(stream, cutAt: cuts, replies, limits) == expected)
        }
    }

    @Test("the stuffer's messages come back as they were, with the last line end that a server adds")
    func roundTrip() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let message = random.bytes(Int.random(in: 0..<60, using: &random), of: Self.alphabet)
            let isWhole = message.isEmpty || message.suffix(2) == [0x0D, 0x0A]
            let found = findings(Array("+OK\r\n".utf8) + stuffed(message), [Reply(.message)])
            #expect(found.last == .message(message + (isWhole ? [] : [0x0D, 0x0A])))
        }
    }
}
