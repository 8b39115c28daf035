internal import MessageBuffers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The note beside an mbox that tells a complete file from one whose last append was cut off.
///
/// It is one line in `FILE.sluice`: `sluice-mbox 1 STATE LENGTH DEVICE INODE`, where STATE is `open` while an append is
/// under way that began at LENGTH, and `closed` otherwise. Device and inode tie it to the file; a note about another
/// file says nothing.
package struct MboxJournal {
    private static let lineLength = 128

    private let note: File
    private let durability: Durability

    package init(besides path: String, durability: Durability) throws(SinkError) {
        note = try File(path: path + ".sluice", flags: O_RDWR | O_CREAT | O_NOFOLLOW)
        self.durability = durability
        if durability == .synced { try Folder.containing(path).makeDurable() }
    }

    /// Notes that everything behind `length` belongs to an append under way.
    package func beginAppend(to mbox: File, at length: Int) throws(SinkError) {
        try record("open", length, mbox)
    }

    /// Notes that the file is complete.
    package func endAppend(to mbox: File, at length: Int) throws(SinkError) {
        try record("closed", length, mbox)
    }

    /// Where the append began that was cut off, or nil where the file is complete.
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
        // One write of always the same length, well within a disk's sector: it is there or it is not.
        line += [UInt8](repeating: UInt8(ascii: " "), count: max(0, Self.lineLength - 1 - line.count))
        line.append(UInt8(ascii: "\n"))
        try note.write(line.rawSpan, at: 0)
        if durability == .synced { try note.makeDurable() }
    }
}
