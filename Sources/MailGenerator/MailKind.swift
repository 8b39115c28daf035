/// A kind of mail that the generator makes.
package enum MailKind: String, CaseIterable, Sendable, Hashable {
    /// Plain ASCII text of `MailSizes.short` bytes.
    case short
    /// multipart/alternative of quoted-printable text and HTML.
    case newsletter
    /// multipart/mixed with base64 attachments.
    case attachments
    /// Forwards within forwards: message/rfc822, several levels deep.
    case forwards
    /// A text in one of many charsets, with encoded-words (RFC 2047) in the header.
    case charsets
    /// File names in RFC 2231's continuations and charsets.
    case parameters
    /// Lines of dots, lines that begin with dots, a dot alone.
    case dots
    /// Lines far beyond the 998 bytes of RFC 5322 §2.1.1.
    case longLines = "long-lines"
    /// Hundreds of header fields, some folded.
    case manyHeaders = "many-headers"
    /// Undeclared 8-bit bytes in header and body.
    case eightBit = "8bit"
    /// NUL bytes in the body.
    case nul
    /// LF and CR alone, some followed by a dot.
    case bareLineEnds = "bare-line-ends"
    /// No line end after the last line.
    case noFinalNewline = "no-final-newline"
    /// A header and nothing else.
    case emptyBody = "empty-body"
    /// An invitation (text/calendar).
    case calendar
    /// multipart/signed.
    case signed
    /// A delivery report (multipart/report, RFC 3464).
    case report
    /// multipart/digest.
    case digest
}
