@testable import POP3Wire

/// What a scan gives, by value, with the chunks of a streamed message joined.
enum Finding: Equatable, Sendable {
    case status(StatusLine.Indicator, [UInt8])
    case line([UInt8])
    case endOfLines
    case message([UInt8])
    /// The chunks of a message whose end has not come.
    case chunks([UInt8])
    case error(WireError)
}

/// A reply that is waited for.
struct Reply: Sendable {
    var kind: ResponseKind
    var size: Int?

    init(_ kind: ResponseKind, size: Int? = nil) {
        self.kind = kind
        self.size = size
    }
}

/// Reads a stream as RFC 1939 §3 describes it: whole lines, one after the other, each copied.
struct ReferenceScanner {
    private var rest: ArraySlice<UInt8>

    private init(_ stream: [UInt8]) { rest = stream[...] }

    static func findings(in stream: [UInt8], for replies: [Reply]) -> [Finding] {
        var scanner = ReferenceScanner(stream)
        var findings: [Finding] = []
        for reply in replies {
            guard let line = scanner.line() else { break }
            let (indicator, text) = status(line)
            findings.append(.status(indicator, text))
            guard indicator == .ok, reply.kind == .lines || reply.kind == .message else { continue }
            let (lines, isComplete) = scanner.body()
            if reply.kind == .lines {
                findings += lines.map { .line($0) } + (isComplete ? [.endOfLines] : [])
            } else if isComplete {
                findings.append(.message(joined(lines)))
            }
        }
        return findings
    }

    /// The message that `stream` begins with, and what follows its terminator; nil if it has none.
    static func message(in stream: [UInt8]) -> (message: [UInt8], rest: [UInt8])? {
        var scanner = ReferenceScanner(stream)
        let (lines, isComplete) = scanner.body()
        return isComplete ? (joined(lines), Array(scanner.rest)) : nil
    }

    private static func joined(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + [0x0D, 0x0A] } }

    /// The lines up to the final dot, without stuffing dots and CRLF, and whether that dot has come.
    private mutating func body() -> (lines: [[UInt8]], isComplete: Bool) {
        var lines: [[UInt8]] = []
        while let line = line() {
            if line == [0x2E] { return (lines, true) }
            lines.append(line.first == 0x2E ? Array(line.dropFirst()) : line)
        }
        return (lines, false)
    }

    /// The next line without its CRLF.
    private mutating func line() -> [UInt8]? {
        var line: [UInt8] = []
        for index in rest.indices {
            line.append(rest[index])
            if endsLine(line) {
                rest = rest[(index + 1)...]
                return line.dropLast(2)
            }
        }
        return nil
    }

    private static func status(_ line: [UInt8]) -> (StatusLine.Indicator, [UInt8]) {
        let words: [(StatusLine.Indicator, String)] = [(.ok, "+OK"), (.error, "-ERR"), (.challenge, "+")]
        for (indicator, word) in words where line.starts(with: word.utf8) {
            let text = line.dropFirst(word.utf8.count)
            return (indicator, Array(text.first == 0x20 ? text.dropFirst() : text))
        }
        preconditionFailure("the reference is for well-formed status lines")
    }
}

/// What a server does to a message before it sends it (RFC 1939 §3): dots doubled, a missing last line end added.
func stuffed(_ message: [UInt8]) -> [UInt8] {
    var wire: [UInt8] = []
    var startsLine = true
    for byte in message + (message.isEmpty || endsLine(message) ? [] : [0x0D, 0x0A]) {
        if startsLine, byte == 0x2E { wire.append(0x2E) }
        wire.append(byte)
        startsLine = endsLine(wire)
    }
    return wire + Array(".\r\n".utf8)
}

/// Whether the bytes end with CRLF.
private func endsLine(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 2 && bytes[bytes.count - 2] == 0x0D && bytes[bytes.count - 1] == 0x0A
}
