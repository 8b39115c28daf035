import MailStoresTestSupport
import MessageBuffers
import SeededRandom
import Testing

@testable import MailDelivery

@Suite("Line ends do not depend on how the stream is cut")
struct LineTransformationTests {
    private static func converted(_ bytes: [UInt8], _ cuts: [Int]) -> [UInt8] {
        var converter = LineEndConverter()
        var output: [UInt8] = []
        CutStream.visit(bytes, cuts) { converter.convert($0, into: &output) }
        converter.finish(into: &output)
        return output
    }

    /// Each CRLF as LF, byte by byte.
    private static func convertedAtOnce(_ bytes: [UInt8]) -> [UInt8] {
        bytes.indices.filter { bytes[$0] != 13 || $0 + 1 == bytes.count || bytes[$0 + 1] != 10 }.map { bytes[$0] }
    }

    @Test("every pair of cuts gives what no cut gives", arguments: CutStream.texts)
    func everyCut(_ text: String) {
        let bytes = Array(text.utf8)
        CutStream.everyPair(of: bytes.count) {
            #expect(Self.converted(bytes, $0) == Self.convertedAtOnce(bytes))
        }
    }

    @Test("random streams in random cuts agree with the naive reading", arguments: 0..<200)
    func randomStreams(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (bytes, cuts) = CutStream.random(&generator)
        #expect(Self.converted(bytes, cuts) == Self.convertedAtOnce(bytes))
    }
}
