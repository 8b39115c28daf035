import BIOTransport
import Glibc

/// Reading files and folders. Every pointer below is valid for the call it is handed to.
enum FileSystem {
    static func reason() -> String { systemError(errno) }

    static func isFolder(_ path: String) -> Bool {
        status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// Nil for what is not a regular file.
    static func fileSize(_ path: String) -> Int? {
        guard let status = status(path), status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status : nil
    }

    /// The names in a folder but for those that begin with a dot.
    static func entries(of path: String) throws(SandboxError) -> [String] {
        guard let folder = unsafe opendir(path) else { throw .mailNotReadable(path: path, reason: reason()) }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// - Throws: also where the file is shorter than `range`.
    static func bytes(of path: String, in range: Range<Int>) throws(SandboxError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .mailNotReadable(path: path, reason: reason()) }
        defer { close(descriptor) }
        // The initialiser of an array without capacity writes to the empty one that all share.
        guard !range.isEmpty else { return [] }
        var isWhole = true
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            while count < range.count {
                let read = unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + count }, range.count - count,
                    range.lowerBound + count)
                guard read > 0 else {
                    isWhole = false
                    break
                }
                count += read
            }
        }
        guard isWhole else { throw .mailNotReadable(path: path, reason: "the file has changed") }
        return bytes
    }

    static func write(_ text: String, to path: String) throws(SandboxError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .fileNotWritten(path: path, reason: reason()) }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { throw .fileNotWritten(path: path, reason: reason()) }
            rest = rest.dropFirst(written)
        }
    }
}
