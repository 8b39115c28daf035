import MIME
import POP3

/// The names and sizes of all attachments in a maildrop. However large they are, none is ever in memory whole.
func attachmentSizes(in session: POP3Session) async throws -> [String] {
    var lines: [String] = []
    var reader = MailReader()
    for try await event in session.retrieveInChunks(.all, threshold: 0) {
        guard case .chunk(let chunk) = event else { continue }
        var events = reader.receive(chunk.bytes)
        if chunk.isLast { events += reader.finish() }
        for case .attachmentEnded(let attachment) in events {
            lines.append("\(attachment.part.filename ?? "without a name"): \(attachment.size) octets")
        }
    }
    return lines
}
