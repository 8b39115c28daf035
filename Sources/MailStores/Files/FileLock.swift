internal import CFileDurability

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension File {
    /// Takes the write lock that mail programs agree on (`fcntl`), waiting for ``SinkError/lockPatience`` seconds at
    /// most.
    package func lockForMail() throws(SinkError) {
        let attemptsPerSecond = 20
        for _ in 0..<SinkError.lockPatience * attemptsPerSecond {
            if try trySetLock() { return }
            usleep(useconds_t(1_000_000 / attemptsPerSecond))
        }
        throw .locked(path: path)
    }

    /// Gives the lock of ``lockForMail()`` back.
    package func unlockForMail() {
        _ = sluice_set_write_lock(descriptor, 0)
    }

    /// Takes the lock of ``lockForMail()`` or answers false where another open file has it. It belongs to this open
    /// file, and meets the locks of other processes.
    package func trySetLock() throws(SinkError) -> Bool {
        if retryingInterrupted({ sluice_set_write_lock(descriptor, 1) }) == 0 { return true }
        guard errno == EAGAIN || errno == EACCES else { throw failure(.lock) }
        return false
    }

    /// Takes a lock that only this program's processes look at, or answers false where another one holds it.
    package func lockExclusively() throws(SinkError) -> Bool {
        if retryingInterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 {
            isLockedExclusively = true
            return true
        }
        guard errno == EWOULDBLOCK else { throw failure(.lock) }
        return false
    }
}
