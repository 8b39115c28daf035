import MessageBuffers
import Testing

@testable import POP3Wire

@Suite("Status lines and their response codes (RFC 1939 §3, RFC 2449 §8, RFC 3206)")
struct StatusLineTests {
    struct Case: Sendable {
        let line: String
        var allowsChallenge = false
        let indicator: StatusLine.Indicator?
        var text = ""
        var code: String? = nil
    }

    @Test(
        "is read as",
        arguments: [
            Case(line: "+OK", indicator: .ok),
            Case(line: "+OK ", indicator: .ok),
            Case(line: "+ok done", indicator: .ok, text: "done"),
            Case(line: "+OK  two", indicator: .ok, text: " two"),
            Case(line: "+OK\ttab", indicator: .ok, text: "\ttab"),
            Case(line: "-ERR", indicator: .error),
            Case(line: "-err no", indicator: .error, text: "no"),
            Case(line: "-ERR [IN-USE] locked", indicator: .error, text: "[IN-USE] locked", code: "IN-USE"),
            Case(line: "-ERR [sys/temp] wait", indicator: .error, text: "[sys/temp] wait", code: "SYS/TEMP"),
            Case(line: "-ERR [SYS/PERM/X]", indicator: .error, text: "[SYS/PERM/X]", code: "SYS/PERM/X"),
            Case(line: "+OK [AUTH]", indicator: .ok, text: "[AUTH]", code: "AUTH"),
            Case(line: "-ERR []", indicator: .error, text: "[]"),
            Case(line: "-ERR [IN USE] x", indicator: .error, text: "[IN USE] x"),
            Case(line: "-ERR [IN-USE", indicator: .error, text: "[IN-USE"),
            Case(line: "-ERR [[X]]", indicator: .error, text: "[[X]]"),
            Case(line: "-ERR see [AUTH]", indicator: .error, text: "see [AUTH]"),
            Case(line: "-ERR [\u{1B}]", indicator: .error, text: "[\u{1B}]"),
            Case(line: "+OKAY", indicator: nil),
            Case(line: "-ERROR", indicator: nil),
            Case(line: "OK", indicator: nil),
            Case(line: "", indicator: nil),
            Case(line: "+", indicator: nil),
            Case(line: "+ YQ==", indicator: nil),
            Case(line: "+", allowsChallenge: true, indicator: .challenge),
            Case(line: "+ ", allowsChallenge: true, indicator: .challenge),
            Case(line: "+ YQ==", allowsChallenge: true, indicator: .challenge, text: "YQ=="),
            Case(line: "+YQ==", allowsChallenge: true, indicator: nil),
            Case(line: "+OK YQ==", allowsChallenge: true, indicator: .ok, text: "YQ=="),
        ])
    func line(_ one: Case) {
        let status = StatusLine(MessageBytes(one.line), allowsChallenge: one.allowsChallenge)
        #expect(status?.indicator == one.indicator)
        #expect(status.map { String(decoding: $0.text) } ?? "" == one.text)
        #expect(status?.responseCode?.description == one.code)
    }

    @Test(
        "only what can pass is temporary",
        arguments: [
            ("[IN-USE]", true), ("[LOGIN-DELAY]", true), ("[SYS/TEMP]", true), ("[SYS/TEMP/DISK]", true),
            ("[SYS/PERM]", false), ("[SYS/TEMPLE]", false), ("[AUTH]", false), ("[X]", false),
        ])
    func temporary(_ code: String, _ isTemporary: Bool) {
        #expect(ResponseCode(MessageBytes(code))?.isTemporary == isTemporary)
    }
}
