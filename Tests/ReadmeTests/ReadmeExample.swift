import MIME
import POP3

/// Shows who wrote what, and leaves the maildrop as it is.
func showMaildrop(
    at endpoint: POP3Endpoint, as credential: POP3Credential, configuration: POP3Configuration = POP3Configuration()
) async throws -> [String] {
    let session = try await POP3Session.connect(to: endpoint, configuration: configuration)
    try await session.authenticate(credential)
    var lines: [String] = []
    for try await message in session.retrieve(.all) {
        let mail = try Mail(message.bytes)
        lines.append("\(mail.from.text): \(mail.subject ?? "(no subject)"), \(mail.attachments.count) attachments")
    }
    try await session.quit()
    return lines
}
