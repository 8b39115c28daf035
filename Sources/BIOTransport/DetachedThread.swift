import Glibc

/// What a thread runs.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Starts a thread of its own for `body`, which nobody joins.
///
/// - Returns: the error number where the system has no thread left; `body` is not run then.
func startDetachedThread(_ body: @escaping @Sendable () -> Void) -> Int32? {
    var handle = pthread_t()
    let context = unsafe Unmanaged.passRetained(ThreadBody(body))
    let status = unsafe pthread_create(
        &handle, nil,
        { context in
            guard let context = unsafe context else { return nil }
            // Balances the retain above: the thread owns what it runs.
            unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, context.toOpaque())
    guard status == 0 else {
        unsafe context.release()
        return status
    }
    pthread_detach(handle)
    return nil
}
