internal import Digests
internal import MailStores
internal import MessageBuffers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Remembers what became of the messages of one account, in a text file.
///
/// The file's first line is `# sluice-seen 2 ACCOUNT`. A line `# destination N NAMES` gives a set of destinations a
/// number, and each other line is what ``SeenEntry`` describes. Lines are only ever added at the end, so that a crash can
/// do no more than cut off the last one, which the next to open the file removes. Only one process at a time can have it
/// open. A file of version 1, which has ids alone, is read as a list of `imported` messages and rewritten.
///
/// A message is known only by id and listed size together, and only for the destinations that it went to: a server that
/// rebuilds its mailbox gives old ids to new mail, and mail that went nowhere is not stored anywhere else.
public final class SeenMessageStore {
    private static let readLength = 262_144
    /// Lines that wait for ``sync()`` are written once they reach this many bytes.
    private static let bufferLength = 65_536

    /// The lines that could not be read and have been passed over: somebody else has written to the file.
    public private(set) var damagedLineCount = 0
    /// The entries that hold for these destinations.
    public private(set) var count = 0

    private let path: String
    private let account: String
    private let destinations: String
    private var destinationNumbers: [String: Int] = [:]
    private var file: File
    private var known = ByteStringSet()
    private let hash: RunningDigest
    private var end = 0
    private var pending: [UInt8] = []
    private var isDurable = true
    private var isUsable = true
    private var lastPruning = 0
    private let now: () -> Int

    /// Opens or creates the file and reads it. O(its length).
    ///
    /// - Parameters:
    ///   - account: names the maildrop over time, such as `user@host`.
    ///   - destinations: where the mail goes, by names that stay the same over time; in any order.
    /// - Throws: ``SinkError/unsuitable(path:reason:)`` where the file belongs to another account or is something else,
    ///   ``SinkError/locked(path:)`` where another process has it open.
    public convenience init(path: String, account: String, destinations: [String]) throws(SinkError) {
        try self.init(path: path, account: account, destinations: destinations) { time(nil) }
    }

    /// - Parameter now: the time in seconds since 1970.
    init(path: String, account: String, destinations: [String], now: @escaping () -> Int) throws(SinkError) {
        guard let hash = try? RunningDigest(.sha256) else {
            throw .unsuitable(path: path, reason: "OpenSSL provides no SHA-256 to tell messages apart by")
        }
        self.hash = hash
        self.path = path
        self.account = account
        self.destinations = destinations.sorted().joined(separator: "\n")
        self.now = now
        file = try Self.openLocked(path)
        try load()
    }

    // MARK: What is known

    /// What has become of the message with this id and listed size; nil where it is not known at these destinations.
    public func state(of uidl: [UInt8], size: Int?) -> SeenState? {
        if contains(key(.stored, uidl, size)) { return .stored }
        if contains(key(.observed, uidl, size)) { return .observed }
        return contains(key(.imported, uidl, nil)) ? .imported : nil
    }

    /// Whether a message with this SHA-256 went to these destinations; `stored` if it was stored there.
    public func state(ofContent digest: [UInt8]) -> SeenState? {
        if contains(key(content: digest, .stored)) { return .stored }
        return contains(key(content: digest, .observed)) ? .observed : nil
    }

    /// Remembers what has become of a message; only ``sync()`` makes that durable.
    ///
    /// - Parameters:
    ///   - uidl: the id; nil where the message has none of its own.
    ///   - digest: the SHA-256 of the message as received.
    /// - Throws: ``MailStores/SinkError`` of the file.
    public func insert(_ state: SeenState, uidl: [UInt8]?, size: Int?, digest: [UInt8]) throws(SinkError) {
        let number = try destinationNumber()
        let entry = SeenEntry(
            destination: number, state: state, firstSeen: now(), size: size, digest: digest, uidl: uidl)
        guard remember(entry) else { return }
        try append(entry.line)
    }

    /// Returns when every entry is on the disk. After an error nothing more is taken: what the disk holds is unknown.
    ///
    /// - Throws: ``MailStores/SinkError`` of the file.
    public func sync() throws(SinkError) {
        guard isUsable else { throw .unusable(path: path) }
        guard !isDurable else { return }
        try writePending()
        do throws(SinkError) {
            try file.synchronize()
        } catch {
            // A second fsync would succeed without the data.
            isUsable = false
            throw error
        }
        isDurable = true
    }

    // MARK: Keys

    /// The bytes by which `known` has an entry.
    private func key(_ state: SeenState, _ uidl: [UInt8], _ size: Int?) -> [UInt8] {
        var key = Array(state.rawValue.prefix(1).utf8)
        if state != .imported { key += "\(size.map { String($0) } ?? "-") ".utf8 }
        key += uidl
        guard key.count > ByteStringSet.maximumLength else { return key }
        hash.reset()
        hash.update(key)
        return [UInt8(ascii: "#")] + hash.finish()
    }

