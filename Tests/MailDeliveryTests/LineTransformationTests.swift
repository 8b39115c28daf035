import MailStores
import MessageBuffers
import SeededRandom
import Testing

@testable import MailDelivery

@Suite("Line ends and From_ quoting do not depend on how the stream is cut")
struct LineTransformationTests {
    static func converted(_ bytes: [UInt8], cuts: [Int]) -> [UInt8] {
        var converter = LineEndConverter()
        var output: [UInt8] = []
        visit(bytes, cuts) { converter.convert($0, into: &output) }
        converter.finish(into: &output)
        return output
    }

    static func quoted(_ bytes: [UInt8], cuts: [Int]) -> [UInt8] {
        var quoter = FromQuoter()
        var output: [UInt8] = []
        visit(bytes, cuts) { quoter.quote($0, into: &output) }
        quoter.finish(into: &output)
        return output
    }

    private static func visit(_ bytes: [UInt8], _ cuts: [Int], _ body: (RawSpan) -> Void) {
        var start = 0
        for end in cuts.sorted() + [bytes.count] {
            body(bytes.rawSpan.extracting(start..<end))
            start = end
        }
    }

    /// Each CRLF as LF, byte by byte.
    static func naivelyConverted(_ bytes: [UInt8]) -> [UInt8] {
        bytes.indices.filter { bytes[$0] != 13 || $0 + 1 == bytes.count || bytes[$0 + 1] != 10 }.map { bytes[$0] }
    }

    /// Line by line.
    static func naivelyQuoted(_ bytes: [UInt8]) -> [UInt8] {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map { line in
            line.drop { $0 == 62 }.starts(with: "From ".utf8) ? [62] + line : Array(line)
        }
        return Array(lines.joined(separator: [10]))
    }

    static let texts = [
        "", "\r", "\n", "\r\n", "a\r\nb\r\n", "\r\r\n\n", "From x", ">From x\r\n>>From y", "From", "Fro\nFrom \n",
        "FFrom \nFrFrom \n> From \n>F>From ", "a\r\n\r\nFrom \r\r\n>", ">>", "\n>\n>From \n",
    ]

    @Test("every cut and pair of cuts gives what no cut gives", arguments: texts)
    func everyCut(_ text: String) {
        let bytes = Array(text.utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                #expect(Self.converted(bytes, cuts: [first, second]) == Self.naivelyConverted(bytes))
                #expect(Self.quoted(bytes, cuts: [first, second]) == Self.naivelyQuoted(bytes))
            }
        }
    }

    @Test("random streams in random cuts agree with the naive reading", arguments: 0..<200)
    func randomStreams(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = seed % 2 == 0 ? "\r\n>From x" : "\n>>From "
        var bytes = generator.bytes(Int.random(in: 0...400, using: &generator), of: Array(alphabet.utf8))
        for _ in 0..<20 {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            bytes.insert(contentsOf: Array("\n>From \r\n".utf8), at: place)
        }
        let cuts = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            Int.random(in: 0...bytes.count, using: &generator)
        }
        #expect(Self.converted(bytes, cuts: cuts) == Self.naivelyConverted(bytes))
        #expect(Self.quoted(bytes, cuts: cuts) == Self.naivelyQuoted(bytes))
    }
}
