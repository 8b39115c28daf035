internal import Digests
import MessageBuffers

/// Reads a mail in pieces: each is pushed in, and what it completes is given out.
///
/// What is text to be read and what an attachment is told as `Mail` tells it, by one part after the other; so texts
/// stand in their order, and nothing is joined, converted or put into something else. A text larger than `textBytes` is
/// given as an attachment. An embedded message that is not shown in place is one, whose content is that message.
///
/// Memory: what has been pushed in last, a header, and one text; of white space in quoted-printable that may be dropped
/// or not, at most a bit for each byte. Time: O(n) however the mail is cut.
public struct MailReader: ~Copyable {
    /// What the part that is open is read as.
    private enum Content {
        case none
        case text(StreamedPart, [UInt8])
        case attachment(StreamedPart, size: Int)
    }

    private let options: MailOptions
    private let limits: MIMELimits
    private let textBytes: Int
    private var scanner: StreamScanner
    private var content = Content.none
    /// Of the attachment that is open; made for the first one, and nil if there is no such algorithm.
    private lazy var checksum = try? options.checksumAlgorithm.runningDigest()
    /// Where a message that is shown in place begins.
    private var nextIsMessage = true

    /// - Parameters:
    ///   - options: those on embedded messages, delivery status and checksums matter; there is no conversion.
    ///   - limits: what the mail may hold.
    ///   - textBytes: the most octets of a text's content that are kept until it is whole.
    public init(
        options: MailOptions = MailOptions(), limits: MIMELimits = MIMELimits(), textBytes: Int = 16 * 1024 * 1024
    ) {
        self.options = options
        self.limits = limits
        self.textBytes = textBytes
        scanner = Self.scanner(options, limits)
    }

    /// Takes the next octets of the mail.
    ///
    /// - Returns: what they complete; the contents of attachments share memory with `bytes` where they are not encoded.
    public mutating func receive(_ bytes: MessageBytes) -> [MailEvent] { read(scanner.receive(bytes)) }

    /// Ends the mail: a part that has not come whole ends here. The reader is then ready for another mail.
    public mutating func finish() -> [MailEvent] {
        let events = read(scanner.finish())
        scanner = Self.scanner(options, limits)
        nextIsMessage = true
        return events
    }

    private static func scanner(_ options: MailOptions, _ limits: MIMELimits) -> StreamScanner {
        let opensNone = options.ignoresEmbeddedMessages
        return StreamScanner(limits) { !opensNone && $0.contentDisposition?.kind != "attachment" }
    }

    private mutating func read(_ found: [StreamScanner.Event]) -> [MailEvent] {
        var events: [MailEvent] = []
        for event in found {
            switch event {
            case .began(let part): begin(part, &events)
            case .content(let bytes, _): take(bytes, &events)
            case .ended(let part, let kind, _, let bodyRange): end(part, kind, bodyRange, &events)
            case .defect(let defect): events.append(.defect(defect))
            }
        }
        return events
    }

    private mutating func begin(_ part: StreamedPart, _ events: inout [MailEvent]) {
        if nextIsMessage { events.append(.header(StreamedHeaders(part: part, limits: limits))) }
        nextIsMessage = part.kind == .message
        events += HeaderDefects.find(in: part.header, limits: limits).map {
            // The field's place in the mail is not known any more.
            .defect(MIMEDefect($0.code, range: nil, part: part.index))
        }
        switch part.kind {
        case .message: content = .none
        // What is in a multipart before its first part is not text, unless no part comes.
        case .multipart: content = .text(part, [])
        case .leaf:
            if ContentPlan.isText(
                MediaTypeName(part.contentType), isMarkedAttachment: part.header.isMarkedAttachment, options)
            {
                content = .text(part, [])
            } else {
                beginAttachment(part, &events)
            }
        }
    }

    private mutating func beginAttachment(_ part: StreamedPart, _ events: inout [MailEvent]) {
        events.append(.attachmentBegan(part))
        checksum?.reset()
        content = .attachment(part, size: 0)
    }

    private mutating func take(_ bytes: MessageBytes, _ events: inout [MailEvent]) {
        switch content {
        case .none: break
        case .text(let part, var octets):
            // Retained once only, so that it grows in place.
            content = .none
            guard octets.count + bytes.count > textBytes else {
                octets += bytes
                content = .text(part, octets)
                return
            }
            beginAttachment(part, &events)
            if !octets.isEmpty { take(MessageBytes(octets), &events) }
            take(bytes, &events)
        case .attachment(let part, let size):
            checksum?.update(bytes.span)
            content = .attachment(part, size: size + bytes.count)
            events.append(.attachmentContent(bytes))
        }
    }

    private mutating func end(
        _ index: Int, _ kind: MIMEPart.Kind, _ body: Range<Int>, _ events: inout [MailEvent]
    ) {
        defer { content = .none }
        switch content {
        case .text(let part, let octets) where part.index == index && kind == .leaf:
            let text = DecodedText(TextType(part.contentType), DecodedBody(bytes: MessageBytes(octets), defect: nil))
            if let defect = text.defect { events.append(.defect(MIMEDefect(defect, range: body, part: index))) }
            events.append(.text(StreamedText(part: part, content: text)))
        case .attachment(let part, let size) where part.index == index:
            events.append(
                .attachmentEnded(
                    StreamedAttachment(
                        part: part, size: size, checksumAlgorithm: options.checksumAlgorithm,
                        digest: checksum?.finish())))
        case .none, .text, .attachment: break
        }
    }
}
