/// The mail of an mbox file, read whole at the start.
public struct MboxMaildrop: SandboxMaildrop {
    private let messages: MemoryMaildrop

    /// Reads mboxrd: a message begins at a line `From ` at the start or after an empty line, and `>From ` lines lose
    /// one `>`. O(n) in the size of the file.
    ///
    /// - Throws: ``SandboxError/mailNotReadable(path:reason:)``.
    public init(path: String) throws(SandboxError) {
        guard let size = FileSystem.fileSize(path) else {
            throw .mailNotReadable(path: path, reason: FileSystem.reason())
        }
        messages = MemoryMaildrop(Self.split(try FileSystem.bytes(of: path, in: 0..<size)))
    }

    package static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var start = 0
        var isBehindEmptyLine = true
        while start < bytes.count {
            let end = (bytes[start...].firstIndex(of: 0x0A) ?? bytes.count - 1) + 1
            let line = bytes[start..<end]
            if isBehindEmptyLine && line.starts(with: "From ".utf8) {
                dropSeparator(&messages)
                messages.append([])
            } else if !messages.isEmpty {
                let quoted =
                    line.first == UInt8(ascii: ">") && line.drop { $0 == UInt8(ascii: ">") }.starts(with: "From ".utf8)
                messages[messages.count - 1] += quoted ? line.dropFirst() : line
            }
            isBehindEmptyLine = line.elementsEqual([0x0A]) || line.elementsEqual([0x0D, 0x0A])
            start = end
        }
        dropSeparator(&messages)
        return messages
    }

    /// Removes the empty line that stands between messages and belongs to none.
    private static func dropSeparator(_ messages: inout [[UInt8]]) {
        guard var last = messages.popLast() else { return }
        if last.suffix(3).elementsEqual([0x0A, 0x0D, 0x0A]) {
            last.removeLast(2)
        } else if last.suffix(2).elementsEqual([0x0A, 0x0A]) {
            last.removeLast()
        }
        messages.append(last)
    }

    public var count: Int { messages.count }
    public func size(of index: Int) -> Int { messages.size(of: index) }
    public func uid(of index: Int) -> String { messages.uid(of: index) }
    public func bytes(of index: Int, in range: Range<Int>) -> ArraySlice<UInt8> { messages.bytes(of: index, in: range) }
}

extension SandboxMaildrop where Self == FolderMaildrop {
    /// The mail at `path`: a folder of `.eml` and `.msg` files, a Maildir, or an mbox file.
    ///
    /// - Throws: ``SandboxError/mailNotReadable(path:reason:)``.
    public static func opened(at path: String) throws(SandboxError) -> any SandboxMaildrop {
        if FileSystem.isFolder(path) { return try FolderMaildrop(path: path) }
        return try MboxMaildrop(path: path)
    }
}
