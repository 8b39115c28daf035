internal import MessageBuffers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The note beside an mbox that distinguishes a complete file from one whose last append was cut off.
///
/// It is one line in `FILE.sluice`: `sluice-mbox 1 STATE LENGTH DEVICE INODE`, where STATE is `open` while an append is
/// under way that began at LENGTH, and `closed` otherwise. Device and inode tie it to the file; a note about another
/// file says nothing.
package struct MboxJournal {
    private static let lineLength = 128

    private let note: File
    private let durability: Durability

    /// Opens or creates the note of the mbox at `path`.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package init(besides path: String, durability: Durability) throws(SinkError) {
        note = try File(path: path + ".sluice", flags: O_RDWR | O_CREAT | O_NOFOLLOW)
        self.durability = durability
        if durability == .fsync { try Directory.parentDirectory(of: path).synchronize() }
    }

    /// Notes that everything after `length` belongs to an append under way.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func beginAppend(to mbox: File, at length: Int) throws(SinkError) {
        try record("open", length, mbox)
    }

    /// Notes that the file is complete.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func endAppend(to mbox: File, at length: Int) throws(SinkError) {
        try record("closed", length, mbox)
    }

    /// Where the append began that was cut off, or nil if the file is complete.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func tornAppend(to mbox: File) throws(SinkError) -> Int? {
        let text = String(decoding: try note.read(Self.lineLength, at: 0), as: UTF8.self)
        let words = text.prefix { $0 != "\n" }.split(separator: " ")
        let status = try mbox.status()
        guard text.contains("\n"), words.count == 6, words[0] == "sluice-mbox", words[1] == "1", words[2] == "open",
            let length = Int(words[3]), words[4] == "\(status.st_dev)", words[5] == "\(status.st_ino)",
            length >= 0, length <= Int(status.st_size)
        else { return nil }
        return length
    }

    private func record(_ state: String, _ length: Int, _ mbox: File) throws(SinkError) {
        let status = try mbox.status()
        var line = Array("sluice-mbox 1 \(state) \(length) \(status.st_dev) \(status.st_ino) ".utf8)
        // One write of a fixed length, well within a disk's sector: after a crash it is there or it is not.
        line += [UInt8](repeating: UInt8(ascii: " "), count: max(0, Self.lineLength - 1 - line.count))
        line.append(UInt8(ascii: "\n"))
        try note.write(line.rawSpan, at: 0)
        if durability == .fsync { try note.synchronize() }
    }
}
