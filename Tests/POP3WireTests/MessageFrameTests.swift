import MessageBuffers
import SeededRandom
import Testing

@testable import POP3Wire

@Suite("What is kept of a message to tell whether it lost a part")
struct MessageFrameTests {
    @Test("CRLF are counted at every size and place, and neither CR nor LF alone is one")
    func lineEnds() {
        var random = SeededGenerator(seed: 0x4c46)
        for size in Array(0...520) + [100_000] {
            let bytes = (0..<size).map { _ in Array("\r\n\na".utf8)[Int.random(in: 0..<4, using: &random)] }
            let expected = zip(bytes, bytes.dropFirst()).count { $0 == 0x0D && $1 == 0x0A }
            #expect(MessageFrame.lineEnds(in: MessageBytes(bytes)) == expected, "\(size) bytes")
        }
        let many = Array(repeating: Array("\r\n".utf8), count: 3_000).flatMap { $0 }
        #expect(MessageFrame.lineEnds(in: MessageBytes(many)) == 3_000)
    }
}