    private func key(content digest: [UInt8], _ state: SeenState) -> [UInt8] {
        (state == .stored ? [UInt8(ascii: "S")] : [UInt8(ascii: "O")]) + digest
    }

    private func contains(_ key: [UInt8]) -> Bool { known.contains(key.rawSpan) }

    /// Takes an entry into the memory; whether it says anything new.
    private func remember(_ entry: SeenEntry) -> Bool {
        var isNew = false
        if let uidl = entry.uidl {
            let key = key(entry.state, uidl, entry.state == .imported ? nil : entry.size)
            isNew = known.insert(key.rawSpan)
        }
        if let digest = entry.digest, entry.state != .imported {
            let key = key(content: digest, entry.state)
            isNew = known.insert(key.rawSpan) || isNew
        }
        if isNew { count += 1 }
        return isNew
    }

    // MARK: Pruning

    /// How often, and for how many seconds, an id must have been absent from the server's listings to be forgotten.
    private static let absences = 3
    private static let absenceTime = 7 * 24 * 3600
    /// Seconds between two passes over the file.
    private static let pruningInterval = 24 * 3600

    /// Forgets messages that the server has not had for long, once they are the greater part of a large file: those whose
    /// ids were absent from three listings, over seven days. A listing can be short for a day and be whole again.
    ///
    /// The file is replaced in one step; a crash leaves the old one or the new one. O(the file's length), at most once a
    /// day.
    ///
    /// - Parameters:
    ///   - listed: how many messages the listing has.
    ///   - isPresent: whether the listing has a message with that id.
    /// - Throws: ``MailStores/SinkError`` of the file; the old one stays.
    public func prune(listed: Int, isPresent: ([UInt8]) -> Bool) throws(SinkError) {
        let time = now()
        guard count > 2 * listed + 1024, time - lastPruning >= Self.pruningInterval else { return }
        try rewrite { entry in
            guard let uidl = entry.uidl else { return entry }
            var entry = entry
            guard !isPresent(uidl) else {
                entry.absence = nil
                return entry
            }
            var absence = entry.absence ?? SeenEntry.Absence(count: 0, since: time)
            absence.count += 1
            entry.absence = absence
            let isGone = absence.count >= Self.absences && time - absence.since >= Self.absenceTime
            return isGone ? nil : entry
        }
    }

    /// Replaces the file by one that has what `change` makes of each entry.
    private func rewrite(_ change: (SeenEntry) -> SeenEntry?) throws(SinkError) {
        try writePending()
        let temporary = path + ".new"
        let replacement = try File(path: temporary, flags: O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, for: .create)
        // Locked before it gets its name, so that there is no moment at which the file could be opened twice.
        guard try replacement.lockExclusively() else { throw .locked(path: temporary) }
        lastPruning = now()
        var text = header
        for (names, number) in destinationNumbers.sorted(by: { $0.value < $1.value }) {
            text += Self.destinationLine(names, number)
        }
        var length = 0
        known = ByteStringSet()
        count = 0
        try readLines { line, isEntry throws(SinkError) in
            guard isEntry, let entry = SeenEntry(line), let changed = change(entry) else { return }
            if isRelevant(changed) { _ = remember(changed) }
            text += changed.line
            text.append(UInt8(ascii: "\n"))
            guard text.count >= Self.readLength else { return }
            try replacement.write(text.rawSpan)
            length += text.count
            text.removeAll(keepingCapacity: true)
        }
        try replacement.write(text.rawSpan)
        length += text.count
        try replacement.synchronize()
        guard unsafe rename(temporary, path) == 0 else { throw .system(.rename, path: path, .current) }
        try Directory.parentDirectory(of: path).synchronize()
        file = replacement
        end = length
        isDurable = true
    }

    // MARK: The file

    private static let magic = "# sluice-seen 2 "
    private static let oldMagic = "# sluice-uidl 1 "
    private static let destinationMagic = "# destination "
    private static let pruningMagic = "# pruned "

    private var header: [UInt8] {
        headerLine(Self.magic) + "\(Self.pruningMagic)\(lastPruning)\n".utf8
    }

