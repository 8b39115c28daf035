import ByteKernels
import MessageBuffers

/// `StructureScanner` for a message that comes in pieces: what it finds is the same however the message is cut.
///
/// It is told as events, each as soon as no octet to come could change it. What waits for octets to come is at most a
/// header field, or a line that may be a delimiter; a field over `MIMELimits.headerBytes` is not kept. Embedded
/// messages that are themselves encoded stay leaves: their content may be given to a scanner of its own.
struct StreamScanner: ~Copyable {
    enum Event: Sendable {
        case began(StreamedPart)
        /// The next octets of a leaf's content, its transfer encoding taken off; for a multipart in which no part has
        /// begun, of its body, which turns out to be text if none does.
        case content(MessageBytes, part: Int)
        /// All of a part has come. A multipart without parts is a leaf in the end.
        case ended(part: Int, kind: MIMEPart.Kind, range: Range<Int>, bodyRange: Range<Int>)
        case defect(MIMEDefect)
    }

    /// A part that has not ended.
    struct OpenPart {
        let index: Int
        let start: Int
        let path: PartPath
        /// Of a part whose header has been read.
        var kind = MIMEPart.Kind.leaf
        var encoding = TransferEncoding.sevenBit
        var bodyStart = 0
        var childCount = 0
        var isRelated = false
        var decoder = ContentDecoder(.sevenBit)
    }

    /// What the octet at `position` belongs to.
    enum Place {
        case header
        case body
        /// What is behind the last part that is wanted.
        case rest
    }

    let limits: MIMELimits
    /// Whether an embedded message is opened; otherwise it is a leaf.
    let opens: @Sendable (MIMEPart) -> Bool
    var window = StreamWindow()
    var place = Place.header
    /// Everything before it has been told, or is held as a header field.
    var position = 0
    var open: [OpenPart] = []
    var boundaries = BoundaryStack()
    /// The multipart that was closed last, and its boundary.
    var closed: (part: Int, boundary: [UInt8])?
    var partCount = 0

    // In a header.
    var header = HeaderScan(part: 0)
    /// What its Content-Type says, which may be gone from the window when the header ends.
    var contentType: ContentTypeScan?
    var fields = StreamedHeader()
    var line = LineSearch(from: 0)
    /// Where the line before it ends: its line end belongs to a delimiter that follows.
    var lineEnd = 0
    var lineAhead: LineSearch?
    /// The current field, or line, is too long to be kept.
    var isFieldDropped = false
    var isLineDropped = false
    var fieldCount = 0
    var headerBytes = 0

    // In a body.
    /// Whether a delimiter may begin at `position`, behind no LF of the body's.
    var isAtLineStart = false
    /// The line that may be a delimiter, as far as it has come.
    var candidate: LineSearch?
    /// Where the search for such a line goes on.
    var searched = 0

    var events: [Event] = []
    /// Defects of a part whose header has not been read.
    private var held: [MIMEDefect] = []
    private var defectCount = 0
    private var hasReported: Set<MIMEDefect.Code> = []
    /// Where, and in which part, one more would have been too many.
    var firstPartTooMany: (start: Int, part: Int)?

    init(_ limits: MIMELimits, opens: @escaping @Sendable (MIMEPart) -> Bool = { _ in true }) {
        self.limits = limits
        self.opens = opens
        beginPart(at: 0)
    }

    /// Takes the next octets of the message, and tells what they settle. Amortised O(n).
    mutating func receive(_ bytes: MessageBytes) -> [Event] {
        guard !bytes.isEmpty else { return [] }
        window.append(bytes)
        advance(isLast: false)
        defer { events = [] }
        return events
    }

    /// Ends the message. To be called once.
    mutating func finish() -> [Event] {
        advance(isLast: true)
        if let (start, part) = firstPartTooMany { report(.tooManyParts, start..<window.end, part: part) }
        closeParts(inside: -1, at: window.end)
        noteUnclosed(above: -1)
        defer { events = [] }
        return events
    }

