import MIME
import MessageBuffers

/// The readers of header fields: values in the form that nearly all have, and in the forms that make work.
///
/// A field is looked up in a parsed header that holds nothing else, so that little but the reading counts.
enum HeaderRows {
    static let all =
        rows("addresses", AddressValues.self) { $0.addresses("from").count }
        + rows("dates", DateValues.self) { $0.date?.year ?? 0 }
        + rows("content types", ContentTypeValues.self) { $0.document.root.contentType.parameters.count }
        + rows("encoded-words", SubjectValues.self) { $0.subject?.utf8.count ?? 0 }
        + rows("Received", ReceivedValues.self) { $0.received.reduce(0) { $0 + ($1.date?.year ?? 0) } }
        + rows("message ids", MessageIDValues.self) { $0.references.count }

    private static func rows(
        _ name: String, _ values: any HeaderValues.Type, _ read: @escaping @Sendable (Mail) -> Int
    ) -> [Row] {
        [
            row("\(name), plain, \(values.plain.count) fields", values.field, values.plain, read),
            row("\(name), awkward, \(values.awkward.count) fields", values.field, values.awkward, read),
        ]
    }

    private static func row(
        _ name: String, _ field: String, _ values: [String], _ read: @escaping @Sendable (Mail) -> Int
    ) -> Row {
        Row(name, isShort: true) {
            let mails = values.map { value in
                Mail(NativeMIMEParser().parse(MessageBytes("\(field): \(value)\r\n\r\n"), limits: MIMELimits()))
            }
            return Row.Work(octets: values.reduce(0) { $0 + $1.utf8.count }) {
                mails.reduce(0) { $0 + read($1) }
            }
        }
    }
}

/// Values of one field.
protocol HeaderValues {
    static var field: String { get }
    /// In the form that nearly all have.
    static var plain: [String] { get }
    /// In obsolete forms, folded, encoded, with comments, or not as they should be.
    static var awkward: [String] { get }
}
