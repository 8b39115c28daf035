internal import ByteCoding

/// Images that HTML refers to by `cid:` (RFC 2392), put into it as data URIs (RFC 2397).
enum InlineImages {
    private static let scheme = Array("cid:".utf8)
    /// Longer names are none of a Content-ID.
    private static let nameLimit = 256

    /// `html` is UTF-8. References beyond `limit` octets of data URIs, and those to no image, stay as they are.
    /// O(`html` + `limit` + attachments).
    static func embed(in html: [UInt8], from attachments: [Attachment], limit: Int) -> [UInt8] {
        let references = references(in: html)
        guard !references.isEmpty else { return html }
        var images: [String: Attachment] = [:]
        for attachment in attachments {
            if let id = attachment.contentID, isImage(attachment.contentType), images[id] == nil {
                images[id] = attachment
            }
        }
        var result: [UInt8] = []
        var start = 0
        var room = limit
        // What was made of the images so far, nil for one that has no room any more: a page may name any number of them
        // in turn, and each is decoded once.
        var made: [String: [UInt8]?] = [:]
        for reference in references {
            let name = html[(reference.lowerBound + scheme.count)..<reference.upperBound]
            let id = String(decoding: PercentEncoding.decode(HTMLReferences.replaced(in: name)), as: UTF8.self)
            guard let image = images[id] else { continue }
            let known = made[id] ?? uri(of: image, room)
            made.updateValue(known, forKey: id)
            guard let uri = known, uri.count <= room else { continue }
            room -= uri.count
            result += html[start..<reference.lowerBound]
            result += uri
            start = reference.upperBound
        }
        return start == 0 ? html : result + html[start...]
    }

    /// The image as a data URI; nil where that has no room.
    private static func uri(of image: Attachment, _ room: Int) -> [UInt8]? {
        let content = image.content
        guard content.count / 3 * 4 <= room else { return nil }
        return Array("data:\(image.contentType);base64,".utf8) + Base64.encode(content)
    }

    /// Where `cid:` and a name stand, behind no letter or digit.
    private static func references(in html: [UInt8]) -> [Range<Int>] {
        var references: [Range<Int>] = []
        var index = 3
        while index < html.count {
            defer { index += 1 }
            guard html[index] == UInt8(ascii: ":"),
                scheme.elementsEqual(html[(index - 3)...index].lazy.map(\.asciiLowercased)),
                index < 4 || !(html[index - 4].isLetter || html[index - 4].isDigit)
            else { continue }
            var end = index + 1
            while end < html.count, html[end] > 0x20, !"\"'<>)".utf8.contains(html[end]) { end += 1 }
            if end > index + 1, end - index <= nameLimit { references.append((index - 3)..<end) }
            index = end - 1
        }
        return references
    }

    /// Whether the type is one of an image, and may stand in HTML as it is.
    private static func isImage(_ type: String) -> Bool {
        type.hasPrefix("image/")
            && type.utf8.dropFirst(6).allSatisfy { $0.isLetter || $0.isDigit || "+-.".utf8.contains($0) }
    }

    /// A Content-ID as a URL has it.
    static func decodedName(_ name: Substring) -> String {
        String(decoding: PercentEncoding.decode(name.utf8), as: UTF8.self)
    }
}
