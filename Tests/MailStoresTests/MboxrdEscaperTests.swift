import MailStoresTestSupport
import MessageBuffers
import SeededRandom
import Testing

@testable import MailStores

@Suite("Escaping From_ lines does not depend on how the stream is cut")
struct MboxrdEscaperTests {
    private static func escaped(_ bytes: [UInt8], _ cuts: [Int]) -> [UInt8] {
        var escaper = MboxrdEscaper()
        var output: [UInt8] = []
        CutStream.visit(bytes, cuts) { escaper.escape($0, into: &output) }
        escaper.finish(into: &output)
        return output
    }

    @Test("every pair of cuts gives what no cut gives", arguments: CutStream.texts)
    func everyCut(_ text: String) {
        let bytes = Array(text.utf8)
        CutStream.everyPair(of: bytes.count) {
            #expect(Self.escaped(bytes, $0) == CutStream.escapedAtOnce(bytes))
        }
    }

    @Test("random streams in random cuts agree with the naive reading", arguments: 0..<200)
    func randomStreams(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (bytes, cuts) = CutStream.random(&generator)
        #expect(Self.escaped(bytes, cuts) == CutStream.escapedAtOnce(bytes))
    }

    @Test(
        "a stream's last byte says whether its line has ended", arguments: [("", false), ("a", false), ("a\n", true)])
    func lastByte(_ text: String, _ ends: Bool) {
        var escaper = MboxrdEscaper()
        var output: [UInt8] = []
        for byte in text.utf8 { escaper.escape([byte].rawSpan, into: &output) }
        #expect(escaper.endsWithLF == ends)
    }
}
