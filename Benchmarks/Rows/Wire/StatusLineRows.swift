import POP3Wire

/// Replies of one line.
enum StatusLineRows {
    private static let count = 10_000

    static let all = [
        row("10,000 status lines of +OK", "+OK 4096 octets\r\n"),
        row("10,000 status lines of -ERR with a response code", "-ERR [SYS/TEMP] try again later\r\n"),
    ]

    private static func row(_ name: String, _ line: String) -> Row {
        Row(name) {
            let bytes = Array(String(repeating: line, count: count).utf8)
            let stream = WireStream(bytes, replies: Array(repeating: (.status, nil), count: count))
            return Row.Work(octets: stream.count, prepare: stream.prepare) {
                var found = 0
                try stream.scan { event in
                    if case .status(let status) = event, status.isOK || status.responseCode?.isTemporary ?? false {
                        found += 1
                    }
                }
                return try WrongResult.check(found, count)
            }
        }
    }
}
