/// How large generated mails are.
package struct MailSizes: Sendable, Hashable {
    /// Octets of a `short` mail, header included; it is met to within a line.
    package var short = 4096
    /// Octets of one attachment before base64.
    package var attachment = 1024...96 * 1024
    /// Octets of a long line.
    package var longLine = 1000...40_000
    package var headerFields = 200...600
    /// Octets of the fields that servers put before a mail's header; none for 0. It is met to within a field.
    package var trace = 0
    /// Octets of a newsletter's plain text.
    package var newsletterText = 500...6000
    /// Links of a newsletter's HTML, each a paragraph.
    package var newsletterLinks = 3...20
    /// Levels of forwards.
    package var depth = 2...6

    package init() {}
}
