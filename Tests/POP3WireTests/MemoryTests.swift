import MessageBuffers
import SeededRandom
import Testing

@testable import POP3Wire

@Suite("Each byte is written once, and what was handed out does not change")
struct MemoryTests {
    static let alphabet: [UInt8] = Array(".\r\na".utf8)

    private static func stream(_ messages: [[UInt8]]) -> [UInt8] {
        messages.flatMap { Array("+OK\r\n".utf8) + stuffed($0) }
    }

    private static func randomMessages(_ count: Int, upTo size: Int, _ random: inout SeededGenerator) -> [[UInt8]] {
        (0..<count).map { _ in random.bytes(Int.random(in: 0..<size, using: &random), of: alphabet) }
    }

    private static func randomCuts(_ count: Int, in size: Int, _ random: inout SeededGenerator) -> [Int] {
        (0..<count).map { _ in Int.random(in: 0..<size, using: &random) }.sorted()
    }

    @Test(
        "messages that are held stay as they were while later bytes arrive", arguments: [64, 256, 4096], [false, true])
    func heldMessages(_ slabSize: Int, _ isStreaming: Bool) {
        var random = SeededGenerator(seed: UInt64(slabSize))
        for (share, upTo) in [(1, 40), (2, 300), (5, 90), (100, 200)] {
            let messages = Self.randomMessages(300, upTo: upTo, &random)
            let stream = Self.stream(messages)
            var run = ScannerRun(limits: .blocks(of: slabSize, streaming: isStreaming))
            run.holds = { $0 % share == 0 }
            let replies = messages.map { _ in Reply(.message) }
            run.run(stream, cutAt: Self.randomCuts(500, in: stream.count, &random), replies)
            #expect(run.changedMessages == 0)
            #expect(run.findings == ReferenceScanner.findings(in: stream, for: replies))
        }
    }

    @Test("messages that are dropped at random let their blocks be used again, and only theirs")
    func droppedMessages() throws {
        var random = SeededGenerator(seed: 3)
        var scanner = ResponseScanner(limits: .blocks(of: 512))
        var held: [(MessageBytes, [UInt8])] = []
        for _ in 0..<4_000 {
            let message = random.bytes(Int.random(in: 0..<300, using: &random), of: Self.alphabet)
            scanner.expect(.message)
            scanner.append(copying: Array("+OK\r\n".utf8) + stuffed(message))
            while let event = try scanner.next() {
                if case .message(let bytes, _) = event { held.append((bytes, Array(bytes))) }
            }
            while held.count > Int.random(in: 0...6, using: &random) {
                let (bytes, copy) = held.remove(at: Int.random(in: 0..<held.count, using: &random))
                try #require(Array(bytes) == copy)
            }
        }
        #expect(scanner.statistics.slabsAllocated < 200)
    }

    @Test(
        "a block in which nothing is needed serves others meanwhile, and nothing is lost", arguments: [256, 4096],
        [false, true])
    func yieldedBlocks(_ slabSize: Int, _ isStreaming: Bool) {
        var random = SeededGenerator(seed: UInt64(slabSize) + 5)
        for share in [2, 7, 1_000] {
            let messages = Self.randomMessages(400, upTo: 300, &random)
            let stream = Self.stream(messages)
            // Where messages end there is nothing left to be read, so blocks are given away there.
            var ends: [Int] = []
            for message in messages { ends.append((ends.last ?? 0) + 5 + stuffed(message).count) }
            var run = ScannerRun(limits: .blocks(of: slabSize, streaming: isStreaming))
            run.yieldsBlocks = true
            run.holds = { $0 % share == 0 }
            let replies = messages.map { _ in Reply(.message) }
            let cuts = (ends.dropLast() + Self.randomCuts(200, in: stream.count, &random)).sorted()
            run.run(stream, cutAt: cuts, replies)
            #expect(run.findings == ReferenceScanner.findings(in: stream, for: replies))
            #expect(run.changedMessages == 0 && !run.yieldedBlocks.isEmpty)
        }
    }

    @Test("nothing is moved where nothing is stuffed", arguments: [false, true])
    func unstuffedIsNotMoved(_ isStreaming: Bool) {
        var random = SeededGenerator(seed: 9)
        let messages = (0..<200).map { _ in
            random.bytes(Int.random(in: 1..<3000, using: &random), of: Array("a b\r\n".utf8))
        }
        let stream = Self.stream(messages)
        var run = ScannerRun(limits: .blocks(of: 1 << 16, streaming: isStreaming))
        run.run(stream, cutAt: Self.randomCuts(400, in: stream.count, &random), messages.map { _ in Reply(.message) })
        #expect(run.statistics.bytesCompacted == 0)
        #expect(run.statistics.bytesReceived == stream.count)
    }

