import Glibc
import MailStores
import MessageBuffers
import Testing

/// A folder that goes with everything in it when the test is over.
package final class TemporaryFolder {
    package let path: String

    package init() throws {
        var template = Array("/tmp/sluice-test-XXXXXX".utf8CString)
        try #require(unsafe mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.remove(path)
    }

    package static func path(_ folder: String, _ name: String) -> String { folder + "/" + name }

    package subscript(_ name: String) -> String { path + "/" + name }

    package static func names(in path: String) throws -> [String] {
        var names: [String] = []
        try Directory(path: path).forEachName { names.append(String(decoding: $0, as: UTF8.self)) }
        return names.sorted()
    }

    package func names(in name: String) throws -> [String] { try Self.names(in: self[name]) }

    package func read(_ name: String) throws -> [UInt8] {
        let file = try File(path: self[name], flags: O_RDONLY)
        return try file.read(try file.length(), at: 0)
    }

    /// Replaces the file's content and keeps the file.
    package func write(_ bytes: [UInt8], to name: String) throws {
        try File(path: self[name], flags: O_WRONLY | O_CREAT | O_TRUNC).write(bytes.rawSpan)
    }

    private static func remove(_ path: String) {
        // Links are not followed.
        guard unsafe unlink(path) != 0 else { return }
        for name in (try? names(in: path)) ?? [] { remove(path + "/" + name) }
        unsafe rmdir(path)
    }
}

/// A file system of 64 KiB, where writing soon fails. Needs the right to mount.
package final class SmallFileSystem {
    package let path: String
    private let folder: TemporaryFolder

    package init?() {
        guard let folder = try? TemporaryFolder(),
            unsafe mount("tmpfs", folder.path, "tmpfs", 0, "size=64k") == 0
        else { return nil }
        self.folder = folder
        path = folder.path
    }

    deinit { unsafe umount(path) }

    package static let isAvailable = SmallFileSystem() != nil
}
