#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A system call's error number.
struct Errno: Error, Equatable, CustomStringConvertible {
    let code: CInt

    init(code: CInt) { self.code = code }

    /// The error of the call that this thread made last.
    static var current: Errno { Errno(code: errno) }

    /// The system's own words.
    var description: String {
        var buffer = [CChar](repeating: 0, count: 256)
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return "error \(code)" }
            // The POSIX form of the call: it writes at most `count` bytes, NUL included.
            guard unsafe strerror_r(code, base, buffer.count) == 0 else { return "error \(code)" }
            return unsafe String(cString: base)
        }
    }
}
