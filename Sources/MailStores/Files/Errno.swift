#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A system call's error number.
package struct Errno: Error, Equatable, CustomStringConvertible {
    package let code: CInt

    package init(code: CInt) { self.code = code }

    /// The error of the call that this thread made last.
    package static var current: Errno { Errno(code: errno) }

    /// The system's own words.
    package var description: String {
        var buffer = [CChar](repeating: 0, count: 256)
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return "error \(code)" }
            // The POSIX form of the call: it writes at most `count` bytes, NUL included.
            guard unsafe strerror_r(code, base, buffer.count) == 0 else { return "error \(code)" }
            return unsafe String(cString: base)
        }
    }
}