    private mutating func advance(isLast: Bool) {
        let octets = window.octets
        unsafe octets.withUnsafeBytes { bytes in
            let view = unsafe StreamView(bytes: bytes, start: window.start)
            var goesOn = true
            while goesOn {
                switch place {
                case .header: goesOn = unsafe readHeader(view, isLast: isLast)
                case .body: goesOn = unsafe readBody(view, isLast: isLast)
                case .rest:
                    position = unsafe view.end
                    goesOn = false
                }
            }
        }
        window.drop(to: place == .header ? firstKept : position)
    }

    /// Where the first octet is that a header still needs.
    private var firstKept: Int {
        let start = min(lineEnd, position)
        guard let name = header.name, !isFieldDropped else { return max(start, window.start) }
        return max(min(name.lowerBound, start), window.start)
    }

    // MARK: Parts

    /// Begins a part within the innermost one that is open.
    mutating func beginPart(at start: Int) {
        var path = PartPath()
        if !open.isEmpty {
            open[open.count - 1].childCount += 1
            let parent = open[open.count - 1]
            path = parent.path.inside(parent.kind, ordinal: parent.childCount)
        }
        open.append(OpenPart(index: partCount, start: start, path: path))
        header = HeaderScan(part: partCount)
        contentType = nil
        partCount += 1
        fields = StreamedHeader()
        beginLine(at: start, behind: start)
        place = .header
    }

    /// Ends the parts that are inside of `part`, which stays open; −1 ends all.
    mutating func closeParts(inside part: Int, at end: Int) {
        while var last = open.last, last.index != part {
            open.removeLast()
            if last.kind == .leaf {
                let rest = last.decoder.finish()
                if !rest.bytes.isEmpty { events.append(.content(rest.bytes, part: last.index)) }
                if let defect = rest.defect { report(defect, last.bodyStart..<end, part: last.index) }
            }
            if last.kind == .multipart, last.childCount == 0 {
                report(.multipartWithoutParts, last.bodyStart..<end, part: last.index)
                last.kind = .leaf
            }
            events.append(
                .ended(
                    part: last.index, kind: last.kind, range: last.start..<end, bodyRange: last.bodyStart..<end))
        }
    }

    mutating func noteUnclosed(above frame: Int) {
        for inner in boundaries.frames.indices.reversed() where inner > frame {
            report(.multipartNeverClosed, nil, part: boundaries.frames[inner].part)
        }
    }

    /// Notes a defect; each code once for a message where a hostile one could repeat it without end.
    mutating func report(_ code: MIMEDefect.Code, _ range: Range<Int>?, part: Int) {
        let isFirst = hasReported.insert(code).inserted
        guard isFirst || defectCount < StructureScanner.defectLimit else { return }
        defectCount += 1
        let defect = MIMEDefect(code, range: range, part: part)
        if place == .header { held.append(defect) } else { events.append(.defect(defect)) }
    }

    /// Tells that a part has begun, and then what is wrong with its header.
    mutating func tell(_ part: StreamedPart) {
        events.append(.began(part))
        events += held.map { .defect($0) }
        held = []
    }

    func hasReported(_ code: MIMEDefect.Code) -> Bool { hasReported.contains(code) }
}

/// The way from the message itself to a part, of which its number is made (RFC 3501 §6.4.5).
struct PartPath {
    private var ordinals: [Int] = []
    private(set) var depth = 0
    private var isInMessage = false

    func inside(_ kind: MIMEPart.Kind, ordinal: Int) -> PartPath {
        var path = self
        path.depth += 1
        path.isInMessage = kind == .message
        // The message within a message/rfc822 part has no number of its own, unless it is a single part.
        if kind == .multipart { path.ordinals.append(ordinal) }
        return path
    }

    func partID(_ kind: MIMEPart.Kind) -> String {
        let isSingle = kind == .leaf && (depth == 0 || isInMessage)
        return (isSingle ? ordinals + [1] : ordinals).map(String.init).joined(separator: ".")
    }
}
