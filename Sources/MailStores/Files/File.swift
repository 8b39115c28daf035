#if canImport(Glibc)
    package import Glibc
#elseif canImport(Musl)
    package import Musl
#endif

/// One open file. It is closed when the last reference goes; every error names the path it was opened by.
package final class File {
    package let descriptor: CInt
    /// For errors only.
    package let path: String
    private let isOwned: Bool
    /// Whether this has the lock of ``lockExclusively()``.
    package var isLockedExclusively = false

    /// Opens `path`. It is never inherited by other programs.
    package init(
        path: String, flags: CInt, mode: mode_t = 0o600, for operation: SinkError.Operation = .open
    ) throws(SinkError) {
        descriptor = retryingInterrupted { unsafe open(path, flags | O_CLOEXEC, mode) }
        guard descriptor >= 0 else { throw .system(operation, path: path, code: errno) }
        self.path = path
        isOwned = true
    }

    /// Opens or creates the file at `path` to be read and written at any place.
    ///
    /// - Throws: ``SinkError/unsuitable(path:reason:)`` on a device, a pipe or a folder.
    package convenience init(regular path: String) throws(SinkError) {
        try self.init(path: path, flags: O_RDWR | O_CREAT)
        guard try status().st_mode & S_IFMT == S_IFREG else {
            throw .unsuitable(path: path, reason: "this is no regular file")
        }
    }

    /// Takes over an open descriptor.
    package init(owning descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
        isOwned = true
    }

    /// Uses a descriptor that somebody else closes.
    package init(borrowing descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
        isOwned = false
    }

    deinit {
        // To close the file is not enough: a program that another thread starts just now holds it until it has begun.
        if isLockedExclusively { _ = flock(descriptor, LOCK_UN) }
        if isOwned { close(descriptor) }
    }

    package func failure(_ operation: SinkError.Operation) -> SinkError {
        .system(operation, path: path, code: errno)
    }

    /// Writes all of `bytes` at the file's position, or at its end where it was opened to append.
    package func write(_ bytes: RawSpan) throws(SinkError) {
        do throws(Errno) {
            try writeAll(bytes, to: descriptor)
        } catch {
            throw .system(.write, path: path, code: error.code)
        }
    }

    /// Writes all of `bytes` at `offset`.
    package func write(_ bytes: RawSpan, at offset: Int) throws(SinkError) {
        var done = 0
        while done < bytes.byteCount {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                retryingInterrupted {
                    unsafe pwrite(
                        descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done,
                        off_t(offset + done))
                }
            }
            guard count > 0 else { throw failure(.write) }
            done += count
        }
    }

    /// Reads up to `count` bytes at `offset`; fewer only at the end of the file.
    package func read(_ count: Int, at offset: Int) throws(SinkError) -> [UInt8] {
        // An array without capacity is one that all share, and its initialiser writes to it all the same.
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

    package func status() throws(SinkError) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(.read) }
        return status
    }

    /// The file's length in bytes.
    package func length() throws(SinkError) -> Int { Int(try status().st_size) }

    package func truncate(to length: Int) throws(SinkError) {
        guard retryingInterrupted({ ftruncate(descriptor, off_t(length)) }) == 0 else { throw failure(.truncate) }
    }

    /// Returns when data and the metadata needed to read it are on the disk. For a folder: its entries.
    package func makeDurable() throws(SinkError) {
        guard retryingInterrupted({ fsync(descriptor) }) == 0 else { throw failure(.makeDurable) }
    }

    /// As ``makeDurable()``, for what may be a pipe, a socket or a terminal, which have no disk behind them.
    package func makeDurableIfStored() throws(SinkError) {
        guard retryingInterrupted({ fsync(descriptor) }) == 0 || errno == EINVAL || errno == EROFS else {
            throw failure(.makeDurable)
        }
    }
}

/// Writes all of `bytes` to `descriptor` at its position.
package func writeAll(_ bytes: RawSpan, to descriptor: CInt) throws(Errno) {
    var done = 0
    while done < bytes.byteCount {
        let count = unsafe bytes.withUnsafeBytes { buffer in
            retryingInterrupted {
                // `done` is less than the count, so the pointer stays in the span's memory.
                unsafe write(descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
            }
        }
        guard count >= 0 else { throw .current }
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
