internal import CFileDurability

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// An open folder, in which files are named without a path: nobody can move them elsewhere in between.
package struct Folder {
    package let file: File

    package var path: String { file.path }

    /// Opens the folder at `path`.
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

    /// The folder that holds `path`.
    package static func containing(_ path: String) throws(SinkError) -> Folder {
        let end = path.lastIndex(of: "/")
        let parent = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        return try Folder(path: parent)
    }

    /// Creates the folder at `path`, for its owner only, unless it is there.
    ///
    /// - Returns: whether it was created.
    package static func create(_ path: String) throws(SinkError) -> Bool {
        if unsafe mkdir(path, 0o700) == 0 { return true }
        guard errno == EEXIST else { throw .system(.create, path: path, code: errno) }
        return false
    }

    /// Creates the file of that name, which must not exist, for its owner only.
    ///
    /// - Parameter name: ends with NUL.
    /// - Returns: a descriptor that the caller closes.
    package func createFile(_ name: [CChar]) throws(SinkError) -> CInt {
        let descriptor = retryingInterrupted {
            unsafe openat(file.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        }
        guard descriptor >= 0 else { throw failure(.create, name) }
        return descriptor
    }

    /// Opens the file of that name in this folder.
    package func openFile(_ name: String, flags: CInt) throws(SinkError) -> File {
        let descriptor = retryingInterrupted {
            unsafe openat(file.descriptor, name, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        guard descriptor >= 0 else { throw failure(.open, cString(name.utf8)) }
        return File(owning: descriptor, path: path + "/" + name)
    }

    /// Moves the file of that name into `folder` under another, replacing what has it there.
    package func move(_ name: [CChar], to folder: Folder, as newName: [CChar]) throws(SinkError) {
        guard unsafe renameat(file.descriptor, name, folder.file.descriptor, newName) == 0 else {
            throw failure(.rename, name)
        }
    }

    /// Removes the file of that name. One that is not there is as good as removed.
    package func remove(_ name: [CChar]) throws(SinkError) {
        guard unsafe unlinkat(file.descriptor, name, 0) == 0 || errno == ENOENT else { throw failure(.remove, name) }
    }

    /// Returns when the folder's entries are on the disk.
    package func makeDurable() throws(SinkError) { try file.makeDurable() }

    /// Returns when everything on the folder's file system is on the disk.
    package func makeFileSystemDurable() throws(SinkError) {
        guard sluice_sync_file_system(file.descriptor) == 0 else { throw file.failure(.makeDurable) }
    }

    /// Calls `body` with each name in the folder except `.` and `..`, in no order. O(entries), no matter how many.
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

    private func failure(_ operation: SinkError.Operation, _ name: [CChar]) -> SinkError {
        let code = errno
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return .system(operation, path: path + "/" + text, code: code)
    }
}

/// `text` as the system's calls take it, ending with NUL.
package func cString(_ text: some Sequence<UInt8>) -> [CChar] {
    text.map { CChar(bitPattern: $0) } + [0]
}
