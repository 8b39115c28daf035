/// Images that HTML refers to by `cid:` (RFC 2392), put into it as data URIs.
enum InlineImages {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func embed(in html: String, from attachments: [Attachment]) -> String {
        let pieces = html.split(separator: "cid:", omittingEmptySubsequences: false)
        guard pieces.count > 1 else { return html }
        var images: [String: Attachment] = [:]
        for attachment in attachments {
            if let id = attachment.contentID, attachment.contentType.hasPrefix("image/") { images[id] = attachment }
        }
        guard !images.isEmpty else { return html }
        var result = String(pieces[0])
        for piece in pieces.dropFirst() {
            let id = piece.prefix { !"\"'<>) ".contains($0) && !$0.isWhitespace }
            if let image = images[String(id)] {
                result += "data:\(image.contentType);base64,\(base64(image.content))" + piece[id.endIndex...]
            } else {
                result += "cid:" + piece
            }
        }
        return result
    }

    static func base64(_ bytes: MessageBytes) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0) }
            for place in 0..<4 {
                text.append(place <= count ? alphabet[Int(group >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
