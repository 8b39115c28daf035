internal import ByteCoding
internal import Digests

/// The decoded contents of a document's leaves, and their digests where these are wanted, each made once.
struct LeafContents {
    struct Content {
        let body: DecodedBody
        /// In hexadecimal.
        let digest: String?
        /// The content as text, for what is text.
        let text: DecodedText?

        /// - Parameter hash: SHA-256, reused from leaf to leaf; nil if no digest is wanted or there is none.
        init(_ part: MIMEPart, digest hash: RunningDigest?) {
            let body = part.decodedBody()
            self.body = body
            digest = hash.map { Hexadecimal.string($0.digest(of: body.bytes.span)) }
            let type = part.mediaTypeName
            let isText = type.isText || type.isEqual("message", "delivery-status")
            text = isText ? DecodedText(part.textType, body) : nil
        }
    }

    private let contents: [Content?]

    /// - Parameter hash: see ``Content``.
    init(_ document: MIMEDocument, digests hash: RunningDigest?) {
        contents = document.parts.map { $0.kind == .leaf ? Content($0, digest: hash) : nil }
    }

    subscript(part: MIMEPart) -> Content? { contents[part.index] }
}
