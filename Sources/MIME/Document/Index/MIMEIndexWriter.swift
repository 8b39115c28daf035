/// Writes numbers in as many octets as they need, seven bits in each, the lowest first.
struct MIMEIndexWriter {
    private(set) var octets: [UInt8] = []

    static let encodings: [TransferEncoding] = [.sevenBit, .eightBit, .binary, .base64, .quotedPrintable, .unknown]

    mutating func append(octet: UInt8) { octets.append(octet) }

    mutating func append(_ number: Int) {
        var rest = UInt(bitPattern: number)
        while rest >= 0x80 {
            octets.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        octets.append(UInt8(rest))
    }

    /// Writes a part: its kind and encoding, the part it is in, and where it, its body and its fields lie, each from
    /// where the one before is. False where that is not known.
    mutating func append(_ part: MIMEPart) -> Bool {
        let document = part.document
        let record = part.record
        guard let encoding = Self.encodings.firstIndex(of: record.transferEncoding) else { return false }
        append(octet: record.kind.rawValue << 4 | UInt8(encoding))
        append(record.parent < 0 ? 0 : part.index - Int(record.parent))
        let source = Self.source(of: part)
        guard source != nil || document.range(of: record.whole) != nil else { return false }
        let base = source ?? MIMEDocument.Slice.address(of: document.message)
        // A part lies in the one around it, unless that had to be decoded.
        let outer = part.parent.flatMap { Self.source(of: $0) == source ? $0.record.whole.address : nil } ?? base
        append(Int(bitPattern: record.whole.address &- outer))
        append(record.whole.count)
        append(Int(bitPattern: record.body.address &- record.whole.address))
        append(record.body.count)
        append(Int(record.fieldCount))
        var place = record.whole.address
        for index in Int(record.firstField)..<Int(record.firstField + record.fieldCount) {
            let field = document.field(index)
            append(Int(bitPattern: field.name.address &- place))
            append(field.name.count)
            append(Int(bitPattern: field.value.address &- field.name.address) - field.name.count)
            append(field.value.count)
            place = field.value.address &+ UInt(field.value.count)
        }
        return true
    }

    /// Where the decoded message begins that the part lies in; nil for the message itself. Its first octet is that of
    /// the part within the encoded one.
    private static func source(of part: MIMEPart) -> UInt? {
        var inner = part
        while let outer = inner.parent {
            if outer.kind == .message, !outer.transferEncoding.isIdentity { return inner.record.whole.address }
            inner = outer
        }
        return nil
    }
}
