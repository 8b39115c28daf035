import ByteKernels

/// What the type of a text part says about how to read it.
struct TextType: Hashable {
    private(set) var charset: Charset?
    private(set) var isHTML = false
    /// Whether the lines of its paragraphs were cut, and whether the space at the cut goes (RFC 3676).
    private(set) var isFlowed = false
    private(set) var deletesSpace = false

    /// The type of a part that says nothing.
    init() {}

    init(_ type: ContentType) {
        charset = type[parameter: "charset"]?.nonEmpty.map { Charset($0) }
        isHTML = type.subtype == "html"
        isFlowed = type.mediaType == "text/plain" && type[parameter: "format"]?.lowercased() == "flowed"
        deletesSpace = type[parameter: "delsp"]?.lowercased() == "yes"
    }

    /// Reads a field's value; nil where it has no type and subtype. No memory is taken for a common charset.
    init?(_ value: MessageBytes, limit: Int) {
        guard let name = MediaTypeName(value) else { return nil }
        self.init()
        isHTML = name.subtype.isEqualWithoutCase(to: "html")
        var reader = ParameterReader(name.end)
        var seen = (charset: false, format: false, delsp: false)
        var count = 0
        while count < limit, let parameter = reader.next() {
            count += 1
            let written = value[parameter.name]
            // The pieces of RFC 2231 have to be put together first.
            if written.bytes.contains(UInt8(ascii: "*")) {
                guard let type = ContentType(value) else { return nil }
                self = TextType(type)
                return
            }
            // Of equal names the first counts.
            if !seen.charset, written.isEqualWithoutCase(to: "charset") {
                seen.charset = true
                charset = parameter.value.isEmpty ? nil : Charset(written: parameter.value)
            } else if !seen.format, written.isEqualWithoutCase(to: "format") {
                seen.format = true
                isFlowed = parameter.value.isEqualWithoutCase(to: "flowed") && name.isEqual("text", "plain")
            } else if !seen.delsp, written.isEqualWithoutCase(to: "delsp") {
                seen.delsp = true
                deletesSpace = parameter.value.isEqualWithoutCase(to: "yes")
            }
        }
    }

    /// The charset of octets that are their own UTF-8: what is declared, or UTF-8 where nothing is and nothing else
    /// could say another. Nil where a closer look has to be taken.
    func plainCharset(of octets: MessageBytes) -> Charset? {
        unsafe octets.withUnsafeBytes { bytes in
            guard let charset else {
                // An escape may begin a stateful charset; HTML may name its own; a mark is no part of the text.
                let hasEscape = unsafe ByteKernels.index(of: 0x1B, in: bytes) < bytes.count
                return unsafe !isHTML && !hasEscape && Self.isUTF8WithoutMark(bytes) ? .utf8 : nil
            }
            switch charset {
            case .utf8: return unsafe Self.isUTF8WithoutMark(bytes) ? charset : nil
            case .ascii, .latin1, .windows1252: return unsafe ByteKernels.isASCII(bytes) ? charset : nil
            default: return nil
            }
        }
    }

    private static func isUTF8WithoutMark(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let hasMark = unsafe bytes.count >= 2 && bytes[0] >= 0xEF
        return unsafe !hasMark && ByteKernels.isUTF8(bytes)
    }
}

extension MIMEPart {
    /// What the part's type says about how to read its text.
    var textType: TextType {
        if let field = headers.first("content-type"),
            let type = TextType(field.rawValue, limit: MIMELimits().parametersPerField)
        {
            return type
        }
        return TextType()
    }
}
