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
            for index in 0..<name.count where unsafe name[index].asciiLowercased != lowercased.utf8Start[index] {
                return false
            }
            return true
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
    var boundary: [UInt8]?
    var hasDuplicateBoundary = false
    var isDigest = false

    static let text = ContentTypeScan(kind: .leaf)
    static let message = ContentTypeScan(kind: .message)

    private init(kind: MIMEPart.Kind) {
        self.kind = kind
    }

    init(_ value: MessageBytes, _ limits: MIMELimits) {
        var cursor = HeaderCursor(value.bytes)
        cursor.skipComments()
        let type = cursor.lowercasedToken()
        guard type == "multipart" || type == "message" else {
            self = .text
            return
        }
        var subtype = ""
        cursor.skipComments()
        if cursor.take(UInt8(ascii: "/")) {
            cursor.skipComments()
            subtype = cursor.lowercasedToken()
        }
        if type == "message" {
            // The other subtypes have bodies of their own forms (RFC 2046 §5.2).
            kind = subtype == "rfc822" || subtype == "global" || subtype == "news" ? .message : .leaf
            return
        }
        kind = .multipart
        isDigest = subtype == "digest"
        let parameters = HeaderParameters(value, limit: limits.parametersPerField)
        boundary = parameters.octets(of: "boundary")
        hasDuplicateBoundary = parameters.isRepeated("boundary")
        // White space at the end cannot be part of a boundary (RFC 2046 §5.1.1).
        while let last = boundary?.last, last == 0x20 || last == 0x09 { boundary?.removeLast() }
    }
}
