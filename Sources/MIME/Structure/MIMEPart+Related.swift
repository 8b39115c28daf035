extension MIMEPart {
    /// Where the content was to be had when it was sent (RFC 2557 §4.2), without the white space of folding; nil
    /// without a Content-Location.
    public var contentLocation: String? {
        headers.first(literal: "content-location")?.text.filter { !$0.isWhitespace }.nonEmpty
    }

    /// The part that a link in this one leads to: `cid:` by its Content-ID (RFC 2392), any other by its
    /// Content-Location, both resolved where they are relative (RFC 2557 §5, §8).
    ///
    /// Parts of the nearest multipart/related around this one come first, then those of the ones around that. Nil where
    /// there is none. O(parts · depth).
    public func related(to link: String) -> MIMEPart? {
        let link = link.filter { !$0.isWhitespace }
        let name = link.lowercased().hasPrefix("cid:") ? InlineImages.decodedName(link.dropFirst(4)) : nil
        var target = URIReference(link).resolved(against: base(including: true))
        target.fragment = nil
        var around = parent
        while let part = around {
            if part.kind == .multipart, part.contentType.subtype == "related" {
                let found = part.descendants.first { candidate in
                    if let name { return candidate.contentID == name }
                    guard let location = candidate.contentLocation else { return false }
                    return URIReference(location).resolved(against: candidate.base(including: false)) == target
                }
                if let found { return found }
            }
            around = part.parent
        }
        return nil
    }

    /// The URI that relative ones in the part are meant against: the nearest Content-Location that is whole, or
    /// `thismessage:/` (RFC 2557 §5).
    private func base(including isOwn: Bool) -> URIReference {
        var chain: [URIReference] = []
        var part = isOwn ? self : parent
        while let current = part {
            if let location = current.contentLocation {
                chain.append(URIReference(location))
                if chain.last?.scheme != nil { break }
            }
            part = current.parent
        }
        return chain.reversed().reduce(URIReference("thismessage:/")) { $1.resolved(against: $0) }
    }

    /// The parts within this one, in document order, but for those of embedded messages.
    private var descendants: [MIMEPart] {
        var descendants: [MIMEPart] = []
        var index = index + 1
        while index < document.partCount, document.record(index).depth > record.depth {
            let part = MIMEPart(document: document, index: index)
            descendants.append(part)
            index += 1
            guard part.kind == .message else { continue }
            while index < document.partCount, document.record(index).depth > part.record.depth { index += 1 }
        }
        return descendants
    }
}