    private func headerLine(_ magic: String) -> [UInt8] {
        var line = Array(magic.utf8)
        line += EscapedField.encode(account.utf8)
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private static func destinationLine(_ names: String, _ number: Int) -> [UInt8] {
        var line = Array("\(destinationMagic)\(number) ".utf8)
        line += EscapedField.encode((names.isEmpty ? noNames : names).utf8)
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// Stands for no destination at all.
    private static let noNames = "-"

    private static func openLocked(_ path: String) throws(SinkError) -> File {
        while true {
            let file = try File.openRegularFile(path)
            guard try file.lockExclusively() else { throw .locked(path: path) }
            // The file may have been replaced between opening and locking.
            var named = stat()
            let own = try file.status()
            if unsafe stat(path, &named) == 0, named.st_ino == own.st_ino, named.st_dev == own.st_dev { return file }
        }
    }

    private func load() throws(SinkError) {
        let length = try file.length()
        known = ByteStringSet(expecting: length / 160)
        let isOld = try checkHeader()
        var imported: [[UInt8]] = []
        let read = try readLines { line, isEntry throws(SinkError) in
            guard isEntry else { return noteHeader(line) }
            if isOld {
                guard let id = EscapedField.decode(line), !id.isEmpty else {
                    damagedLineCount += 1
                    return
                }
                imported.append(id)
            } else if let entry = SeenEntry(line) {
                if isRelevant(entry) { _ = remember(entry) }
            } else {
                damagedLineCount += 1
            }
        }
        end = read
        if length > end { try file.truncate(to: end) }
        if end == 0 {
            let header = header
            try file.write(header.rawSpan, at: 0)
            end = header.count
            try file.synchronize()
            try Directory.parentDirectory(of: path).synchronize()
        } else if isOld {
            try rewrite { _ in nil }
            for id in imported {
                let entry = SeenEntry(destination: nil, state: .imported, uidl: id)
                if remember(entry) { try append(entry.line) }
            }
            try sync()
        }
    }

    /// Whether the entry says something of these destinations.
    private func isRelevant(_ entry: SeenEntry) -> Bool {
        entry.destination == nil || entry.destination == destinationNumbers[destinations]
    }

    /// Checks whose file this is; whether it is of version 1. A file that ends within the header counts as new.
    private func checkHeader() throws(SinkError) -> Bool {
        let (current, old) = (headerLine(Self.magic), headerLine(Self.oldMagic))
        let start = try file.read(max(current.count, old.count), at: 0)
        if start.starts(with: current) { return false }
        if start.starts(with: old) { return true }
        if current.starts(with: start) || old.starts(with: start) { return false }
        guard start.starts(with: Self.magic.utf8) || start.starts(with: Self.oldMagic.utf8) else {
            throw .unsuitable(path: path, reason: "this is no list of seen messages")
        }
        throw .unsuitable(path: path, reason: "this is the list of another account: use one file for each")
    }

    private func noteHeader(_ line: ArraySlice<UInt8>) {
        if line.starts(with: Self.pruningMagic.utf8) {
            lastPruning = Int(String(decoding: line.dropFirst(Self.pruningMagic.utf8.count), as: UTF8.self)) ?? 0
        }
        guard line.starts(with: Self.destinationMagic.utf8) else { return }
        let words = line.dropFirst(Self.destinationMagic.utf8.count).split(separator: UInt8(ascii: " "))
        guard words.count == 2, let number = Int(String(decoding: words[0], as: UTF8.self)),
            (1...1_000_000).contains(number)
        else { return }
        guard let names = EscapedField.decode(words[1]) else { return }
        let text = String(decoding: names, as: UTF8.self)
        destinationNumbers[text == Self.noNames ? "" : text] = number
    }

    /// Calls `body` with each whole line, and whether it is an entry and not a line of the header.
    ///
    /// - Returns: where the last whole line ends.
    @discardableResult
    private func readLines(
        _ body: (ArraySlice<UInt8>, _ isEntry: Bool) throws(SinkError) -> Void
    ) throws(SinkError) -> Int {
        var rest: [UInt8] = []
        var offset = 0
        while true {
            let chunk = try file.read(Self.readLength, at: offset)
            if chunk.isEmpty { return offset - rest.count }
            offset += chunk.count
            let text = rest.isEmpty ? chunk : rest + chunk
            var start = 0
            while let lf = text.rawSpan.firstOffset(of: UInt8(ascii: "\n"), from: start) {
                let line = text[start..<lf]
                try body(line, line.first != UInt8(ascii: "#"))
                start = lf + 1
            }
            rest = Array(text[start...])
            // No line of ours is longer; a file without line ends must not be read into memory.
            guard rest.count <= SeenEntry.maximumLineLength + Self.longestHeaderLine else {
                throw .unsuitable(path: path, reason: "this is no list of seen messages")
            }
        }
    }

    /// Account and destinations are as long as paths may be.
    private static let longestHeaderLine = 256 * 1024

    /// The number of these destinations, which get one where they have none.
    private func destinationNumber() throws(SinkError) -> Int {
        if let number = destinationNumbers[destinations] { return number }
        let number = (destinationNumbers.values.max() ?? 0) + 1
        destinationNumbers[destinations] = number
        try append(Self.destinationLine(destinations, number).dropLast())
        return number
    }

    private func append(_ line: some Collection<UInt8>) throws(SinkError) {
        guard isUsable else { throw .unusable(path: path) }
        pending += line
        pending.append(UInt8(ascii: "\n"))
        isDurable = false
        if pending.count >= Self.bufferLength { try writePending() }
    }

    private func writePending() throws(SinkError) {
        guard !pending.isEmpty else { return }
        let text = pending
        do throws(SinkError) {
            try file.write(text.rawSpan, at: end)
        } catch {
            // Half a line would be taken for an entry by a reader that sees a line end after it later.
            isUsable = (try? file.truncate(to: end)) != nil
            throw error
        }
        end += text.count
        pending.removeAll(keepingCapacity: true)
    }
}
