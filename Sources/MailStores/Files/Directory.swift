internal import CFileDurability
internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// An open directory. Files in it are named without a path, so that nobody can replace a part of the path between two
/// calls.
package struct Directory {
    package let file: File

    package var path: String { file.path }

    /// Opens the directory at `path`.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package init(path: String) throws(SinkError) {
        file = try File(path: path, flags: O_RDONLY | O_DIRECTORY)
    }

    /// The path of the process's working directory; empty where it has none.
    package static var current: String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            // getcwd writes at most the buffer's size, and ends the path with NUL where it succeeds.
            guard let base = buffer.baseAddress, unsafe getcwd(base, buffer.count) != nil else { return "" }
            return unsafe String(cString: base)
        }
    }

    /// The directory that `path` is in.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package static func parentDirectory(of path: String) throws(SinkError) -> Directory {
        let parent = FilePath(path).removingLastComponent()
        return try Directory(path: parent.isEmpty ? "." : parent.string)
    }

    /// Creates the directory at `path`, for its owner only, unless it is there.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    /// - Returns: whether it was created.
    package static func create(_ path: String) throws(SinkError) -> Bool {
        if unsafe mkdir(path, 0o700) == 0 { return true }
        guard errno == EEXIST else { throw .system(.create, path: path, .current) }
        return false
    }

    /// Creates the file of that name, which must not exist, for its owner only.
    ///
    /// - Parameter name: ends with NUL.
    /// - Throws: ``SinkError/system(_:path:_:)``.
    /// - Returns: a descriptor that the caller closes.
    package func createFile(_ name: [CChar]) throws(SinkError) -> CInt {
        let descriptor = retryingInterrupted {
            unsafe openat(file.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        }
        guard descriptor >= 0 else { throw failure(.create, name) }
        return descriptor
    }

    /// Opens the file of that name in this directory.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func openFile(_ name: String, flags: CInt) throws(SinkError) -> File {
        let descriptor = retryingInterrupted {
            unsafe openat(file.descriptor, name, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        guard descriptor >= 0 else { throw failure(.open, cString(name.utf8)) }
        return File(owning: descriptor, path: path + "/" + name)
    }

    /// Moves the file of that name into `directory` under a new name, and replaces the file that has it.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func move(_ name: [CChar], to directory: Directory, as newName: [CChar]) throws(SinkError) {
        guard unsafe renameat(file.descriptor, name, directory.file.descriptor, newName) == 0 else {
            throw failure(.rename, name)
        }
    }

    /// Removes the file of that name, if there is one.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func remove(_ name: [CChar]) throws(SinkError) {
        guard unsafe unlinkat(file.descriptor, name, 0) == 0 || errno == ENOENT else { throw failure(.remove, name) }
    }

    /// Returns when the directory's entries are on the disk.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func synchronize() throws(SinkError) { try file.synchronize() }

    /// Returns when everything on the directory's file system is on the disk.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func synchronizeFileSystem() throws(SinkError) {
        guard sluice_sync_file_system(file.descriptor) == 0 else { throw file.failure(.synchronize) }
    }

    /// Calls `body` with each name in the directory except `.` and `..`, in no order. O(entries), no matter how many.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func forEachName(_ body: ([UInt8]) throws(SinkError) -> Void) throws(SinkError) {
        // The stream takes a descriptor of its own, so that reading does not move this one's position.
        let descriptor = retryingInterrupted {
            unsafe openat(file.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw file.failure(.open) }
        guard let stream = unsafe fdopendir(descriptor) else {
            let error = file.failure(.open)
            close(descriptor)
            throw error
        }
        defer { unsafe closedir(stream) }
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            // `d_name` ends with NUL and lives until the next call.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                let start = unsafe UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self)
                return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: strlen(start)))
            }
            let isSelfOrParent = name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") }
            if !isSelfOrParent { try body(name) }
        }
        guard errno == 0 else { throw file.failure(.read) }
    }

    /// The names in the directory but for those that begin with a dot, in no order. O(entries).
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func visibleNames() throws(SinkError) -> [String] {
        var names: [String] = []
        try forEachName { if $0.first != UInt8(ascii: ".") { names.append(String(decoding: $0, as: UTF8.self)) } }
        return names
    }

    private func failure(_ operation: SinkError.Operation, _ name: [CChar]) -> SinkError {
        let error = Errno.current
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return .system(operation, path: path + "/" + text, error)
    }
}

/// `text` as the system's calls take it, ending with NUL.
package func cString(_ text: some Sequence<UInt8>) -> [CChar] {
    text.map { CChar(bitPattern: $0) } + [0]
}
