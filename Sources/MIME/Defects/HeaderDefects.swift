/// What is wrong with the values of a part's header fields.
enum HeaderDefects {
    /// Fields that may stand once only (RFC 5322 §3.6, RFC 2045 §3). Content-Type is the structure's own affair.
    private static let single: Set<String> = [
        "date", "from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references", "subject",
        "mime-version", "content-transfer-encoding", "content-disposition", "content-id",
    ]
    private static let addresses: Set<String> = [
        "from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-sender", "resent-to", "resent-cc",
        "resent-bcc", "disposition-notification-to",
    ]
    /// Fields whose values are no text for people, so that `=?` in them is no encoded-word.
    private static let untexted: Set<String> = [
        "received", "dkim-signature", "arc-seal", "arc-message-signature", "message-id", "references", "in-reply-to",
    ]

    /// O(n) in the size of the header.
    static func find(in part: MIMEPart, limits: MIMELimits) -> [MIMEDefect] {
        var found: [MIMEDefect] = []
        var seen: Set<String> = []
        for field in part.headers {
            let name = field.name.lowercased()
            var codes = Self.codes(of: field, name, limits)
            if single.contains(name), !seen.insert(name).inserted { codes.append(.duplicateField) }
            for code in codes { found.append(MIMEDefect(code, range: field.range, part: part.index)) }
        }
        if hasConflictingNames(part) {
            let range =
                (part.headers.first(literal: "content-disposition") ?? part.headers.first(literal: "content-type"))?
                .range
            found.append(MIMEDefect(.conflictingFilenames, range: range, part: part.index))
        }
        return found
    }

    private static func codes(
        of field: HeaderField, _ name: String, _ limits: MIMELimits
    ) -> [MIMEDefect.Code] {
        var codes: [MIMEDefect.Code] = []
        let value = field.rawValue
        if field.rawLine.contains(where: { $0 >= 0x80 }) { codes.append(.eightBitHeader) }
        if hasBlankLine(value) { codes.append(.blankContinuationLine) }
        switch name {
        case "content-type", "content-disposition":
            let parameters = HeaderParameters(value, limit: limits.parametersPerField)
            codes += parameters.defects
            if parameters.hasRepeats { codes.append(.duplicateParameter) }
            if name == "content-type", ContentType(value) == nil { codes.append(.invalidContentType) }
        case "date": if field.date == nil { codes.append(.unreadableDate) }
        case _ where addresses.contains(name):
            var parser = AddressListParser(value, limit: limits.addressesPerField)
            let list = parser.parse()
            codes += parser.defects.reduce(into: []) { unique, code in
                if !unique.contains(code) { unique.append(code) }
            }
            let all = list.flatMap { $0.group ?? [$0] }
            if all.contains(where: { $0.address?.contains("=?") ?? false }) { codes.append(.encodedWordInAddress) }
        default: break
        }
        if !untexted.contains(name) {
            let words = EncodedWordCheck(HeaderText.unfold(value))
            if words.hasDamaged { codes.append(.damagedEncodedWord) }
            if words.hasControls { codes.append(.controlInEncodedWord) }
        }
        return codes
    }

    /// Whether a folded value has a line of white space alone.
    private static func hasBlankLine(_ value: MessageBytes) -> Bool {
        var isBlank = false
        for octet in value {
            switch octet {
            case 0x0A:
                if isBlank { return true }
                isBlank = true
            case 0x20, 0x09, 0x0D: break
            default: isBlank = false
            }
        }
        return isBlank
    }

    /// Whether the fields of a part, or the forms of one parameter, give it different file names.
    private static func hasConflictingNames(_ part: MIMEPart) -> Bool {
        var names: Set<String> = []
        for (field, parameter) in [("content-disposition", "filename"), ("content-type", "name")] {
            guard let value = part.headers.first(field)?.rawValue else { continue }
            names.formUnion(HeaderParameters(value, limit: MIMELimits().parametersPerField).readings(of: parameter))
        }
        return names.count > 1
    }
}

/// Encoded-words of a text that do not decode, or decode to what no header may hold.
private struct EncodedWordCheck {
    private(set) var hasDamaged = false
    private(set) var hasControls = false

    init(_ text: [UInt8]) {
        var index = 0
        var ends = EncodedWord.Ends()
        while let start = text[index...].firstIndex(of: UInt8(ascii: "=")) {
            if let word = EncodedWord(text, at: start, &ends) {
                if word.octets.contains(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x1B || $0 == 0x7F }) {
                    hasControls = true
                }
                index = word.end
            } else {
                if Self.looksLikeWord(text[start...]) { hasDamaged = true }
                index = start + 1
            }
            if hasDamaged, hasControls { return }
        }
    }

    /// `=?charset?b?` or `=?charset?q?`.
    private static func looksLikeWord(_ text: ArraySlice<UInt8>) -> Bool {
        let behind = text.dropFirst()
        guard behind.first == UInt8(ascii: "?") else { return false }
        let charset = behind.dropFirst().prefix(64).prefix { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") }
        let rest = text[charset.endIndex...].prefix(3)
        return !charset.isEmpty && rest.count == 3 && rest.first == UInt8(ascii: "?")
            && rest.last == UInt8(ascii: "?") && "bBqQ".utf8.contains(rest[rest.startIndex + 1])
    }
}
