/// What is known of a header while it is read.
struct HeaderScan {
    /// The fields that structure depends on.
    enum Known {
        case contentType
        case transferEncoding

        init?(_ name: UnsafeRawBufferPointer) {
            switch name.count {
            case 12 where unsafe name[0] | 0x20 == UInt8(ascii: "c") && name.isEqualWithoutCase(to: "content-type"):
                self = .contentType
            case 25 where unsafe name.isEqualWithoutCase(to: "content-transfer-encoding"): self = .transferEncoding
            default: return nil
            }
        }
    }

    let part: Int
    /// The value of the first Content-Type.
    var contentType: Range<Int>?
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
