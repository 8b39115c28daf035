/// How `Mail` makes text and attachments of a document.
public struct MailOptions: Sendable, Hashable {
    /// Makes no text of HTML where a message has no plain text.
    public var skipsHTMLToText = false
    /// Makes no HTML of text.
    public var skipsTextToHTML = false
    /// Leaves URLs and addresses in text as they are when it becomes HTML.
    public var skipsTextLinks = false
    /// Leaves `cid:` links in HTML instead of putting the images there as data URIs.
    public var keepsCIDLinks = false
    /// Treats message/delivery-status as an attachment instead of as text.
    public var keepsDeliveryStatus = false
    /// Treats every embedded message as an attachment.
    public var ignoresEmbeddedMessages = false
    /// The most characters of HTML to make text of.
    public var htmlLengthToConvert = 1024 * 1024

    public init() {}
}
