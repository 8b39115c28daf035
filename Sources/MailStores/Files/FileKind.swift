package import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What is at a path, as far as reading mail is concerned.
package enum FileKind: Equatable {
    /// A regular file of so many bytes, by itself or by a symbolic link.
    case regular(size: Int)
    case directory
    /// A symbolic link to a directory, which a walk does not follow: it may lead back.
    case linkToDirectory
    /// A device, a pipe, a socket.
    case other

    /// - Throws: the system's reason.
    package init(path: String) throws(Errno) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw .current }
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        if isLink {
            guard unsafe stat(path, &status) == 0 else { throw .current }
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .regular(size: Int(status.st_size))
        case S_IFDIR: self = isLink ? .linkToDirectory : .directory
        default: self = .other
        }
    }
}
