package import SystemPackage

#if canImport(Glibc)
    package import Glibc
#elseif canImport(Musl)
    package import Musl
#endif

/// One open file. It is closed with its last reference; every error names the path that it was opened by.
package final class File {
    package let descriptor: CInt
    /// For errors only.
    package let path: String
    private let isOwned: Bool
    /// Whether this has the lock of ``lockExclusively()``.
    package var isLockedExclusively = false

    /// Opens `path`. It is never inherited by other programs.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``, with `operation`.
    package init(
        path: String, flags: CInt, mode: mode_t = 0o600, for operation: SinkError.Operation = .open
    ) throws(SinkError) {
        descriptor = retryingInterrupted { unsafe open(path, flags | O_CLOEXEC, mode) }
        guard descriptor >= 0 else { throw .system(operation, path: path, .current) }
        self.path = path
        isOwned = true
    }

    /// Opens or creates the file at `path` to be read and written at any place.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``; ``SinkError/unsuitable(path:reason:)`` for a device, a pipe or a directory.
    package static func openRegularFile(_ path: String) throws(SinkError) -> File {
        let file = try File(path: path, flags: O_RDWR | O_CREAT)
        guard try file.status().st_mode & S_IFMT == S_IFREG else {
            throw .unsuitable(path: path, reason: "this is no regular file")
        }
        return file
    }

    /// Takes over an open descriptor.
    package init(owning descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
        isOwned = true
    }

    /// Uses a descriptor that the caller closes.
    package init(borrowing descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
        isOwned = false
    }

    deinit {
        // Closing is not enough: a program that another thread is starting shares the descriptor, and with it the lock,
        // until its exec.
        if isLockedExclusively { _ = flock(descriptor, LOCK_UN) }
        if isOwned { close(descriptor) }
    }

    /// The error of the call on this file that this thread made last.
    package func failure(_ operation: SinkError.Operation) -> SinkError {
        .system(operation, path: path, .current)
    }

    /// Writes all of `bytes` at the file's position, or at its end if it was opened to append. O(n).
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``. Some of the bytes may have been written.
    package func write(_ bytes: RawSpan) throws(SinkError) {
        try write(bytes, offset: nil)
    }

    /// Writes all of `bytes` at `offset`. O(n).
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``. Some of the bytes may have been written.
    package func write(_ bytes: RawSpan, at offset: Int) throws(SinkError) {
        try write(bytes, offset: offset)
    }

    private func write(_ bytes: RawSpan, offset: Int?) throws(SinkError) {
        do throws(Errno) {
            try writeAll(bytes, to: descriptor, at: offset)
        } catch {
            throw .system(.write, path: path, error)
        }
    }

    /// Reads up to `count` bytes at `offset`; fewer only at the end of the file. O(n).
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func read(_ count: Int, at offset: Int) throws(SinkError) -> [UInt8] {
        // The initialiser of an array without capacity writes to the empty one that all arrays share.
        guard count > 0 else { return [] }
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            while initializedCount < count {
                let done = initializedCount
                let read = retryingInterrupted {
                    unsafe pread(
                        descriptor, buffer.baseAddress.map { unsafe $0 + done }, count - done, off_t(offset + done))
                }
                failed = read < 0
                guard read > 0 else { break }
                initializedCount += read
            }
        }
        if failed { throw failure(.read) }
        return bytes
    }

    /// What `fstat` says.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func status() throws(SinkError) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(.read) }
        return status
    }

    /// The file's length in bytes.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func length() throws(SinkError) -> Int { Int(try status().st_size) }

    /// Drops what is after the first `length` bytes.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func truncate(to length: Int) throws(SinkError) {
        guard retryingInterrupted({ ftruncate(descriptor, off_t(length)) }) == 0 else { throw failure(.truncate) }
    }

    /// Returns when data and the metadata needed to read it are on the disk. For a directory: its entries.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``. The kernel may then have dropped the data: a second call that succeeds
    ///   proves nothing.
    package func synchronize() throws(SinkError) {
        guard retryingInterrupted({ fsync(descriptor) }) == 0 else { throw failure(.synchronize) }
    }

    /// As ``synchronize()``, for what may be a pipe, a socket or a terminal, which are on no disk.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func synchronizeIfStored() throws(SinkError) {
        guard retryingInterrupted({ fsync(descriptor) }) == 0 || errno == EINVAL || errno == EROFS else {
            throw failure(.synchronize)
        }
    }
}

/// Writes all of `bytes` to `descriptor`, at `offset` or else at its position. O(n).
///
/// - Throws: the error of the call that failed. Some of the bytes may have been written.
package func writeAll(_ bytes: RawSpan, to descriptor: CInt, at offset: Int? = nil) throws(Errno) {
    var done = 0
    while done < bytes.byteCount {
        let count = unsafe bytes.withUnsafeBytes { buffer in
            // `done` is less than the count, so that the rest lies in the span's memory.
            let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
            return retryingInterrupted {
                if let offset {
                    unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
                } else {
                    unsafe write(descriptor, rest.baseAddress, rest.count)
                }
            }
        }
        guard count >= 0 else { throw .current }
        // A device that takes nothing would be asked for ever.
        guard count > 0 else { throw .ioError }
        done += count
    }
}

/// Repeats a system call for as long as a signal interrupts it.
package func retryingInterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}
