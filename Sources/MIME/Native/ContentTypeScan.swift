/// As much of a Content-Type as structure depends on.
struct ContentTypeScan: Equatable {
    private(set) var kind: MIMEPart.Kind
    private(set) var boundary: MessageBytes?
    private(set) var hasDuplicateBoundary = false
    private(set) var isDigest = false

    static let text = ContentTypeScan(kind: .leaf)
    static let message = ContentTypeScan(kind: .message)

    private init(kind: MIMEPart.Kind) {
        self.kind = kind
    }

    init(_ value: MessageBytes, _ limits: MIMELimits) {
        if let plain = Self.plain(value, limits) {
            self = plain
            return
        }
        var cursor = HeaderCursor(value)
        cursor.skipComments()
        let type = cursor.token()
        var subtype = 0..<0
        cursor.skipComments()
        if cursor.take(UInt8(ascii: "/")) {
            cursor.skipComments()
            subtype = cursor.token()
        }
        self = unsafe value.withUnsafeBytes { unsafe Self($0, type, subtype) }
        if kind == .multipart { readBoundary(value, limits) }
    }

    /// Reads the names alone.
    private init(_ octets: UnsafeRawBufferPointer, _ type: Range<Int>, _ subtype: Range<Int>) {
        let subtype = unsafe UnsafeRawBufferPointer(rebasing: octets[subtype])
        let type = unsafe UnsafeRawBufferPointer(rebasing: octets[type])
        if unsafe type.isEqualWithoutCase(to: "multipart") {
            kind = .multipart
            isDigest = unsafe subtype.isEqualWithoutCase(to: "digest")
        } else if unsafe type.isEqualWithoutCase(to: "message") {
            // The other subtypes have bodies of their own forms (RFC 2046 §5.2).
            let isMessage =
                unsafe subtype.isEqualWithoutCase(to: "rfc822") || subtype.isEqualWithoutCase(to: "global")
                || subtype.isEqualWithoutCase(to: "news")
            kind = isMessage ? .message : .leaf
        } else {
            kind = .leaf
        }
    }

    /// What the common form says; nil for every other form.
    private static func plain(_ value: MessageBytes, _ limits: MIMELimits) -> ContentTypeScan? {
        var boundary: Range<Int>?
        let plain: ContentTypeScan? = unsafe value.withUnsafeBytes { octets in
            if unsafe Self.isOther(octets) { return .text }
            guard var type = unsafe PlainMediaType(octets) else { return nil }
            var scan = unsafe ContentTypeScan(octets, type.type, type.subtype)
            guard scan.kind == .multipart else { return scan }
            var count = 0
            while let parameter = unsafe type.next(octets) {
                count += 1
                if unsafe UnsafeRawBufferPointer(rebasing: octets[parameter.name]).isEqualWithoutCase(to: "boundary") {
                    if boundary == nil { boundary = parameter.value } else { scan.hasDuplicateBoundary = true }
                }
            }
            return type.isPlain && count <= limits.parametersPerField ? scan : nil
        }
        guard var plain else { return nil }
        plain.boundary = boundary.map { Self.withoutSpaceAtEnd(value[$0]) }
        return plain
    }

    /// Whether the name begins with a letter that neither `multipart` nor `message` begins with.
    private static func isOther(_ octets: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        while unsafe position < octets.count && HeaderCursor.isSpace(octets[position]) { position += 1 }
        guard position < octets.count else { return false }
        let first = unsafe octets[position].asciiLowercased
        return first >= UInt8(ascii: "a") && first <= UInt8(ascii: "z") && first != UInt8(ascii: "m")
    }

    private mutating func readBoundary(_ value: MessageBytes, _ limits: MIMELimits) {
        var parameters = ParameterReader(HeaderCursor(value))
        var count = 0
        var hasMarks = false
        while count < limits.parametersPerField, let parameter = parameters.next() {
            count += 1
            let name = value[parameter.name]
            if name.isEqualWithoutCase(to: "boundary") {
                if boundary == nil { boundary = parameter.value } else { hasDuplicateBoundary = true }
            } else if name.bytes.contains(UInt8(ascii: "*")) {
                hasMarks = true
            }
        }
        // The pieces of RFC 2231 count where the plain form is not there.
        if boundary == nil, hasMarks {
            boundary = HeaderParameters(value, limit: limits.parametersPerField).octets(of: "boundary")
        }
        boundary = boundary.map(Self.withoutSpaceAtEnd)
    }

    /// White space at the end cannot be part of a boundary (RFC 2046 §5.1.1).
    private static func withoutSpaceAtEnd(_ boundary: MessageBytes) -> MessageBytes {
        var end = boundary.count
        while end > 0, boundary[end - 1] == 0x20 || boundary[end - 1] == 0x09 { end -= 1 }
        return boundary[0..<end]
    }
}
