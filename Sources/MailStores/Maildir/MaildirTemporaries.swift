#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The files that one sink writes in a Maildir's `tmp`, and the removal of those that dead sinks left there.
///
/// Each sink has an id of its own and keeps `sluice.ID.lock` locked for as long as it lives; its files are named
/// `sluice.ID.N`. If an id's lock can be taken, its sink is dead and its files can be removed. This works across hosts and
/// containers, where process numbers identify nothing.
package struct MaildirTemporaries {
    private static let prefix = "sluice."
    private static let lockSuffix = ".lock"

    package let directory: Directory
    private let id: String
    private let lock: File
    private var counter = 0

    /// Takes an id, and removes what dead sinks have left.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package init(in directory: Directory) throws(SinkError) {
        self.directory = directory
        while true {
            let id = String(UInt64.random(in: .min ... .max), radix: 36)
            let lock = try Self.open(id, in: directory)
            // A sink that is removing files may have been faster: then the file is locked or gone.
            if try lock.lockExclusively(), try lock.status().st_nlink > 0 {
                self.id = id
                self.lock = lock
                break
            }
        }
        try removeLeftovers()
    }

    /// A new name, ending with NUL.
    package mutating func nextName() -> [CChar] {
        counter += 1
        return cString("\(Self.prefix)\(id).\(counter)".utf8)
    }

    /// Ends the use of the id. Files that are still there are left for another sink to remove.
    package func close() {
        try? directory.remove(cString("\(Self.prefix)\(id)\(Self.lockSuffix)".utf8))
    }

    private func removeLeftovers() throws(SinkError) {
        var namesByID: [String: [[UInt8]]] = [:]
        try directory.forEachName { name in
            let parts = String(decoding: name, as: UTF8.self).split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "sluice", parts[1] != id, !parts[1].isEmpty else { return }
            namesByID[String(parts[1]), default: []].append(name)
        }
        for (otherID, names) in namesByID {
            let lock = try Self.open(otherID, in: directory)
            guard try lock.lockExclusively() else { continue }
            for name in names { try directory.remove(cString(name)) }
            try directory.remove(cString("\(Self.prefix)\(otherID)\(Self.lockSuffix)".utf8))
        }
    }

    private static func open(_ id: String, in directory: Directory) throws(SinkError) -> File {
        try directory.openFile("\(prefix)\(id)\(lockSuffix)", flags: O_RDWR | O_CREAT)
    }
}
