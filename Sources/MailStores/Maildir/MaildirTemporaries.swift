#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The files that one sink writes in a Maildir's `tmp`, and the removal of those that dead sinks left there.
///
/// Each sink has an id of its own and keeps `sluice.ID.lock` locked for as long as it lives; its files are named
/// `sluice.ID.N`. Whose lock can be taken is dead, and its files can go. This works across hosts and containers, where
/// process numbers say nothing.
package struct MaildirTemporaries {
    private static let prefix = "sluice."
    private static let lockSuffix = ".lock"

    package let folder: Folder
    private let id: String
    private let lock: File
    private var counter = 0

    package init(in folder: Folder) throws(SinkError) {
        self.folder = folder
        while true {
            let id = String(UInt64.random(in: .min ... .max), radix: 36)
            let lock = try Self.open(id, in: folder)
            // Somebody who cleans up may have been faster: then the file is locked or gone.
            if try lock.lockExclusively(), try lock.status().st_nlink > 0 {
                self.id = id
                self.lock = lock
                break
            }
        }
        try removeLeftovers()
    }

    /// A name that no file has yet, ending with NUL.
    package mutating func nextName() -> [CChar] {
        counter += 1
        return cString("\(Self.prefix)\(id).\(counter)".utf8)
    }

    /// Ends the use of the id. Files that are still there are somebody else's to remove.
    package func close() {
        try? folder.remove(cString("\(Self.prefix)\(id)\(Self.lockSuffix)".utf8))
    }

    private func removeLeftovers() throws(SinkError) {
        var namesByID: [String: [[UInt8]]] = [:]
        try folder.forEachName { name in
            let parts = String(decoding: name, as: UTF8.self).split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "sluice", parts[1] != id, !parts[1].isEmpty else { return }
            namesByID[String(parts[1]), default: []].append(name)
        }
        for (otherID, names) in namesByID {
            let lock = try Self.open(otherID, in: folder)
            guard try lock.lockExclusively() else { continue }
            for name in names { try folder.remove(cString(name)) }
            try folder.remove(cString("\(Self.prefix)\(otherID)\(Self.lockSuffix)".utf8))
        }
    }

    private static func open(_ id: String, in folder: Folder) throws(SinkError) -> File {
        try folder.openFile("\(prefix)\(id)\(lockSuffix)", flags: O_RDWR | O_CREAT)
    }
}
