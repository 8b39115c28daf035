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
        if let plain = unsafe value.withUnsafeBytes({ unsafe Self.plain($0, limit: limit) }) {
            self = plain
            return
        }
        guard let name = MediaTypeName(value) else { return nil }
        self.init()
        isHTML = name.subtype.isEqualWithoutCase(to: "html")
        let isPlainText = name.isEqual("text", "plain")
        var reader = ParameterReader(HeaderCursor(value))
        var seen = Seen()
        var count = 0
        while count < limit, let parameter = reader.next() {
            count += 1
            let written = value.extracting(parameter.name)
            // The pieces of RFC 2231 have to be put together first.
            if written.contains(UInt8(ascii: "*")) {
                guard let type = ContentType(value) else { return nil }
                self = TextType(type)
                return
            }
            unsafe parameter.value.withUnsafeBytes { text in
                unsafe written.withUnsafeBytes { unsafe add($0, text, isPlainText, &seen) }
            }
        }
    }

    /// Which parameters were met: of equal names the first counts.
    private struct Seen {
        var charset = false
        var format = false
        var delsp = false
    }

    /// What the common form says; nil for every other form.
    fileprivate static func plain(_ octets: UnsafeRawBufferPointer, limit: Int) -> TextType? {
        guard var type = unsafe PlainMediaType(octets) else { return nil }
        let subtype = unsafe UnsafeRawBufferPointer(rebasing: octets[type.subtype])
        let isPlainText = unsafe subtype.isEqualWithoutCase(to: "plain") && type.isText(octets)
        var read = TextType()
        read.isHTML = unsafe subtype.isEqualWithoutCase(to: "html")
        var seen = Seen()
        var count = 0
        while let parameter = unsafe type.next(octets) {
            count += 1
            let name = unsafe UnsafeRawBufferPointer(rebasing: octets[parameter.name])
            let text = unsafe UnsafeRawBufferPointer(rebasing: octets[parameter.value])
            unsafe read.add(name, text, isPlainText, &seen)
        }
        return type.isPlain && count <= limit ? read : nil
    }

    private mutating func add(
        _ name: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer, _ isPlainText: Bool, _ seen: inout Seen
    ) {
        if unsafe !seen.charset && name.isEqualWithoutCase(to: "charset") {
            seen.charset = true
            charset = unsafe text.isEmpty ? nil : Charset(written: text)
        } else if unsafe !seen.format && name.isEqualWithoutCase(to: "format") {
            seen.format = true
            isFlowed = unsafe isPlainText && text.isEqualWithoutCase(to: "flowed")
        } else if unsafe !seen.delsp && name.isEqualWithoutCase(to: "delsp") {
            seen.delsp = true
            deletesSpace = unsafe text.isEqualWithoutCase(to: "yes")
        }
    }

    /// Whether text in this charset may be its own UTF-8; it is if `isPlain` holds of all its pieces. Elsewhere a closer
    /// look has to be taken.
    func mayBePlain(_ octets: MessageBytes) -> Bool {
        // A mark is no part of the text.
        let hasMark = octets.count >= 2 && octets[0] >= 0xEF
        return switch charset {
        // HTML may name its own.
        case nil: !isHTML && !hasMark
        case .utf8?: !hasMark
        case .ascii?, .latin1?, .windows1252?: true
        default: false
        }
    }

    /// The name of the charset of text that is its own UTF-8.
    var plainCharsetName: String { charset?.name ?? "utf-8" }

    /// Whether a piece of text, cut between characters, is its own UTF-8; it is known whether it is ASCII.
    func isPlain(_ piece: UnsafeRawBufferPointer, isASCII: Bool) -> Bool {
        switch charset {
        // An escape may begin a stateful charset.
        case nil:
            unsafe ByteKernels.index(of: 0x1B, in: piece) == piece.count && (isASCII || ByteKernels.isUTF8(piece))
        case .utf8?: unsafe isASCII || ByteKernels.isUTF8(piece)
        default: isASCII
        }
    }
}

extension MIMEPart {
    /// What the part's type says about how to read its text.
    var textType: TextType {
        let limit = MIMELimits().parametersPerField
        if let plain = unsafe withFirstField("content-type", { unsafe TextType.plain($0, limit: limit) }) {
            return plain
        }
        return headers.first(literal: "content-type").flatMap { TextType($0.rawValue, limit: limit) } ?? TextType()
    }
}
