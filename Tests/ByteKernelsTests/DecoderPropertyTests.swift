import ByteKernels
import SeededRandom
import Testing

@Suite("transfer decoders: properties")
struct DecoderPropertyTests {
    static let accelerated = ByteKernels.Implementation.available.filter { $0 != .fallback }

    @Test(
        "every implementation decodes what the fallback decodes, for every length",
        arguments: TransferDecoder.allCases, accelerated)
    func everyLength(decoder: TransferDecoder, implementation: ByteKernels.Implementation) {
        var random = SeededGenerator(seed: 2)
        let memory = PiecewiseDecoding(capacity: 1024)
        for length in TestLevel.lengths(upTo: 300) {
            for alphabet in [decoder.special, decoder.special + [UInt8](repeating: 0x41, count: 200)] {
                let content = random.bytes(length, of: alphabet)
                let expected = decoder.decode([content[...]], using: .fallback, in: memory)
                let decoded = decoder.decode([content[...]], using: implementation, in: memory)
                if decoded != expected { Issue.record("\(content): \(decoded), not \(expected)") }
            }
        }
    }

    @Test(
        "every implementation decodes whole and damaged bodies as the fallback does",
        arguments: TransferDecoder.allCases, accelerated)
    func bodies(decoder: TransferDecoder, implementation: ByteKernels.Implementation) {
        var random = SeededGenerator(seed: 3)
        let memory = PiecewiseDecoding(capacity: 8192)
        for round in 0..<TestLevel.rounds(600, quick: 180) {
            let content = decoder.input(lines: round % 60, damage: round % 7, random: &random)
            let expected = decoder.decode([content[...]], using: .fallback, in: memory)
            let decoded = decoder.decode([content[...]], using: implementation, in: memory)
            if decoded != expected { Issue.record("\(content): \(decoded), not \(expected)") }
        }
    }

    @Test(
        "cutting the input in two anywhere changes nothing",
        arguments: TransferDecoder.allCases, ByteKernels.Implementation.available)
    func cuts(decoder: TransferDecoder, implementation: ByteKernels.Implementation) {
        var random = SeededGenerator(seed: 4)
        let memory = PiecewiseDecoding(capacity: 1024)
        for round in 0..<TestLevel.rounds(24, quick: 8) {
            let content = decoder.input(lines: 3, damage: round, random: &random)
            let expected = decoder.decode([content[...]], using: .fallback, in: memory)
            for cut in 0...content.count {
                let decoded = decoder.decode([content[..<cut], content[cut...]], using: implementation, in: memory)
                if decoded != expected { Issue.record("\(content) cut at \(cut): \(decoded), not \(expected)") }
            }
        }
    }

    @Test(
        "a byte at a time gives what the whole gives",
        arguments: TransferDecoder.allCases, ByteKernels.Implementation.available)
    func bytewise(decoder: TransferDecoder, implementation: ByteKernels.Implementation) {
        var random = SeededGenerator(seed: 5)
        let memory = PiecewiseDecoding(capacity: 1024)
        for round in 0..<TestLevel.rounds(100, quick: 40) {
            let content = random.bytes(round * 2, of: decoder.special)
            let expected = decoder.decode([content[...]], using: .fallback, in: memory)
            let pieces = content.indices.map { content[$0...$0] }
            #expect(decoder.decode(pieces, using: implementation, in: memory) == expected)
        }
    }
}
