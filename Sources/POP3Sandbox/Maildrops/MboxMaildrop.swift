internal import MailStores

/// The mail of an mbox file, read whole at the start.
public struct MboxMaildrop: SandboxMaildrop {
    private let messages: MemoryMaildrop

    /// Reads the messages as `MailStores.MboxReader` does. O(n) in the size of the file.
    ///
    /// - Throws: ``SandboxError/mailNotReadable(path:reason:)``.
    public init(path: String) throws(SandboxError) {
        var messages: [[UInt8]] = []
        do throws(SinkError) {
            var reader = try MboxReader(path: path)
            while let message = try reader.nextMessage() { messages.append(Array(message.bytes)) }
        } catch {
            throw SandboxError(reading: path, error)
        }
        self.messages = MemoryMaildrop(messages)
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
        switch try? FileKind(path: path) {
        case .directory, .linkToDirectory: try FolderMaildrop(path: path)
        default: try MboxMaildrop(path: path)
        }
    }
}
