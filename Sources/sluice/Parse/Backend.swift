import ArgumentParser
import MIME
import MIMEMimetic
import MailDelivery
internal import MailStores

/// A MIME parser by its name.
enum Backend: String, ExpressibleByArgument, CaseIterable {
    case native
    case mimetic

    func parse(_ message: MessageBytes) throws(MIMEError) -> MIMEDocument {
        switch self {
        case .native: try NativeMIMEParser().parse(message)
        case .mimetic: try MimeticParser().parse(message)
        }
    }

    /// The sink that writes a line of JSON for each message.
    func jsonLinesSink(path: String) throws(SinkError) -> JSONLinesSink {
        try JSONLinesSink(path: path) { (input, line) throws(SinkError) in
            do throws(MIMEError) {
                let mail = Mail(try parse(input.message))
                mail.writeJSON(
                    source: input.origin.source, fullSize: input.isTruncated ? input.size : nil, into: &line)
            } catch {
                throw .notDescribed(reason: "\(error)")
            }
        }
    }
}

extension MessageOrigin {
    /// What JSON names as the message's source.
    var source: String {
        "\(account)/" + (uidl.map { String(decoding: $0, as: UTF8.self) } ?? String(number))
    }
}
