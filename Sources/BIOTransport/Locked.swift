import Glibc

/// A value behind a lock.
///
/// A POSIX mutex rather than the standard library's: the thread sanitizer knows it, and so can vouch for what it
/// guards.
@safe
package final class Locked<Value: Sendable>: @unchecked Sendable {
    // Sendable: `value` is touched with the mutex held only. The mutex has an address of its own, as POSIX demands.
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    package init(_ value: Value) {
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Calls `body` with the value, alone. `body` must not take the same lock.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
