import ByteKernels

/// A text part's content as text, and how its octets were read.
public struct DecodedText: Sendable {
    private enum Storage {
        case array([UInt8])
        case memory(MessageBytes)

        var array: [UInt8] {
            switch self {
            case .array(let octets): octets
            case .memory(let octets): Array(octets)
            }
        }
    }

    private let storage: Storage
    /// The charset that the octets were read in, in lower case.
    public let charset: String
    public let charsetSource: CharsetSource
    /// What was wrong with the transfer encoding, or else with the charset. What could be read was.
    public let defect: MIMEDefect.Code?

    /// With LF line ends, and format=flowed unwrapped (RFC 3676). O(n).
    public var text: String {
        switch storage {
        case .array(let octets): String(decoding: octets, as: UTF8.self)
        case .memory(let octets): String(decoding: octets)
        }
    }

    /// Valid UTF-8 with LF line ends, and format=flowed unwrapped (RFC 3676).
    package var utf8: [UInt8] { storage.array }

    /// The number of octets of `text`.
    package var utf8Count: Int {
        switch storage {
        case .array(let octets): octets.count
        case .memory(let octets): octets.count
        }
    }

    /// Reads the content of a text part, whose transfer encoding is off already.
    init(_ type: TextType, _ body: DecodedBody) {
        if type.mayBePlain(body.bytes),
            let lines = unsafe body.bytes.withUnsafeBytes({ unsafe Self.copyPlain(type, $0) })
        {
            self.init(.array(lines), of: type, body.defect)
        } else {
            self.init(reading: body, as: type)
        }
    }

    /// The same, in memory that is used again.
    init(_ type: TextType, _ body: DecodedBody, in memory: inout DecodingMemory) {
        if type.mayBePlain(body.bytes), let lines = memory.plainText(type, body.bytes) {
            self.init(.memory(lines), of: type, body.defect)
        } else {
            self.init(reading: body, as: type)
        }
    }

    /// Text that is its own UTF-8, with LF line ends.
    private init(_ lines: Storage, of type: TextType, _ defect: MIMEDefect.Code?) {
        storage = Self.unwrapped(lines, type)
        charset = type.plainCharsetName
        charsetSource = type.charset == nil ? .validUTF8 : .declared
        self.defect = defect
    }

    private init(reading body: DecodedBody, as type: TextType) {
        let reading = CharsetReading(Array(body.bytes), declared: type.charset, isHTML: type.isHTML)
        storage = Self.unwrapped(.array(LineEnds.unix(reading.decoded.utf8)), type)
        charset = reading.charset.name
        charsetSource = reading.source
        defect = body.defect ?? reading.decoded.defect
    }

    private static func unwrapped(_ lines: Storage, _ type: TextType) -> Storage {
        type.isFlowed ? .array(FlowedText.unwrap(lines.array, deletesSpace: type.deletesSpace)) : lines
    }

    /// The octets with LF line ends, where they are their own UTF-8.
    private static func copyPlain(_ type: TextType, _ octets: UnsafeRawBufferPointer) -> [UInt8]? {
        var isPlain = true
        let lines = unsafe [UInt8](unsafeUninitializedCapacity: LineEnds.capacity(for: octets.count)) { buffer, count in
            let output = UnsafeMutableRawBufferPointer(buffer)
            unsafe HugePages.advise(output)
            // No more is written than there is room for.
            let written = unsafe LineEnds.copyPieces(octets, into: output) { unsafe type.isPlain($0, isASCII: $1) }
            isPlain = written != nil
            count = written ?? 0
        }
        return isPlain ? lines : nil
    }
}

extension MIMEPart {
    /// The content of a text part as text. O(n).
    ///
    /// The charset is the declared one; octets that are invalid in it become U+FFFD, as in MimeKit and mailparser.
    /// Where it is absent or unknown, or is ASCII and the octets are not, it is told by a byte order mark, by HTML's
    /// meta element, by the octets being UTF-8, by a detector (trait CharsetDetection), in this order.
    public func decodedText() -> DecodedText { DecodedText(textType, decodedBody()) }

    /// The same, in memory that is used again: see ``DecodingMemory``.
    public func decodedText(in memory: inout DecodingMemory) -> DecodedText {
        let body = decodedBody(in: &memory)
        return DecodedText(textType, body, in: &memory)
    }
}
