public import SystemPackage

/// Why mail or the record of it could not be stored. The message concerned is still on the server.
public enum SinkError: Error, Sendable, Equatable {
    /// What was being done, as the words that complete "cannot … PATH".
    public enum Operation: String, Sendable {
        case create, open, read, write, rename, remove, truncate, lock, synchronize
    }

    /// The system refused: what, where, and why.
    case system(Operation, path: String, Errno)
    /// `path` exists and is something other than what it is to be used as.
    case unsuitable(path: String, reason: String)
    /// Another process holds the lock and kept it for longer than ``lockPatience`` seconds.
    case locked(path: String)
    /// Not a destination: see ``SinkDestination``.
    case invalidDestination(String)
    /// The message could not be described; nothing was written of it.
    case notDescribed(reason: String)
    /// Mail is to be deleted on the server, and no destination keeps whole messages.
    case notLossless
    /// The sink could not be put back into a known state after an earlier error, and takes nothing more.
    case unusable(path: String)

    /// How long to wait for a lock before ``locked(path:)``, in seconds.
    public static let lockPatience = 60
}

extension SinkError {
    /// Whether the error concerns one message and not the sink.
    package var isOfMessageOnly: Bool {
        if case .notDescribed = self { true } else { false }
    }
}

extension SinkError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .system(let operation, let path, let error):
            "cannot \(operation.rawValue) \(path): \(error); \(Self.advice(error))"
        case .unsuitable(let path, let reason): "\(path): \(reason)"
        case .locked(let path): "\(path) is locked by another process; try again when it is done"
        case .invalidDestination(let text):
            "'\(text)' is no destination: use maildir:DIR, mbox:FILE, jsonl:FILE, null: or -"
        case .notDescribed(let reason): "the message cannot be described: \(reason)"
        case .notLossless:
            "nothing is deleted on the server unless a destination keeps whole messages: add maildir:DIR or mbox:FILE"
        case .unusable(let path): "\(path) is in an unknown state after an earlier error; start again"
        }
    }

    private static func advice(_ error: Errno) -> String {
        switch error {
        case .noSpace, .diskQuotaExceeded:
            "nothing is lost, the message is still on the server: free some space and run again"
        case .permissionDenied, .notPermitted, .readOnlyFileSystem: "check the owner and mode of the directory"
        case .brokenPipe: "the reader has gone"
        case .noSuchFileOrDirectory, .notDirectory: "check the path"
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem: "raise the limit of open files (ulimit -n)"
        default: "nothing is lost, the message is still on the server"
        }
    }
}
