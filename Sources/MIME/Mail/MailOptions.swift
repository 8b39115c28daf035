/// How `Mail` makes text and attachments of a document. How much a message may hold at all is bounded by `MIMELimits`:
/// size of headers (`headerBytes`), number of parts (`parts`) and more.
public struct MailOptions: Sendable {
    /// Makes no text of HTML where a message has no plain text.
    public var skipsHTMLToText = false
    /// Makes no HTML of text.
    public var skipsTextToHTML = false
    /// Leaves URLs and addresses in text as they are when it becomes HTML.
    public var skipsTextLinks = false
    /// Leaves `cid:` links in HTML instead of putting the images there as data URIs.
    public var keepsCIDLinks = false
    /// The most octets that images may add to HTML as data URIs; links beyond stay. A page may name one image any
    /// number of times.
    public var inlinedImageBytes = 32 * 1024 * 1024
    /// Treats message/delivery-status as an attachment instead of as text.
    public var keepsDeliveryStatus = false
    /// Treats every embedded message as an attachment.
    public var ignoresEmbeddedMessages = false
    /// The most octets of HTML to make text of; the text ends there.
    public var htmlLengthToConvert = 1024 * 1024
    /// Writes the dates of embedded messages that are shown in place; otherwise they are as they came.
    public var formatDate: (@Sendable (MailDate) -> String)?
    /// How the checksums of attachments are made.
    public var checksumAlgorithm = ChecksumAlgorithm.sha256

    public init() {}

    /// Puts no images into HTML; mailparser's other name for keeping `cid:` links.
    public var skipsInlineImages: Bool {
        get { keepsCIDLinks }
        set { keepsCIDLinks = newValue }
    }
}
