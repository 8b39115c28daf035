import Testing

@testable import POP3Wire

@Suite("What a server may make the client hold is bounded, and what it may say is checked")
struct LimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var kind = ResponseKind.status
        let stream: String
        var line = 64
        var message = 64
        var slab = 64
        let error: WireError?
    }

    private static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }

    static let cases = [
        Case(testDescription: "a status line of the limit", stream: "+OK \(letters(58))\r\n", error: nil),
        Case(
            testDescription: "a status line over the limit", stream: "+OK \(letters(59))\r\n",
            error: .lineTooLong(limit: 64)),
        Case(
            testDescription: "a status line without an end", stream: "+OK \(letters(60))",
            error: .lineTooLong(limit: 64)),
        Case(
            testDescription: "a listing line of the limit", kind: .lines, stream: "+OK\r\n\(letters(62))\r\n.\r\n",
            error: nil),
        Case(
            testDescription: "a listing line over the limit", kind: .lines, stream: "+OK\r\n\(letters(63))\r\n.\r\n",
            error: .lineTooLong(limit: 64)),
        Case(
            testDescription: "bare line feeds do not end a long line", kind: .lines,
            stream: "+OK\r\n" + String(repeating: "aaaaaaa\n", count: 8), error: .lineTooLong(limit: 64)),
        Case(
            testDescription: "a limit over the size of a block", kind: .lines,
            stream: "+OK\r\n\(letters(900))\r\n.\r\n", line: 1000, error: nil),
        Case(
            testDescription: "a message of the limit", kind: .message, stream: "+OK\r\n\(letters(62))\r\n.\r\n",
            error: nil),
        Case(
            testDescription: "a stuffed message of the limit", kind: .message,
            stream: "+OK\r\n..\(letters(61))\r\n.\r\n",
            error: nil),
        Case(
            testDescription: "a message over the limit", kind: .message, stream: "+OK\r\n\(letters(63))\r\n.\r\n",
            error: .messageTooLarge(limit: 64)),
        Case(
            testDescription: "a message without an end", kind: .message, stream: "+OK\r\n\(letters(65))",
            error: .messageTooLarge(limit: 64)),
        Case(testDescription: "a greeting with a bare line feed", stream: "+OK\n", error: .bareLineFeed),
        Case(testDescription: "not a status", stream: "HTTP/1.1 400\r\n", error: .notAStatus("\"HTTP/1.1 400\"")),
        Case(testDescription: "an empty line", stream: "\r\n", error: .notAStatus("\"\"")),
        Case(testDescription: "a word that only begins as one", stream: "+OKAY\r\n", error: .notAStatus("\"+OKAY\"")),
        Case(testDescription: "a challenge outside AUTH", stream: "+ abc\r\n", error: .notAStatus("\"+ abc\"")),
        Case(
            testDescription: "terminal escapes are shown escaped", stream: "\u{1B}[2J\r\n",
            error: .notAStatus("\"\\u{1B}[2J\"")),
        Case(
            testDescription: "a reply to no command", stream: "+OK\r\n+OK 2\r\n", error: .unexpectedReply("\"+OK 2\"")),
    ]

    @Test("the same error at every cut", arguments: cases, [false, true])
    func limit(_ one: Case, _ isStreaming: Bool) {
        var limits = WireLimits.blocks(of: one.slab, streaming: isStreaming)
        limits.responseLine = one.line
        limits.messageSize = one.message
        let stream = Array(one.stream.utf8)
        for cuts in [[]] + stream.indices.map({ [$0] }) + [Array(stream.indices)] {
            let errors = findings(stream, cutAt: cuts, [Reply(one.kind)], limits).compactMap { finding in
                if case .error(let error) = finding { error } else { nil }
            }
            #expect(errors == (one.error.map { [$0] } ?? []), "cut at \(cuts)")
        }
    }

    @Test("a status line over 512 bytes is a quirk (RFC 2449 §4)", arguments: [(508 - 2, false), (509 - 2, true)])
    func longStatusLine(_ count: Int, _ isQuirk: Bool) {
        var run = ScannerRun()
        run.run(Array("+OK \(Self.letters(count))\r\n".utf8), [Reply(.status)])
        #expect(run.quirks == (isQuirk ? [.longStatusLine] : []))
    }

    @Test("bare line feeds end lines where the caller allows them, and messages keep them")
    func bareLineFeeds() {
        let stream = Array("+OK\n+OK\n1 2\n..\n.\n+OK\n..a\nb\r\n.\nc\n".utf8)
        for cuts in [[]] + stream.indices.map({ [$0] }) + [Array(stream.indices)] {
            var run = ScannerRun(limits: .blocks(of: 64))
            run.acceptsBareLineFeeds = true
            run.run(stream, cutAt: cuts, [Reply(.status), Reply(.lines), Reply(.message)])
            #expect(
                run.findings.prefix(7) == [
                    .status(.ok, []), .status(.ok, []), .line(Array("1 2".utf8)), .line([0x2E]), .endOfLines,
                    .status(.ok, []), .message(Array(".a\nb\r\n".utf8)),
                ])
            #expect(run.quirks == [.bareLineFeed])
        }
    }
}
