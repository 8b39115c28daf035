import POP3Sandbox
import Testing

/// Runs a conversation against a session and compares what it says, line by line.
///
/// `C:` lines are sent with CRLF, `S:` lines are expected; `A:` lines are expected actions other than writing.
func converse(
    _ script: String, messages: [String] = standardMessages,
    configuration change: (inout SandboxConfiguration) -> Void = { _ in }, account: SandboxAccount? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    var configuration = SandboxConfiguration()
    configuration.offersAPOP = false
    change(&configuration)
    let account = account ?? makeAccount(messages)
    var session = SandboxSession(accounts: [account], configuration: configuration)
    var said: [String] = []
    var expected: [String] = []
    var pending: [UInt8] = []
    func drain() {
        while let action = session.nextAction() {
            switch action {
            case .write(let bytes), .writeSingly(let bytes, _): pending += bytes
            case .startTLS:
                said += lines(&pending) + ["A: startTLS"]
                session.startedTLS(channelBinding: nil, clientCommonName: nil)
            case .close: said += lines(&pending) + ["A: close"]
            case .flush, .pause: break
            }
        }
        said += lines(&pending)
    }
    drain()
    for line in script.split(separator: "\n").map(String.init) {
        if line.hasPrefix("C: ") {
            session.receive(Array((line.dropFirst(3) + "\r\n").utf8))
            drain()
        } else {
            expected.append(line.hasPrefix("S:") && line.count < 4 ? "S: " : line)
        }
    }
    #expect(said == expected, sourceLocation: sourceLocation)
}

let standardMessages = [
    "Subject: one\r\n\r\nfirst\r\n", "Subject: two\r\n\r\n.dot\r\n\r\n..\r\n", "Subject: three\r\n\r\nno end",
]

func makeAccount(_ messages: [String] = standardMessages) -> SandboxAccount {
    SandboxAccount(
        user: "user", password: "pass word", token: "token",
        maildrop: MemoryMaildrop(messages.map { Array($0.utf8) }, uids: messages.indices.map { "id\($0 + 1)" }))
}

private func lines(_ bytes: inout [UInt8]) -> [String] {
    defer { bytes.removeAll() }
    guard !bytes.isEmpty else { return [] }
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return lines.map { "S: " + $0 }
}
