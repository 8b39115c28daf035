public import MessageBuffers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A message of an mbox.
public struct MboxMessage: Sendable {
    /// The message without its separator, without the empty line after it, and without the quoting of the format. Line
    /// ends are as in the file.
    public let bytes: MessageBytes
    /// The line before it.
    public let separator: MboxSeparator
    /// Where the separator begins in the file, in bytes.
    public let offset: Int
}

/// Reads the messages of an mbox, one after the other.
///
/// A message begins at a line `From SENDER DATE`, whether an empty line is before it or not; a line of text that begins
/// with `From ` has no date and begins none. What is before the first message belongs to none. In a file that begins with
/// a `From ` line without a date, a message begins at each `From ` line after an empty line. One message is in memory at a
/// time.
public struct MboxReader {
    private let file: File
    private let format: MboxFormat
    private var lines: LineReader
    /// The separator of the message that comes next, and where it begins; nil at the end.
    private var next: (separator: MboxSeparator, offset: Int)?
    private var hasBegun = false
    private var hasUndatedSeparators = false
    private var isAfterEmptyLine = true

    /// Opens the file at `path`, and reads nothing of it yet. The file must not change while it is read: lock it, or
    /// read a copy.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    public init(path: String, format: MboxFormat = .automatic) throws(SinkError) {
        self.init(try File(path: path, flags: O_RDONLY), format: format)
    }

    package init(_ file: File, format: MboxFormat = .automatic) {
        self.file = file
        self.format = format
        lines = LineReader(file)
    }

    /// The next message; nil at the end. O(n) in its size.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    public mutating func nextMessage() throws(SinkError) -> MboxMessage? {
        if !hasBegun {
            hasBegun = true
            if let line = try lines.nextLine() {
                hasUndatedSeparators = line.starts(with: MboxFromLine.prefix) && MboxSeparator(line: line) == nil
            }
            lines.move(to: 0)
            while try nextLineWithin() != nil {}
        }
        guard let (separator, offset) = next else { return nil }
        next = nil
        let bytes = try readMessage()
        return MboxMessage(bytes: MessageBytes(bytes), separator: separator, offset: offset)
    }

    /// The next line of the message under way; nil at its end, with the separator after it in `next`.
    private mutating func nextLineWithin() throws(SinkError) -> ArraySlice<UInt8>? {
        let offset = lines.offset
        guard let line = try lines.nextLine() else { return nil }
        let mayBegin = !hasUndatedSeparators || isAfterEmptyLine
        isAfterEmptyLine = Self.isEmpty(line)
        guard mayBegin, let separator = separator(line) else { return line }
        next = (separator, offset)
        return nil
    }

    private func separator(_ line: ArraySlice<UInt8>) -> MboxSeparator? {
        hasUndatedSeparators ? MboxSeparator(undated: line) : MboxSeparator(line: line)
    }

    private mutating func readMessage() throws(SinkError) -> [UInt8] {
        var message: [UInt8] = []
        var contentLength: Int?
        var isInHeader = true
        while let line = try nextLineWithin() {
            message += unquoted(line)
            guard isInHeader else { continue }
            if Self.isEmpty(line) {
                isInHeader = false
                if let contentLength, let body = try readBody(contentLength) { return message + body }
            } else if contentLength == nil {
                contentLength = Self.contentLength(line)
            }
        }
        return Self.withoutEmptyLine(message)
    }

    /// The line as it was before it was quoted.
    private func unquoted(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard line.first == UInt8(ascii: ">") else { return line }
        let marks =
            switch format {
            case .mboxrd, .automatic: line.prefix { $0 == UInt8(ascii: ">") }.count
            case .mboxo: 1
            case .mboxcl2: 0
            }
        return marks > 0 && line.dropFirst(marks).starts(with: MboxFromLine.prefix) ? line.dropFirst() : line
    }

    // MARK: Content-Length

    /// The body of `count` bytes from here on, if the file is one that quotes nothing: another message or the end must
    /// follow. Nil leaves the reader where it is.
    private mutating func readBody(_ count: Int) throws(SinkError) -> [UInt8]? {
        guard format == .mboxcl2 || format == .automatic else { return nil }
        let start = lines.offset
        let (end, overflow) = start.addingReportingOverflow(count)
        guard !overflow, end <= (try file.length()) else { return nil }
        var after = LineReader(file, from: end)
        var offset = after.offset
        var line = try after.nextLine()
        if let found = line, Self.isEmpty(found) {
            offset = after.offset
            line = try after.nextLine()
        }
        let separator = line.flatMap { self.separator($0) }
        guard line == nil || separator != nil else { return nil }
        let body = try file.read(count, at: start)
        guard body.count == count, format == .mboxcl2 || Self.hasUnquotedFrom(body) else { return nil }
        next = separator.map { ($0, offset) }
        lines.move(to: after.offset)
        return body
    }

    /// Whether a line of `body` begins with `From `, as no form that quotes leaves it.
    private static func hasUnquotedFrom(_ body: [UInt8]) -> Bool {
        var start = 0
        while start < body.count {
            if body[start...].starts(with: MboxFromLine.prefix) { return true }
            guard let end = body.rawSpan.firstOffset(of: UInt8(ascii: "\n"), from: start) else { return false }
            start = end + 1
        }
        return false
    }

    /// The value of a Content-Length field; nil for any other line, and for a value that is no number of bytes.
    private static func contentLength(_ line: ArraySlice<UInt8>) -> Int? {
        let name = Array("content-length:".utf8)
        guard line.count > name.count, zip(line, name).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { return nil }
        let digits = line.dropFirst(name.count).filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D && $0 != 0x0A }
        guard (1...18).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        // At most eighteen digits, which an Int has room for.
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    // MARK: Empty lines

    private static func isEmpty(_ line: ArraySlice<UInt8>) -> Bool {
        line.elementsEqual([0x0A]) || line.elementsEqual([0x0D, 0x0A])
    }

    /// The message without the empty line that is between it and the next one.
    private static func withoutEmptyLine(_ message: [UInt8]) -> [UInt8] {
        if message.suffix(3).elementsEqual([0x0A, 0x0D, 0x0A]) { return Array(message.dropLast(2)) }
        if message.suffix(2).elementsEqual([0x0A, 0x0A]) { return Array(message.dropLast()) }
        return message
    }
}
