internal import ByteCoding
internal import MailStores
internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The mail of a folder: a Maildir (its `cur` and `new`), or all `.eml` and `.msg` files at any depth, in the order of
/// their paths. Messages stay in their files and are read when they are asked for.
public struct FolderMaildrop: SandboxMaildrop {
    private struct Message: Sendable {
        let path: String
        let uid: String
        let size: Int
    }

    private let messages: [Message]

    /// Lists the messages of the folder at `path`. O(n log n) in their number.
    ///
    /// - Throws: ``SandboxError/mailNotReadable(path:reason:)``.
    public init(path: String) throws(SandboxError) {
        var messages: [Message] = []
        do throws(SinkError) {
            var walk = MailFileWalk(path)
            while let file = try walk.next() {
                guard file.isInMaildir || file.path.hasSuffix(".eml") || file.path.hasSuffix(".msg") else { continue }
                // A Maildir file is renamed as its flags change; what comes before them stays.
                let name = file.path.dropFirst(path.count).drop { $0 == "/" }
                let stable = file.isInMaildir ? name.split(separator: "/").last?.prefix { $0 != ":" } ?? name : name
                messages.append(
                    Message(path: file.path, uid: ContentFingerprint.hexadecimal(of: stable.utf8), size: file.size))
            }
        } catch {
            throw SandboxError(reading: path, error)
        }
        self.messages = messages
    }

    public var count: Int { messages.count }
    public func size(of index: Int) -> Int { messages[index].size }
    public func uid(of index: Int) -> String { messages[index].uid }

    public func bytes(of index: Int, in range: Range<Int>) throws(SandboxError) -> ArraySlice<UInt8> {
        let path = messages[index].path
        let bytes: [UInt8]
        do throws(SinkError) {
            bytes = try File(path: path, flags: O_RDONLY).read(range.count, at: range.lowerBound)
        } catch {
            throw SandboxError(reading: path, error)
        }
        guard bytes.count == range.count else {
            throw .mailNotReadable(path: path, reason: "the file has changed")
        }
        return bytes[...]
    }

    public func remove(_ indices: [Int]) throws(SandboxError) {
        for index in indices where unsafe unlink(messages[index].path) != 0 {
            throw .fileNotWritten(path: messages[index].path, reason: "\(Errno.current)")
        }
    }
}
