/// The charset that an HTML page names in itself: `<meta charset>` or `<meta http-equiv=content-type>` (HTML Living
/// Standard §13.2.3.2).
enum HTMLMetaCharset {
    /// Where the standard has it stand.
    private static let window = 1024

    /// Nil where there is none in the first 1,024 octets. UTF-16 cannot be what a page says that can be read this far:
    /// it counts as UTF-8.
    static func find(in octets: [UInt8]) -> Charset? {
        var tokenizer = HTMLTokenizer(Array(octets.prefix(window)))
        while let token = tokenizer.next() {
            guard case .tag(let tag) = token, tag.name == .meta, !tag.isClosing else { continue }
            guard let name = tokenizer.attribute("charset", of: tag) ?? httpEquivalent(tokenizer, tag) else { continue }
            let charset = Charset(name)
            return charset.name.hasPrefix("utf-16") ? .utf8 : charset
        }
        return nil
    }

    private static func httpEquivalent(_ tokenizer: HTMLTokenizer, _ tag: HTMLTokenizer.Tag) -> String? {
        guard tokenizer.attribute("http-equiv", of: tag)?.lowercased() == "content-type",
            let content = tokenizer.attribute("content", of: tag)
        else { return nil }
        return ContentType(MessageBytes(content))?[parameter: "charset"]?.nonEmpty
    }
}
