import Testing

@testable import POP3Wire

@Suite("A terminator without its line end is understood where it is certain (Exchange, Cyrus)")
struct UnfinishedTerminatorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let stream: String
        var size: Int? = nil
        var isFollowed = true
        var isEnded = false
        let message: String
        var isQuirk = true
    }

    static let cases = [
        Case(testDescription: "a dot at the end", stream: "a\r\n.", isFollowed: false, isEnded: true, message: "a\r\n"),
        Case(
            testDescription: "a dot and a return at the end", stream: "a\r\n.\r", isFollowed: false, isEnded: true,
            message: "a\r\n"),
        Case(testDescription: "an empty message and a dot", stream: ".", isFollowed: false, isEnded: true, message: ""),
        Case(testDescription: "an empty message, a dot and a return", stream: ".\r", isEnded: true, message: ""),
        Case(testDescription: "the next reply after the dot", stream: "a\r\n.+OK x\r\n", size: 3, message: "a\r\n"),
        Case(testDescription: "the next error after the dot", stream: "a\r\n.-ERR x\r\n", size: 3, message: "a\r\n"),
        Case(
            testDescription: "the next reply after dot and return", stream: "a\r\n.\r+OK x\r\n", size: 3,
            message: "a\r\n"),
        Case(testDescription: "the next reply after an empty message", stream: ".+OK x\r\n", size: 0, message: ""),
        Case(
            testDescription: "after stuffing, the size is that without it", stream: "..a\r\n..\r\n.+OK x\r\n", size: 7,
            message: ".a\r\n.\r\n"),
        Case(
            testDescription: "another size means an unstuffed dot", stream: "a\r\n.+OK x\r\n.\r\n+OK x\r\n", size: 11,
            message: "a\r\n+OK x\r\n", isQuirk: false),
        Case(
            testDescription: "no size by LIST means an unstuffed dot", stream: "a\r\n.+OK x\r\n.\r\n+OK x\r\n",
            message: "a\r\n+OK x\r\n", isQuirk: false),
        Case(
            testDescription: "no reply due means an unstuffed dot", stream: "a\r\n.+OK x\r\n.\r\n", size: 3,
            isFollowed: false, message: "a\r\n+OK x\r\n", isQuirk: false),
        Case(
            testDescription: "a whole terminator is none of this", stream: "a\r\n.\r\n-ERR x\r\n", size: 3,
            message: "a\r\n",
            isQuirk: false),
    ]

    @Test("at every cut", arguments: cases, [false, true])
    func everyCut(_ one: Case, _ isStreaming: Bool) {
        let stream = Array(("+OK\r\n" + one.stream).utf8)
        for cuts in stream.indices.map({ [$0] }) + [Array(stream.indices)] {
            var run = ScannerRun(limits: .blocks(of: 64, streaming: isStreaming))
            run.isEnded = one.isEnded
            run.run(stream, cutAt: cuts, [Reply(.message, size: one.size)] + (one.isFollowed ? [Reply(.status)] : []))
            #expect(run.findings.dropFirst().first == .message(Array(one.message.utf8)), "cut at \(cuts)")
            #expect(run.findings.count == (one.isFollowed && !one.isEnded ? 3 : 2), "cut at \(cuts)")
            #expect(run.quirks.contains(.unfinishedTerminator) == one.isQuirk)
        }
    }

    @Test(
        "at the end of the stream a message without its dot is not finished",
        arguments: ["a", "a\r\n", "a\r\nb.", "a\n.", "\r\n..", "\r\n.a", ""])
    func unfinishedMessage(_ stream: String) {
        for isStreaming in [false, true] {
            var run = ScannerRun(limits: .blocks(of: 64, streaming: isStreaming))
            run.isEnded = true
            run.run(Array(("+OK\r\n" + stream).utf8), [Reply(.message)])
            #expect(!run.findings.contains { if case .message = $0 { true } else { false } })
        }
    }
}
