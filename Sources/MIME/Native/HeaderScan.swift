/// What is known of a header while it is read.
struct HeaderScan {
    /// The fields that structure depends on.
    enum Known {
        case contentType
        case transferEncoding

        init?(_ name: UnsafeRawBufferPointer) {
            switch name.count {
            case 12 where unsafe Self.isEqual(name, "content-type"): self = .contentType
            case 25 where unsafe Self.isEqual(name, "content-transfer-encoding"): self = .transferEncoding
            default: return nil
            }
        }

        private static func isEqual(_ name: UnsafeRawBufferPointer, _ lowercased: StaticString) -> Bool {
            unsafe name.isEqualWithoutCase(
                to: UnsafeRawBufferPointer(start: lowercased.utf8Start, count: lowercased.utf8CodeUnitCount))
        }
    }

    let part: Int
    var contentType: ContentTypeScan?
    var transferEncoding: TransferEncoding?
    /// The field that is being read, nil before the first one.
    var name: Range<Int>?
    private(set) var valueStart = 0
    var valueEnd = 0

    init(part: Int) {
        self.part = part
    }

    var isInField: Bool { name != nil }

    mutating func begin(name: Range<Int>, value: Range<Int>) {
        self.name = name
        valueStart = value.lowerBound
        valueEnd = value.upperBound
    }
}

/// As much of a Content-Type as structure depends on.
struct ContentTypeScan {
    var kind: MIMEPart.Kind
    var boundary: MessageBytes?
    var hasDuplicateBoundary = false
    var isDigest = false

    static let text = ContentTypeScan(kind: .leaf)
    static let message = ContentTypeScan(kind: .message)

    private init(kind: MIMEPart.Kind) {
        self.kind = kind
    }

    init(_ value: MessageBytes, _ limits: MIMELimits) {
        var cursor = HeaderCursor(value)
        cursor.skipComments()
        let type = cursor.token()
        let isMultipart = cursor.isEqual(type, "multipart")
        guard isMultipart || cursor.isEqual(type, "message") else {
            self = .text
            return
        }
        var subtype = 0..<0
        cursor.skipComments()
        if cursor.take(UInt8(ascii: "/")) {
            cursor.skipComments()
            subtype = cursor.token()
        }
        guard isMultipart else {
            // The other subtypes have bodies of their own forms (RFC 2046 §5.2).
            let isMessage =
                cursor.isEqual(subtype, "rfc822") || cursor.isEqual(subtype, "global")
                || cursor.isEqual(subtype, "news")
            kind = isMessage ? .message : .leaf
            return
        }
        kind = .multipart
        isDigest = cursor.isEqual(subtype, "digest")
        readBoundary(value, ParameterReader(cursor), limits)
        // White space at the end cannot be part of a boundary (RFC 2046 §5.1.1).
        while let all = boundary, !all.isEmpty, all[all.count - 1] == 0x20 || all[all.count - 1] == 0x09 {
            boundary = all[0..<all.count - 1]
        }
    }

    private mutating func readBoundary(_ value: MessageBytes, _ parameters: ParameterReader, _ limits: MIMELimits) {
        var parameters = parameters
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
    }
}
