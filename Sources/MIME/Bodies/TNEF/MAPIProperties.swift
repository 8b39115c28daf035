/// The properties of a message or an attachment, one after the other (MS-OXTNEF §2.1.3.4).
struct MAPIProperties {
    enum ValueType: Int {
        case string8 = 0x1E
        case unicode = 0x1F
        case binary = 0x102
        case object = 0x0D
    }

    /// A property with octets for its value; of several values the first.
    struct Property {
        let id: Int
        let type: ValueType
        let range: Range<Int>
        let octets: Slice<MessageBytes>
    }

    private let octets: MessageBytes
    private var reader: LittleEndianReader
    private let start: Int
    private var left: Int
    /// Whether it ended early.
    private(set) var isDamaged = false

    init(_ content: MessageBytes, _ range: Range<Int>) {
        octets = content
        start = range.lowerBound
        reader = LittleEndianReader(octets, range)
        left = reader.long() ?? 0
    }

    /// The next property whose value is a string or octets; numbers and dates are left out.
    mutating func next() -> Property? {
        while left > 0 {
            left -= 1
            guard let type = reader.short(), let id = reader.short(), skipName(id), let value = skipValue(type) else {
                isDamaged = true
                left = 0
                return nil
            }
            if let range = value.first, let type = ValueType(rawValue: type & 0xFFF) {
                return Property(id: id, type: type, range: range, octets: octets[range])
            }
        }
        return nil
    }

    /// Goes behind the name that properties from 0x8000 on have.
    private mutating func skipName(_ id: Int) -> Bool {
        guard id >= 0x8000 else { return true }
        guard reader.take(16) != nil, let kind = reader.long() else { return false }
        guard kind == 1 else { return reader.long() != nil }
        guard let length = reader.long(), reader.take(length) != nil else { return false }
        reader.align(from: start)
        return true
    }

    /// Goes behind the value, or the values; what is of variable length is given back.
    private mutating func skipValue(_ type: Int) -> (first: Range<Int>?, Void)? {
        let isMultiple = type & 0x1000 != 0
        if ValueType(rawValue: type & 0xFFF) != nil {
            guard let count = reader.long() else { return nil }
            var first: Range<Int>?
            var taken = 0
            while taken < count {
                guard let length = reader.long(), let range = reader.take(length) else { return nil }
                reader.align(from: start)
                if first == nil { first = range }
                taken += 1
            }
            return (first, ())
        }
        let size: Int
        switch type & 0xFFF {
        // Shorter numbers are padded.
        case 0x02, 0x03, 0x04, 0x0A, 0x0B, 0x01: size = 4
        case 0x05, 0x06, 0x07, 0x14, 0x40: size = 8
        case 0x48: size = 16
        default: return nil
        }
        guard let count = isMultiple ? reader.long() : 1, count <= reader.remaining / size,
            reader.take(count * size) != nil
        else { return nil }
        return (nil, ())
    }
}
