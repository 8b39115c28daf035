/// How large generated mails are.
package struct MailSizes: Sendable, Hashable {
    /// Bytes of a `short` mail, header included; it is met to within a line.
    package var short = 4096
    /// Bytes of one attachment before base64.
    package var attachment = 1024...96 * 1024
    /// Bytes of a long line.
    package var longLine = 1000...40_000
    package var headerFields = 200...600
    /// Bytes of the fields that servers put before a mail's header; none for 0. It is met to within a field.
    package var trace = 0
    /// Bytes of a newsletter's plain text.
    package var newsletterText = 500...6000
    /// Links of a newsletter's HTML, each a paragraph.
    package var newsletterLinks = 3...20
    /// Levels of forwards.
    package var depth = 2...6

    package init() {}
}
