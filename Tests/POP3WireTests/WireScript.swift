import Testing

@testable import POP3Wire

/// A server's side of a session and the replies that the client waits for.
struct WireScript: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let replies: [Reply]
    let stream: [UInt8]

    /// Each line of `wire` begins with `S: ` and is sent with CRLF after it; «NUL» and the like stand for bytes.
    init(_ name: String, _ replies: [Reply], _ wire: String) {
        testDescription = name
        self.replies = replies
        stream = wire.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            Self.bytes(line.dropFirst(line.hasPrefix("S: ") ? 3 : 2)) + [0x0D, 0x0A]
        }
    }

    init(_ name: String, _ replies: [Reply], bytes: [UInt8]) {
        testDescription = name
        self.replies = replies
        stream = bytes
    }

    /// The bytes of `text`, where «LF», «CR», «NUL» and «FF» stand for themselves.
    static func bytes(_ text: some StringProtocol) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text[...]
        let names: [(String, UInt8)] = [("«LF»", 0x0A), ("«CR»", 0x0D), ("«NUL»", 0x00), ("«FF»", 0xFF)]
        while let character = rest.first {
            if let (name, byte) = names.first(where: { rest.hasPrefix($0.0) }) {
                bytes.append(byte)
                rest = rest.dropFirst(name.count)
            } else {
                bytes += Array(String(character).utf8)
                rest = rest.dropFirst()
            }
        }
        return bytes
    }

    static let all = [
        WireScript(
            "status lines", [Reply(.status), Reply(.status), Reply(.status)],
            "S: +OK ready\nS: -ERR [IN-USE] no\nS: +OK"),
        WireScript(
            "challenges", [Reply(.status), Reply(.challenge), Reply(.challenge), Reply(.challenge)],
            "S: +OK\nS: + cGFzcw==\nS: +\nS: +OK in"),
        WireScript(
            "listings", [Reply(.lines), Reply(.lines), Reply(.status)],
            "S: +OK\nS: 1 120\nS: ..odd\nS: \nS: 2 .x\nS: .\nS: -ERR none\nS: +OK"),
        WireScript(
            "a message with stuffing", [Reply(.message), Reply(.status)],
            "S: +OK\nS: a: b\nS: \nS: ..\nS: ...c\nS: d.\nS: .\nS: +OK"),
        WireScript(
            "dots only", [Reply(.message), Reply(.message), Reply(.status)],
            "S: +OK\nS: ..\nS: ..\nS: .\nS: +OK\nS: ....\nS: .\nS: +OK"),
        WireScript("an empty message", [Reply(.message), Reply(.message)], "S: +OK\nS: .\nS: +OK\nS: \nS: ."),
        WireScript(
            "bare line feeds end no line", [Reply(.message), Reply(.status)],
            "S: +OK\nS: a«LF».«LF»b«LF».\nS: «LF».\nS: x«LF»..«LF».y\nS: .\nS: +OK"),
        WireScript(
            "bare returns end no line", [Reply(.message), Reply(.status)],
            "S: +OK\nS: a«CR».«CR»b\nS: «CR»\nS: ..«CR»\nS: ..«CR»«CR»\nS: .\nS: +OK"),
        WireScript(
            "NUL and 8-bit bytes", [Reply(.message), Reply(.message)],
            "S: +OK «FF»\nS: «NUL»\nS: ..«NUL»«FF»\nS: .\nS: +OK\nS: «FF»\nS: ."),
        WireScript(
            "dots within lines", [Reply(.message), Reply(.status)],
            "S: +OK\nS: a.\nS: .. .\nS: a . b\nS: .\nS: +OK"),
    ]
}
