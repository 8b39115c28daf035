import ByteKernels

/// A body with its transfer encoding taken off.
public struct DecodedBody: Sendable {
    /// The content's octets; the body's own memory where it was not encoded.
    public let bytes: MessageBytes
    /// What was wrong with the encoding; what could be decoded was.
    public let defect: MIMEDefect.Code?
}

extension MIMEPart {
    /// The part's content without its transfer encoding (RFC 2045 §6). O(n); no copy where the body is not encoded.
    public func decodedBody() -> DecodedBody { decoded(body) }

    /// The same, in memory that is used again: see ``DecodingMemory``.
    public func decodedBody(in memory: inout DecodingMemory) -> DecodedBody {
        decoded(body) { memory.contentSlab($0) }
    }

    /// The content of a beginning of the body.
    func decoded(_ body: MessageBytes) -> DecodedBody {
        decoded(body) { Slab(capacity: $0) }
    }

    private func decoded(_ body: MessageBytes, _ makeSlab: (Int) -> Slab) -> DecodedBody {
        guard let decoding = document.decoding, !transferEncoding.isIdentity else {
            return DecodedBody(body, transferEncoding, makeSlab)
        }
        return DecodedBody(bytes: decoding.content(body, transferEncoding), defect: nil)
    }

    /// Whether base64 goes on behind its padding, where some decoders stop and others do not (RFC 2045 §6.8).
    var hasDataBehindPadding: Bool {
        guard transferEncoding == .base64 else { return false }
        let octets = body
        guard let padding = octets.firstIndex(of: UInt8(ascii: "=")) else { return false }
        return octets[padding...].contains { $0.isLetter || $0.isDigit }
    }
}

extension DecodedBody {
    /// Takes `encoding` off `body`, into memory of a capacity that `makeSlab` is asked for.
    init(
        _ body: MessageBytes, _ encoding: TransferEncoding, _ makeSlab: (Int) -> Slab = { Slab(capacity: $0) }
    ) {
        switch encoding {
        case .sevenBit, .eightBit, .binary, .unknown: self.init(bytes: body, defect: nil)
        case .base64: self.init(base64: body, makeSlab)
        case .quotedPrintable: self.init(quotedPrintable: body, makeSlab)
        }
    }

    private init(base64 body: MessageBytes, _ makeSlab: (Int) -> Slab) {
        var decoder = ByteKernels.Base64Decoder()
        let slab = makeSlab(ByteKernels.Base64Decoder.outputCapacity(for: body.count))
        var count = unsafe body.withUnsafeBytes { input in unsafe decoder.decode(input, into: slab.bytes) }
        // The capacity leaves room for a last group behind what was written.
        let isPadded = !decoder.isInsideGroup
        count += unsafe decoder.finish(into: UnsafeMutableRawBufferPointer(rebasing: slab.bytes[count...]))
        // What `makeSlab` gives is written by nobody else while the message holds it, here and below.
        self.init(bytes: unsafe slab.message(0..<count), defect: Self.defect(of: decoder, isPadded: isPadded))
    }

    private init(quotedPrintable body: MessageBytes, _ makeSlab: (Int) -> Slab) {
        var decoder = ByteKernels.QuotedPrintableDecoder()
        let slab = makeSlab(decoder.outputCapacity(for: body.count) + decoder.outputCapacity(for: 0) + 8)
        var count = unsafe body.withUnsafeBytes { input in unsafe decoder.decode(input, into: slab.bytes) }
        count += unsafe decoder.finish(into: UnsafeMutableRawBufferPointer(rebasing: slab.bytes[count...]))
        self.init(bytes: unsafe slab.message(0..<count), defect: Self.defect(of: decoder))
    }

    /// What was wrong with base64 that has come to its end. `isPadded` is false where its last group was not complete.
    static func defect(of decoder: ByteKernels.Base64Decoder, isPadded: Bool) -> MIMEDefect.Code? {
        decoder.invalidByteCount > 0 ? .damagedBase64 : isPadded ? nil : .base64WithoutPadding
    }

    /// What was wrong with quoted-printable that has come to its end.
    static func defect(of decoder: ByteKernels.QuotedPrintableDecoder) -> MIMEDefect.Code? {
        decoder.damagedEscapeCount > 0 ? .damagedQuotedPrintable : nil
    }
}
