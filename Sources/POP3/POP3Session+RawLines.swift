import MessageBuffers
import POP3Wire

extension POP3Session {
    /// Sends a command whose reply has lines up to a dot, and gives each to `body` as it was sent, unstuffed and without
    /// its end: a listing is never held as a whole.
    package func lines(of keyword: String, _ body: @Sendable (MessageBytes) -> Void) async throws(POP3Error) {
        try await exclusively { () async throws(POP3Error) in try await readAllLines(of: keyword, body) }
    }

    private func readAllLines(
        of keyword: String, _ body: @Sendable (MessageBytes) -> Void
    ) async throws(POP3Error) {
        let command = try POP3Command.checked(keyword, reply: .lines)
        let status = try await perform(command)
        guard status.isOK else { throw refusal(status, command.text) }
        let limit = configuration.limits.listingEntries
        var count = 0
        try await readLines(command.text) { line throws(POP3Error) in
            guard count < limit else { throw POP3Error(.listingTooLong(limit: limit), command: keyword) }
            count += 1
            body(line)
        }
    }
}
