public import MessageBuffers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A message of a Maildir.
public struct MaildirMessage: Sendable {
    /// The file's content.
    public let bytes: MessageBytes
    /// The part of the file's name that stays when its flags change.
    public let uniqueName: String
    public let flags: MaildirFlags
    /// Whether it is in `new`, where no mail reader has seen it.
    public let isNew: Bool
    /// When the file was written, which is when the message was delivered: seconds after 1970-01-01 00:00 UTC.
    public let date: Int
}

/// Reads the messages of a Maildir, one after the other, those of `cur` before those of `new`, each in the order of their
/// names, which begin with the time of delivery in most programs.
///
/// Other programs may use the Maildir meanwhile: a message whose file is renamed, as its flags change or it moves from `new`
/// to `cur`, is found again; one that is deleted is left out; one that is delivered after the reader was made is not read.
public struct MaildirReader {
    private struct Name {
        let directory: String
        let file: String

        var unique: Substring { file.prefix { $0 != ":" } }
    }

    private let path: String
    private var names: [Name]
    private var position = 0

    /// Lists the messages of the Maildir at `path`. O(n log n) in their number.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``; ``SinkError/unsuitable(path:reason:)`` where there is no `cur` or `new`.
    public init(path: String) throws(SinkError) {
        let present = try Directory(path: path).visibleNames()
        guard present.contains("cur"), present.contains("new") else {
            throw .unsuitable(path: path, reason: "this is no Maildir: it has no directories cur and new")
        }
        self.path = path
        names = []
        for directory in ["cur", "new"] { names += try Self.names(in: directory, of: path) }
    }

    /// The number of messages, those included that have been read.
    public var count: Int { names.count }

    /// The next message; nil after the last. O(n) in its size.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    public mutating func nextMessage() throws(SinkError) -> MaildirMessage? {
        while position < names.count {
            let name = names[position]
            position += 1
            if let message = try read(name) { return message }
            if let renamed = try find(name.unique), let message = try read(renamed) { return message }
        }
        return nil
    }

    /// Nil where the file is not there any more.
    private func read(_ name: Name) throws(SinkError) -> MaildirMessage? {
        let file: File
        do throws(SinkError) {
            file = try File(path: "\(path)/\(name.directory)/\(name.file)", flags: O_RDONLY)
        } catch .system(_, _, .noSuchFileOrDirectory) {
            return nil
        }
        let status = try file.status()
        return MaildirMessage(
            bytes: MessageBytes(try file.read(Int(status.st_size), at: 0)), uniqueName: String(name.unique),
            flags: MaildirFlags(fileName: name.file), isNew: name.directory == "new", date: Int(status.st_mtim.tv_sec))
    }

    /// Where the message of that unique name is now.
    private func find(_ unique: Substring) throws(SinkError) -> Name? {
        for directory in ["cur", "new"] {
            if let name = try Self.names(in: directory, of: path).first(where: { $0.unique == unique }) { return name }
        }
        return nil
    }

    private static func names(in directory: String, of path: String) throws(SinkError) -> [Name] {
        try Directory(path: path + "/" + directory).visibleNames().sorted().map { Name(directory: directory, file: $0) }
    }
}
