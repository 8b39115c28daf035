import SASL

/// Plays the server's part of a written exchange and notes what the client said.
///
/// Lines are as on the wire: `C:` is what the client has to send, `S:` what the server answers.
struct Transcript {
    private let expected: [String]
    private let replies: [AuthenticationReply]

    init(_ text: String) {
        let lines = text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
        expected = lines.filter { $0.hasPrefix("C:") }.map { String($0.dropFirst(2).drop { $0 == " " }) }
        replies = lines.filter { $0.hasPrefix("S:") }.map { Self.reply(String($0.dropFirst(2).drop { $0 == " " })) }
    }

    static func reply(_ line: String) -> AuthenticationReply {
        if line.hasPrefix("+OK") { return .success(Array(line.dropFirst(4).utf8)) }
        if line.hasPrefix("+") { return .challenge(Array(line.dropFirst(2).utf8)) }
        let text = line.dropFirst(5)
        guard text.hasPrefix("["), let end = text.firstIndex(of: "]") else {
            return .failure(code: nil, text: Array(text.utf8))
        }
        return .failure(
            code: String(text[text.index(after: text.startIndex)..<end]),
            text: Array(text[text.index(after: end)...].drop { $0 == " " }.utf8))
    }

    struct Outcome: Equatable {
        var sent: [String] = []
        var error: AuthenticationError?
        var quirks: [AuthenticationQuirk] = []
    }

    /// What was meant to be said.
    func outcome(_ error: AuthenticationError? = nil, quirks: [AuthenticationQuirk] = []) -> Outcome {
        Outcome(sent: expected, error: error, quirks: quirks)
    }

    /// What is said.
    func play(_ exchange: () throws(AuthenticationError) -> AuthenticationExchange) -> Outcome {
        var outcome = Outcome()
        do throws(AuthenticationError) {
            var exchange = try exchange()
            defer { outcome.quirks = exchange.quirks }
            var next: AuthenticationLine? = try exchange.begin()
            for reply in replies {
                guard let line = next else { break }
                outcome.sent.append(line.text)
                next = try exchange.receive(reply)
            }
            if let next { outcome.sent.append(next.text) }
        } catch {
            outcome.error = error
        }
        return outcome
    }
}

extension AuthenticationLine {
    /// The line without its CRLF.
    var text: String { String(decoding: bytes.dropLast(2), as: UTF8.self) }
}

extension AuthenticationOffer {
    static func sasl(_ mechanisms: String..., greeting: String = "", user: Bool = false) -> AuthenticationOffer {
        AuthenticationOffer(
            mechanisms: mechanisms, acceptsUser: user, greeting: Array(greeting.utf8), host: "server.example.com",
            port: 143)
    }
}
