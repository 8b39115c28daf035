#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Remembers which messages of one account have been fetched, by their unique ids, in a text file.
///
/// The file's first line is `# sluice-uidl 1 ACCOUNT`; each further line is one id. Visible ASCII stands as it is,
/// except `%` and `#`, and every other byte as `%` with two hexadecimal digits. Ids are only ever added at the end, so
/// that a crash can do no more than cut off the last line, which the next one to open the file removes. Only one
/// process at a time can have it open.
public final class UIDLMemory {
    private static let readLength = 262_144
    /// Ids that wait for ``sync()`` are written once they reach this many bytes.
    private static let bufferLength = 65_536

    /// The lines that were no ids and have been passed over: somebody else has written to the file.
    public private(set) var damagedLineCount = 0

    private let path: String
    private let header: [UInt8]
    private var file: File
    private var ids = ByteSet()
    private var end = 0
    private var pending: [UInt8] = []
    private var isDurable = true

    /// Opens or creates the file and reads it. O(its length); a million ids take about 30 MB of memory.
    ///
    /// - Throws: ``SinkError/unsuitable(path:reason:)`` where the file belongs to another account or is something else,
    ///   ``SinkError/locked(path:)`` where another process has it open.
    public init(path: String, account: String) throws(SinkError) {
        self.path = path
        var header = Array("# sluice-uidl 1 ".utf8)
        UIDLLine.append(Array(account.utf8).rawSpan, to: &header)
        header.append(UInt8(ascii: "\n"))
        self.header = header
        file = try Self.openLocked(path)
        try load()
    }

    /// The number of ids.
    public var count: Int { ids.count }

    /// Whether the message with this id has been fetched. Expected O(length).
    public func contains(_ uidl: RawSpan) -> Bool { ids.contains(uidl) }

    /// Whether the message with this id has been fetched. Expected O(length).
    public func contains(_ uidl: [UInt8]) -> Bool { ids.contains(uidl.rawSpan) }

    /// Remembers an id; only ``sync()`` makes that durable. Does nothing where it is known already.
    public func insert(_ uidl: RawSpan) throws(SinkError) {
        guard (1...ByteSet.maximumLength).contains(uidl.byteCount) else {
            throw .unsuitable(path: path, reason: "an id of \(uidl.byteCount) bytes cannot be remembered")
        }
        guard ids.insert(uidl) else {
            guard ids.contains(uidl) else {
                throw .unsuitable(path: path, reason: "the list of fetched messages is full")
            }
            return
        }
        UIDLLine.append(uidl, to: &pending)
        pending.append(UInt8(ascii: "\n"))
        isDurable = false
        if pending.count >= Self.bufferLength { try writePending() }
    }

    /// Remembers an id; only ``sync()`` makes that durable. Does nothing where it is known already.
    public func insert(_ uidl: [UInt8]) throws(SinkError) { try insert(uidl.rawSpan) }

    /// Returns when every id is on the disk. After an error it can be called again.
    public func sync() throws(SinkError) {
        guard !isDurable else { return }
        try writePending()
        try file.makeDurable()
        isDurable = true
    }

    /// Forgets every id that `isStillPresent` denies: those of messages that are no longer on the server. The file is
    /// replaced in one step; a crash leaves the old one or the new one. O(ids).
    public func compact(keeping isStillPresent: (RawSpan) -> Bool) throws(SinkError) {
        var kept = ByteSet()
        ids.visitAll { id in
            if isStillPresent(id) { _ = kept.insert(id) }
        }
        let temporary = path + ".compact"
        let replacement = try File(path: temporary, flags: O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, for: .create)
        // Locked before it gets its name, so that there is no moment at which the file could be opened twice.
        guard try replacement.lockExclusively() else { throw .locked(path: temporary) }
        var length = 0
        var text = header
        try kept.visitAll { id throws(SinkError) in
            UIDLLine.append(id, to: &text)
            text.append(UInt8(ascii: "\n"))
            guard text.count >= Self.readLength else { return }
            try replacement.write(text.rawSpan)
            length += text.count
            text.removeAll(keepingCapacity: true)
        }
        try replacement.write(text.rawSpan)
        length += text.count
        try replacement.makeDurable()
        guard unsafe rename(temporary, path) == 0 else { throw .system(.rename, path: path, code: errno) }
        try Folder.containing(path).makeDurable()
        file = replacement
        ids = kept
        end = length
        pending.removeAll()
        isDurable = true
    }

    private static func openLocked(_ path: String) throws(SinkError) -> File {
        while true {
            let file = try File(regular: path)
            guard try file.lockExclusively() else { throw .locked(path: path) }
            // The file may have been replaced between opening and locking.
            var named = stat()
            let own = try file.status()
            if unsafe stat(path, &named) == 0, named.st_ino == own.st_ino, named.st_dev == own.st_dev { return file }
        }
    }

    private func load() throws(SinkError) {
        var rest: [UInt8] = []
        var offset = 0
        var sawHeader = false
        while true {
            let chunk = try file.read(Self.readLength, at: offset)
            if chunk.isEmpty { break }
            if offset == 0 { ids = ByteSet(expecting: try expectedCount(from: chunk)) }
            offset += chunk.count
            let text = rest.isEmpty ? chunk : rest + chunk
            let bytes = text.rawSpan
            var start = 0
            while let lf = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start) {
                if sawHeader {
                    remember(bytes.extracting(start..<lf))
                } else {
                    try checkHeader(Array(text[0...lf]))
                    sawHeader = true
                }
                start = lf + 1
            }
            rest = Array(text[start...])
            // No line of ours is longer than this; a file without line ends must not be read into memory.
            guard rest.count <= header.count + 3 * ByteSet.maximumLength else { throw foreign }
        }
        end = offset - rest.count
        if !rest.isEmpty {
            guard sawHeader || header.starts(with: rest) else { throw foreign }
            try file.truncate(to: end)
        }
        if !sawHeader { try writeHeader() }
    }

    /// The number of lines, if they all are as long as those in the file's first chunk.
    private func expectedCount(from chunk: [UInt8]) throws(SinkError) -> Int {
        let lines = chunk.count { $0 == UInt8(ascii: "\n") }
        return try file.length() / max(1, chunk.count / max(1, lines))
    }

    private var foreign: SinkError { .unsuitable(path: path, reason: "this is no list of fetched messages") }

    private func checkHeader(_ line: [UInt8]) throws(SinkError) {
        guard line.starts(with: "# sluice-uidl 1 ".utf8) else { throw foreign }
        guard line == header else {
            throw .unsuitable(path: path, reason: "this is the list of another account: use one file for each")
        }
    }

    private func writeHeader() throws(SinkError) {
        let header = header
        try file.write(header.rawSpan, at: 0)
        end = header.count
        try file.makeDurable()
        try Folder.containing(path).makeDurable()
    }

    private func remember(_ line: RawSpan) {
        // An id that is written as it is needs no copy.
        if UIDLLine.isVerbatim(line), line.byteCount <= ByteSet.maximumLength {
            _ = ids.insert(line)
        } else if let id = UIDLLine.decode(line), (1...ByteSet.maximumLength).contains(id.count) {
            _ = ids.insert(id.rawSpan)
        } else {
            damagedLineCount += 1
        }
    }

    private func writePending() throws(SinkError) {
        guard !pending.isEmpty else { return }
        let text = pending
        do throws(SinkError) {
            try file.write(text.rawSpan, at: end)
        } catch {
            // Half a line would be taken for an id by a reader that sees a line end after it later.
            try? file.truncate(to: end)
            throw error
        }
        end += text.count
        pending.removeAll(keepingCapacity: true)
    }
}