    @Test("only the bytes after a removed dot are moved, and once")
    func compactionIsBounded() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<100 {
            let messages = Self.randomMessages(5, upTo: 400, &random)
            let stream = Self.stream(messages)
            let afterDots = messages.map { message -> Int in
                let wire = stuffed(message).dropLast(3)
                let firstDropped = wire.indices.first {
                    wire[$0] == 0x2E && ($0 == 0 || ($0 > 1 && wire[$0 - 2] == 0x0D && wire[$0 - 1] == 0x0A))
                }
                guard let firstDropped else { return 0 }
                let dots = wire.indices.count {
                    wire[$0] == 0x2E && ($0 == 0 || ($0 > 1 && wire[$0 - 2] == 0x0D && wire[$0 - 1] == 0x0A))
                }
                return wire.count - firstDropped - dots
            }
            var run = ScannerRun()
            run.run(
                stream, cutAt: Self.randomCuts(50, in: stream.count, &random), messages.map { _ in Reply(.message) })
            #expect(run.statistics.bytesCompacted == afterDots.reduce(0, +))
            #expect(run.statistics.bytesCarriedOver == 0)
        }
    }

    @Test("with each new block at most one unfinished head is carried over", arguments: [1024, 1 << 14, 1 << 16])
    func carryIsBounded(_ slabSize: Int) {
        var random = SeededGenerator(seed: UInt64(slabSize))
        let messages = Self.randomMessages(400, upTo: slabSize / 8, &random)
        let stream = Self.stream(messages)
        var run = ScannerRun(limits: .blocks(of: slabSize))
        let cuts = Self.randomCuts(2_000, in: stream.count, &random)
        run.run(stream, cutAt: cuts, messages.map { _ in Reply(.message) })
        let largest = messages.map { stuffed($0).count }.max() ?? 0
        #expect(run.statistics.slabsAllocated > 20)
        #expect(run.statistics.bytesCarriedOver <= (run.statistics.slabsAllocated - 1) * largest)
    }

    @Test("a message that outgrows its block is moved a bounded number of times, byte by byte too")
    func growthIsLinear() {
        let message = [UInt8](repeating: 0x61, count: 100_000)
        let stream = Self.stream([message])
        var run = ScannerRun(limits: .blocks(of: 256))
        run.run(stream, cutAt: stream.indices, [Reply(.message)])
        #expect(run.findings.last == .message(message + [0x0D, 0x0A]))
        #expect(run.statistics.bytesCarriedOver <= 2 * stream.count)
        #expect(run.statistics.slabsAllocated < 16)
    }

    @Test("one block serves a client that holds nothing", arguments: [100, 4096])
    func oneBlock(_ slabSize: Int) throws {
        var scanner = ResponseScanner(limits: .blocks(of: slabSize))
        for number in 0..<1_000 {
            scanner.expect(.message)
            scanner.append(copying: Array("+OK\r\nnumber \(number)\r\n.\r\n".utf8))
            while try scanner.next() != nil {}
        }
        #expect(scanner.statistics.slabsAllocated == 1)
    }

    @Test("a size by LIST makes room at once, and a wrong one does no harm", arguments: [0, 10, 4_000, 9_000, 100_000])
    func sizeHint(_ size: Int) {
        let message = Array(repeating: Array("line\r\n".utf8), count: 800).flatMap { $0 }
        var run = ScannerRun(limits: .blocks(of: 1024))
        run.run(
            Self.stream([message]), cutAt: stride(from: 0, to: message.count, by: 100), [Reply(.message, size: size)])
        #expect(run.findings.last == .message(message))
    }

    @Test("streamed chunks are as large as the block allows, not as the reads are")
    func chunksAreLarge() {
        let message = [UInt8](repeating: 0x61, count: 1 << 20)
        let stream = Self.stream([message])
        var run = ScannerRun(limits: .blocks(of: 1 << 17, streaming: true))
        run.run(stream, cutAt: stride(from: 0, to: stream.count, by: 1000), [Reply(.message)])
        #expect(run.findings.last == .message(message + [0x0D, 0x0A]))
        #expect(run.chunkCount <= 20)
    }
}
