internal import SystemPackage

/// Goes through the regular files at and below a path, in the order of their paths.
///
/// Names that begin with a dot are left out, as is a Maildir's `tmp`, whose messages are not delivered yet. Symbolic links
/// to directories are not followed. A file or directory that has gone since its directory was read is left out.
package struct MailFileWalk {
    package struct Entry {
        package let path: String
        /// Bytes.
        package let size: Int
        /// Whether it is in the `cur` or `new` of a Maildir, and so one message whatever it begins with.
        package let isInMaildir: Bool
    }

    /// Directories within directories beyond this are left out.
    private static let depthLimit = 64

    private struct Pending {
        let path: String
        let depth: Int
        let isInMaildir: Bool
    }

    /// What is still to be visited, the next one last.
    private var pending: [Pending]

    package init(_ root: String) {
        pending = [Pending(path: root, depth: 0, isInMaildir: false)]
    }

    /// The next file; nil after the last. O(n log n) in the entries of a directory where one is begun.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package mutating func next() throws(SinkError) -> Entry? {
        while let visited = pending.popLast() {
            do throws(SinkError) {
                switch try Self.kind(visited.path, isRoot: visited.depth == 0) {
                case .regular(let size):
                    return Entry(path: visited.path, size: size, isInMaildir: visited.isInMaildir)
                case .directory where visited.depth < Self.depthLimit: try enter(visited)
                case .directory, .linkToDirectory, .other: continue
                }
            } catch .system(_, _, .noSuchFileOrDirectory) where visited.depth > 0 {
                continue
            }
        }
        return nil
    }

    private static func kind(_ path: String, isRoot: Bool) throws(SinkError) -> FileKind {
        do throws(Errno) {
            let kind = try FileKind(path: path)
            return isRoot && kind == .linkToDirectory ? .directory : kind
        } catch {
            throw .system(.read, path: path, error)
        }
    }

    private mutating func enter(_ directory: Pending) throws(SinkError) {
        let names = try Directory(path: directory.path).visibleNames()
        let isMaildir = names.contains("cur") && names.contains("new")
        let prefix = directory.path.hasSuffix("/") ? directory.path : directory.path + "/"
        for name in names.sorted().reversed() where !(isMaildir && name == "tmp") {
            let isInMaildir = directory.isInMaildir || isMaildir && (name == "cur" || name == "new")
            pending.append(Pending(path: prefix + name, depth: directory.depth + 1, isInMaildir: isInMaildir))
        }
    }
}
