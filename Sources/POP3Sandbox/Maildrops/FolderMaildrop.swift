internal import ByteCoding
import Glibc

/// The mail of a folder: a Maildir (its `cur` and `new`), or all `.eml` and `.msg` files at any depth, in the order of
/// their paths. Messages stay in their files and are read when they are asked for.
public struct FolderMaildrop: SandboxMaildrop {
    private struct File: Sendable {
        let path: String
        let uid: String
        let size: Int
    }

    private let files: [File]

    /// Lists the messages of the folder at `path`. O(n log n) in their number.
    ///
    /// - Throws: ``SandboxError/mailNotReadable(path:reason:)``.
    public init(path: String) throws(SandboxError) {
        let isMaildir = FileSystem.isFolder(path + "/cur") && FileSystem.isFolder(path + "/new")
        var names: [String] = []
        if isMaildir {
            for folder in ["cur", "new"] {
                names += try FileSystem.entries(of: path + "/" + folder).map { folder + "/" + $0 }
            }
        } else {
            names = try Self.mailFiles(below: path)
        }
        files = names.sorted().compactMap { name in
            guard let size = FileSystem.fileSize(path + "/" + name) else { return nil }
            // A Maildir file is renamed as its flags change; what comes before them stays.
            let stable = isMaildir ? String(name.split(separator: "/")[1].prefix { $0 != ":" }) : name
            return File(path: path + "/" + name, uid: ContentFingerprint.hexadecimal(of: stable.utf8), size: size)
        }
    }

    private static func mailFiles(below root: String) throws(SandboxError) -> [String] {
        var found: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            for entry in try FileSystem.entries(of: root + "/" + folder) {
                let name = folder.isEmpty ? entry : folder + "/" + entry
                if FileSystem.isFolder(root + "/" + name) {
                    folders.append(name)
                } else if entry.hasSuffix(".eml") || entry.hasSuffix(".msg") {
                    found.append(name)
                }
            }
        }
        return found
    }

    public var count: Int { files.count }
    public func size(of index: Int) -> Int { files[index].size }
    public func uid(of index: Int) -> String { files[index].uid }

    public func bytes(of index: Int, in range: Range<Int>) throws(SandboxError) -> ArraySlice<UInt8> {
        try FileSystem.bytes(of: files[index].path, in: range)[...]
    }

    public func remove(_ indices: [Int]) throws(SandboxError) {
        for index in indices where unsafe unlink(files[index].path) != 0 {
            throw .fileNotWritten(path: files[index].path, reason: FileSystem.reason())
        }
    }
}
