package import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension Errno {
    /// The error of the call that this thread made last.
    package static var current: Errno { Errno(rawValue: errno) }
}
