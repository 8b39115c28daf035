import Glibc

/// Converters that a thread has done with, for the next text in their charset: to open one costs more than to convert a
/// short text by it, as the C library loads a file of code for each charset and gives it back when nobody has it open.
///
/// Each thread has its own, so there is nothing to wait for, and they go with it.
@safe
final class IdleConverters {
    /// How many a thread keeps: more than the C library has files of code, so that a message that names them in turn
    /// does not make it load one for each word.
    private static let limit = 256
    private let limit: Int

    init(limit: Int = IdleConverters.limit) {
        self.limit = limit
    }

    /// The longest unused first.
    private var idle: [(name: String, descriptor: iconv_t)] = unsafe []

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let status = unsafe pthread_key_create(&key) { context in
            guard let context = unsafe context else { return }
            // Balances the retain of `ofThisThread`.
            unsafe Unmanaged<IdleConverters>.fromOpaque(context).release()
        }
        precondition(status == 0, "the process can have one more kind of thread-specific data")
        return key
    }()

    /// Those of the calling thread. Not to be kept, nor given to another.
    static var ofThisThread: IdleConverters {
        if let context = unsafe pthread_getspecific(key) {
            return unsafe Unmanaged<IdleConverters>.fromOpaque(context).takeUnretainedValue()
        }
        let made = IdleConverters()
        unsafe pthread_setspecific(key, Unmanaged.passRetained(made).toOpaque())
        return made
    }

    deinit {
        for index in unsafe idle.indices { unsafe iconv_close(idle[index].descriptor) }
    }

    /// A converter from the charset of that name, in its initial state; nil if there is none.
    func take(_ name: String) -> iconv_t? {
        guard let index = unsafe idle.lastIndex(where: { unsafe $0.name == name }) else { return nil }
        let descriptor = unsafe idle.remove(at: index).descriptor
        unsafe iconv(descriptor, nil, nil, nil, nil)
        return unsafe descriptor
    }

    /// Keeps a converter that nobody uses any more, in the place of the one that is unused for the longest.
    func give(_ descriptor: iconv_t, _ name: String) {
        if unsafe idle.count == limit { unsafe iconv_close(idle.removeFirst().descriptor) }
        unsafe idle.append((name, descriptor))
    }
}
