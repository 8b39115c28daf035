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
        var bases: [Int: URIReference] = [:]
        var target = URIReference(link).resolved(against: base(of: self, &bases))
        target.fragment = nil
        var around = parent
        while let part = around {
            if part.kind == .multipart, part.record.subtype == .related {
                let found = part.descendants.first { candidate in
                    if let name { return candidate.contentID == name }
                    guard let location = candidate.location else { return false }
                    return location.resolved(against: base(of: candidate.parent, &bases)) == target
                }
                if let found { return found }
            }
            around = part.parent
        }
        return nil
    }

    /// Longer locations are no base for others: each part within would have one as long (RFC 9110 §4.1 asks for 8,000).
    private static let baseLimit = 8_000

    /// The part's own location as a URI.
    private var location: URIReference? { contentLocation.map { URIReference($0) } }

    /// The URI that relative ones in a part are meant against: the nearest Content-Location that is whole, or
    /// `thismessage:/` (RFC 2557 §5). `bases` are those that are known.
    private func base(of part: MIMEPart?, _ bases: inout [Int: URIReference]) -> URIReference {
        var chain: [MIMEPart] = []
        var current = part
        while let part = current, bases[part.index] == nil {
            chain.append(part)
            current = part.parent
        }
        var base = current.flatMap { bases[$0.index] } ?? URIReference("thismessage:/")
        for part in chain.reversed() {
            let own = part.location?.resolved(against: base)
            if let own, own.text.utf8.count <= Self.baseLimit { base = own }
            bases[part.index] = base
        }
        return base
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
