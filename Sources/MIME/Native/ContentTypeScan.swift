/// As much of a Content-Type as structure depends on.
struct ContentTypeScan: Equatable {
    private(set) var kind: MIMEPart.Kind
    private(set) var boundary: MessageBytes?
    private(set) var hasDuplicateBoundary = false
    private(set) var subtype = MultipartSubtype.other

    var isDigest: Bool { subtype == .digest }

    static let text = ContentTypeScan(kind: .leaf)
    static let message = ContentTypeScan(kind: .message)

    private init(kind: MIMEPart.Kind) {
        self.kind = kind
    }

    init(_ value: MessageBytes, _ limits: MIMELimits) {
        if let plain = unsafe value.withUnsafeBytes({ unsafe Plain($0, limits) }) {
            self.init(plain, value)
        } else {
            self.init(uncommon: value, limits)
        }
    }

    /// Reads the value in `range` of a message that has the memory `octets`. The common form of a part that is no
    /// multipart takes no hold on it.
    init(_ range: Range<Int>, of message: MessageBytes, at octets: UnsafeRawBufferPointer, _ limits: MIMELimits) {
        guard let plain = unsafe Plain(UnsafeRawBufferPointer(rebasing: octets[range]), limits) else {
            self.init(uncommon: message.extracting(range), limits)
            return
        }
        if plain.boundary == nil { self.init(plain) } else { self.init(plain, message.extracting(range)) }
    }

    private init(_ plain: Plain, _ value: MessageBytes) {
        self.init(plain)
        boundary = plain.boundary.map { Self.withoutSpaceAtEnd(value.extracting($0)) }
    }

    private init(_ plain: Plain) {
        kind = plain.kind
        subtype = plain.subtype
        hasDuplicateBoundary = plain.hasDuplicateBoundary
    }

    private init(uncommon value: MessageBytes, _ limits: MIMELimits) {
        var cursor = HeaderCursor(value)
        cursor.skipComments()
        let type = cursor.token()
        var subtype = 0..<0
        cursor.skipComments()
        if cursor.take(UInt8(ascii: "/")) {
            cursor.skipComments()
            subtype = cursor.token()
        }
        self.init(unsafe value.withUnsafeBytes { unsafe Plain($0, type, subtype) })
        if kind == .multipart { readBoundary(value, limits) }
    }

    private mutating func readBoundary(_ value: MessageBytes, _ limits: MIMELimits) {
        var parameters = ParameterReader(HeaderCursor(value))
        var count = 0
        var hasMarks = false
        while count < limits.parametersPerField, let parameter = parameters.next() {
            count += 1
            let name = value.extracting(parameter.name)
            if name.isEqualWithoutCase(to: "boundary") {
                if boundary == nil { boundary = parameter.value } else { hasDuplicateBoundary = true }
            } else if name.contains(UInt8(ascii: "*")) {
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
        return boundary.extracting(0..<end)
    }
}

/// What the common form of a Content-Type says. It holds no memory.
private struct Plain {
    private(set) var kind = MIMEPart.Kind.leaf
    private(set) var subtype = MultipartSubtype.other
    private(set) var hasDuplicateBoundary = false
    /// Where the boundary is in the value.
    private(set) var boundary: Range<Int>?

    /// Nil for every other form.
    init?(_ octets: UnsafeRawBufferPointer, _ limits: MIMELimits) {
        if unsafe Self.isOther(octets) { return }
        guard var type = unsafe PlainMediaType(octets) else { return nil }
        unsafe readNames(octets, type.type, type.subtype)
        guard kind == .multipart else { return }
        var count = 0
        while let parameter = unsafe type.next(octets) {
            count += 1
            if unsafe UnsafeRawBufferPointer(rebasing: octets[parameter.name]).isEqualWithoutCase(to: "boundary") {
                if boundary == nil { boundary = parameter.value } else { hasDuplicateBoundary = true }
            }
        }
        guard type.isPlain, count <= limits.parametersPerField else { return nil }
    }

    /// By the names alone.
    init(_ octets: UnsafeRawBufferPointer, _ type: Range<Int>, _ subtype: Range<Int>) {
        unsafe readNames(octets, type, subtype)
    }

    private mutating func readNames(_ octets: UnsafeRawBufferPointer, _ type: Range<Int>, _ subtype: Range<Int>) {
        let subtype = unsafe UnsafeRawBufferPointer(rebasing: octets[subtype])
        let type = unsafe UnsafeRawBufferPointer(rebasing: octets[type])
        if unsafe type.isEqualWithoutCase(to: "multipart") {
            kind = .multipart
            self.subtype = unsafe MultipartSubtype(subtype)
        } else if unsafe type.isEqualWithoutCase(to: "message") {
            // The other subtypes have bodies of their own forms (RFC 2046 §5.2).
            let isMessage =
                unsafe subtype.isEqualWithoutCase(to: "rfc822") || subtype.isEqualWithoutCase(to: "global")
                || subtype.isEqualWithoutCase(to: "news")
            kind = isMessage ? .message : .leaf
        }
    }

    /// Whether the name begins with a letter that neither `multipart` nor `message` begins with.
    private static func isOther(_ octets: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        while unsafe position < octets.count && HeaderCursor.isSpace(octets[position]) { position += 1 }
        guard position < octets.count else { return false }
        let first = unsafe octets[position].asciiLowercased
        return first >= UInt8(ascii: "a") && first <= UInt8(ascii: "z") && first != UInt8(ascii: "m")
    }
}
