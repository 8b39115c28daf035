/// The decoded contents of a document's leaves, and their digests where these are wanted, each made once.
struct LeafContents {
    struct Content {
        let body: DecodedBody
        let digest: String?
        /// The content as text, for what is text.
        let text: DecodedText?

        init(_ part: MIMEPart, withDigest: Bool) {
            body = part.decodedBody()
            digest = withDigest ? SHA256.hexadecimal(body.bytes) : nil
            let type = part.mediaTypeName
            let isText = type.isText || type.isEqual("message", "delivery-status")
            text = isText ? DecodedText(part.textType, body) : nil
        }
    }

    private let contents: [Content?]

    init(_ document: MIMEDocument, withDigests: Bool) {
        contents = document.parts.map { $0.kind == .leaf ? Content($0, withDigest: withDigests) : nil }
    }

    subscript(part: MIMEPart) -> Content? { contents[part.index] }
}
