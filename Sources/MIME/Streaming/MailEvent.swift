import MessageBuffers

/// What a mail that is read in pieces gives, as soon as it has come.
///
/// The header comes first, and each text when it has come whole. An attachment is `attachmentBegan`, its content in
/// pieces, and `attachmentEnded`; those of two attachments are never mixed, but texts and defects may come between.
public enum MailEvent: Sendable {
    /// The header of the mail, or that of a message in it that is shown in place, as `Mail` does it.
    case header(StreamedHeaders)
    /// A text or HTML that is to be read, whole.
    case text(StreamedText)
    case attachmentBegan(StreamedPart)
    /// The next octets of the content of the attachment that began last, without its transfer encoding.
    case attachmentContent(MessageBytes)
    case attachmentEnded(StreamedAttachment)
    /// Something that is wrong with structure, a header or a content. Ranges are those in the mail; nil for header
    /// fields.
    case defect(MIMEDefect)
}

/// The header of a message that is read in pieces.
public struct StreamedHeaders: MessageHeader {
    /// The message itself, as a part.
    public let part: StreamedPart
    public let limits: MIMELimits
    public var headers: HeaderFields { part.headers }
}

/// A text of a mail that is read in pieces.
public struct StreamedText: Sendable {
    public let part: StreamedPart
    /// The content, and how its octets were read.
    public let content: DecodedText

    public var isHTML: Bool { part.contentType.mediaType == "text/html" }
    /// With LF line ends, and format=flowed unwrapped. O(n).
    public var text: String { content.text }
}

/// What is known of an attachment when all of it has come.
public struct StreamedAttachment: Sendable {
    public let part: StreamedPart
    /// Of the content, in octets.
    public let size: Int
    /// How ``checksum`` was made (`MailOptions.checksumAlgorithm`).
    public let checksumAlgorithm: ChecksumAlgorithm
    /// Nil where the algorithm was not to be had.
    let digest: [UInt8]?

    /// The content's digest.
    ///
    /// - Throws: ``ChecksumError`` if OpenSSL does not provide the algorithm here.
    public var checksum: [UInt8] {
        get throws(ChecksumError) {
            guard let digest else { throw ChecksumError(algorithm: checksumAlgorithm) }
            return digest
        }
    }
}
