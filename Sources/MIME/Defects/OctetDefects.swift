import ByteKernels

/// What is wrong with the octets and lines of a whole message, each once, where it is first.
enum OctetDefects {
    /// The longest line without its end (RFC 5322 §2.1.1).
    private static let lineLimit = 998

    /// O(n), by searches.
    static func find(in document: MIMEDocument) -> [MIMEDefect] {
        var found: [(MIMEDefect.Code, Range<Int>)] = []
        func note(_ code: MIMEDefect.Code, _ range: Range<Int>) {
            if !found.contains(where: { $0.0 == code }) { found.append((code, range)) }
        }
        unsafe document.message.withUnsafeBytes { bytes in
            if let place = unsafe bytes.firstIndex(of: 0) { note(.nulOctet, place..<(place + 1)) }
            var hasCRLF = false
            var firstBare: Int?
            var start = 0
            while start < bytes.count {
                let length = unsafe ByteKernels.indexOfNewline(UnsafeRawBufferPointer(rebasing: bytes[start...]))
                let newline = start + length
                var end = newline
                if newline < bytes.count {
                    if unsafe end > start && bytes[end - 1] == 0x0D {
                        end -= 1
                        hasCRLF = true
                    } else if firstBare == nil {
                        firstBare = newline
                    }
                }
                if end - start > lineLimit { note(.lineTooLong, start..<end) }
                if let bare = unsafe bytes[start..<end].firstIndex(of: 0x0D) {
                    note(.bareCarriageReturn, bare..<(bare + 1))
                }
                start = newline + 1
            }
            if hasCRLF, let firstBare { note(.mixedLineEnds, firstBare..<(firstBare + 1)) }
        }
        return found.map { MIMEDefect($0, range: $1, part: part(at: $1.lowerBound, in: document)) }
    }

    /// The innermost part around an octet.
    private static func part(at offset: Int, in document: MIMEDocument) -> Int {
        document.parts.last { $0.range?.contains(offset) ?? false }?.index ?? 0
    }
}
