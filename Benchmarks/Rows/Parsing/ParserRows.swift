import MIME
import MIMEMimetic
import MessageBuffers
import ParsingWork

/// Both parsers by class of mail: the structure alone, and with everything read as `ReadingCount` has it.
///
/// For the structure the native parser does not go through the body of a mail that is no multipart, so that its rate
/// may be any.
enum ParserRows {
    /// Parses a mail, in the memory of the document of the one before where the parser can.
    private typealias Parse = @Sendable (MessageBytes, inout MIMEDocument) throws -> Void

    private static let parsers: [(name: String, parse: Parse)] = [
        ("native", { NativeMIMEParser().parse($0, into: &$1) }),
        ("mimetic", { $1 = try MimeticParser().parse($0) }),
    ]

    static let all = MailClass.all.flatMap { mailClass in
        parsers.flatMap { parser in
            [
                row("\(mailClass.name), \(parser.name), structure", mailClass) { mail, document, count in
                    try parser.parse(mail, &document)
                    count.leaves += document.partCount
                },
                row("\(mailClass.name), \(parser.name), all read", mailClass) { mail, document, count in
                    try parser.parse(mail, &document)
                    count.read(document)
                },
            ]
        }
    }

    private static func row(
        _ name: String, _ mailClass: MailClass,
        _ read: @escaping @Sendable (MessageBytes, inout MIMEDocument, inout ReadingCount) throws -> Void
    ) -> Row {
        Row(name) {
            let mails = mailClass.mails(octets: 4 << 20).map { MessageBytes($0) }
            var document = NativeMIMEParser().parse(MessageBytes(""), limits: MIMELimits())
            return Row.Work(octets: mails.reduce(0) { $0 + $1.count }) {
                var count = ReadingCount()
                for mail in mails { try read(mail, &document, &count) }
                return count.sum
            }
        }
    }
}
