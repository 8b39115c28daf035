import POP3Wire
import Testing

/// Without `@testable`: what a user of the product can do.
@Suite("Bytes are received in any way that a transport has them (RFC 1939 §3)")
struct ReceivingTests {
    struct Failure: Error {}

    static let stream = Array("+OK ready\r\n+OK\r\n1 4\r\n.\r\n+OK\r\n..a\r\nb\r\n.\r\n-ERR [IN-USE] no\r\n".utf8)
    static let expected = [
        "ok ready", "ok ", "line 1 4", "end", "ok ", "message .a\r\nb\r\n true", "error [IN-USE] no",
    ]

    private static func scanner() -> ResponseScanner {
        var scanner = ResponseScanner()
        for kind in [ResponseKind.status, .lines, .message, .status] { scanner.expect(kind) }
        return scanner
    }

    private static func events(_ scanner: inout ResponseScanner) throws(WireError) -> [String] {
        var events: [String] = []
        while let event = try scanner.next() {
            switch event {
            case .status(let status): events.append("\(status.indicator) \(String(decoding: status.text))")
            case .line(let line): events.append("line \(String(decoding: line))")
            case .endOfLines: events.append("end")
            case .message(let bytes, let isLast): events.append("message \(String(decoding: bytes)) \(isLast)")
            }
        }
        return events
    }

    @Test("copied from a collection or a span")
    func copied() throws {
        var fromArray = Self.scanner()
        fromArray.append(copying: Self.stream)
        #expect(try Self.events(&fromArray) == Self.expected)
        var fromSpan = Self.scanner()
        fromSpan.append(copying: unsafe Self.stream.span.bytes)
        #expect(try Self.events(&fromSpan) == Self.expected)
        let (repliesDue, isWithinReply, hasUnusedBytes) =
            (fromSpan.repliesDue, fromSpan.isWithinReply, fromSpan.hasUnusedBytes)
        #expect(repliesDue == 0 && !isWithinReply && !hasUnusedBytes)
        let statistics = fromSpan.statistics
        #expect(statistics.bytesReceived == Self.stream.count && statistics.slabsAllocated == 1)
    }

    @Test("written into free space, byte by byte")
    func written() throws {
        var scanner = Self.scanner()
        var events: [String] = []
        for byte in Self.stream {
            let count = unsafe scanner.withFreeSpace { space in
                unsafe space[0] = byte
                return 1
            }
            #expect(count == 1)
            events += try Self.events(&scanner)
        }
        #expect(events == Self.expected)
    }

    @Test("appended to an output span")
    func initialized() throws {
        var scanner = Self.scanner()
        scanner.append { span in
            for byte in Self.stream { span.append(byte) }
        }
        #expect(try Self.events(&scanner) == Self.expected)
    }

    @Test("when reading fails, no byte is lost and none is made up")
    func failures() throws {
        var scanner = Self.scanner()
        #expect(throws: Failure.self) {
            unsafe try scanner.withFreeSpace { space throws(Failure) in
                unsafe space[0] = 0x2B
                throw Failure()
            }
        }
        let hasUnusedBytes = scanner.hasUnusedBytes
        #expect(!hasUnusedBytes)
        #expect(throws: Failure.self) {
            try scanner.append { span throws(Failure) in
                for byte in Self.stream.prefix(5) { span.append(byte) }
                throw Failure()
            }
        }
        let bytesReceived = scanner.statistics.bytesReceived
        #expect(bytesReceived == 5)
        scanner.append(copying: Self.stream.dropFirst(5))
        #expect(try Self.events(&scanner) == Self.expected)
    }

    @Test("a checked command says what reply it asks for")
    func command() throws {
        let command = try POP3Command("RETR", ["1"], reply: .message)
        #expect(command.bytes == Array("RETR 1\r\n".utf8))
        var scanner = ResponseScanner()
        scanner.expect(command.kind)
        let repliesDue = scanner.repliesDue
        #expect(repliesDue == 1)
    }
}
