/// The subtypes of multipart that say how the parts within are to be read. Each part asks for those of the multiparts
/// around it, and their headers may be as long as the message: so they are read once.
enum MultipartSubtype: UInt8, Sendable {
    case other
    case alternative
    case digest
    case related

    init(_ name: UnsafeRawBufferPointer) {
        self =
            switch name.count {
            case 11 where unsafe name.isEqualWithoutCase(to: "alternative"): .alternative
            case 6 where unsafe name.isEqualWithoutCase(to: "digest"): .digest
            case 7 where unsafe name.isEqualWithoutCase(to: "related"): .related
            default: .other
            }
    }
}

extension MIMEDocumentBuilder {
    /// Reads the subtypes of the multiparts from their headers, for parsers that have not told them. O(n).
    mutating func readSubtypes() {
        for part in records.indices where records[part].kind == .multipart {
            let first = Int(records[part].firstField)
            let places = first..<(first + Int(records[part].fieldCount))
            for field in fields[places] where unsafe field.name.memory.isEqualWithoutCase(to: "content-type") {
                // Sound: the caller vouches for the memory of its fields, and nothing keeps the value.
                let value = unsafe MessageBytes(unowned: field.value.memory, keptAliveBy: nil)
                if let name = MediaTypeName(value) {
                    records[part].subtype = unsafe name.subtype.withUnsafeBytes { unsafe MultipartSubtype($0) }
                }
                break
            }
        }
    }
}
