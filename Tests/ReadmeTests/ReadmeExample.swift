import MIME
import POP3

/// Shows who wrote what, and leaves the maildrop as it is.
func showMaildrop(
    at endpoint: POP3Endpoint, as credential: POP3Credential, configuration: POP3Configuration = POP3Configuration()
) async throws -> [String] {
    try await withPOP3Session(to: endpoint, as: credential, configuration: configuration) { session in
        var lines: [String] = []
        for try await message in session.retrieve(.all) {
            let mail = try Mail(message.bytes)
            lines.append("\(mail.from.text): \(mail.subject ?? "(no subject)"), \(mail.attachments.count) attachments")
        }
        return lines
    }
}
