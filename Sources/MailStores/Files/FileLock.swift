internal import CFileDurability

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension File {
    /// Takes the write lock that mail programs agree on (`fcntl`), waiting for ``SinkError/lockPatience`` seconds at
    /// most.
    ///
    /// - Throws: ``SinkError/locked(path:)`` after that; ``SinkError/system(_:path:_:)``.
    package func lockForMail() throws(SinkError) {
        let attemptsPerSecond = 20
        for _ in 0..<SinkError.lockPatience * attemptsPerSecond {
            if try trySetLock() { return }
            usleep(useconds_t(1_000_000 / attemptsPerSecond))
        }
        throw .locked(path: path)
    }

    /// Releases the lock of ``lockForMail()``.
    package func unlockForMail() {
        _ = sluice_set_write_lock(descriptor, 0)
    }

    /// Takes the lock of ``lockForMail()``, or returns false if another open file has it. It belongs to this open file,
    /// and excludes the locks of other processes.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func trySetLock() throws(SinkError) -> Bool {
        if retryingInterrupted({ sluice_set_write_lock(descriptor, 1) }) == 0 { return true }
        guard errno == EAGAIN || errno == EACCES else { throw failure(.lock) }
        return false
    }

    /// Takes a lock that only processes of this program take, or returns false if another one holds it.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func lockExclusively() throws(SinkError) -> Bool {
        if retryingInterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 {
            isLockedExclusively = true
            return true
        }
        guard errno == EWOULDBLOCK else { throw failure(.lock) }
        return false
    }
}
