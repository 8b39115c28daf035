internal import MailStores

/// Why a sandbox could not be started or asked for something.
public enum SandboxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// OpenSSL could not make a key or a certificate; `step` says which.
    case certificateNotMade(step: String)
    /// A file or folder of mail cannot be read; the system's reason.
    case mailNotReadable(path: String, reason: String)
    /// A file cannot be written; the system's reason.
    case fileNotWritten(path: String, reason: String)
    /// The address and port cannot be listened on.
    case notListening(reason: String)

    public var description: String {
        switch self {
        case .certificateNotMade(let step): "cannot make a certificate: \(step) failed"
        case .mailNotReadable(let path, let reason): "cannot read mail from \(path): \(reason)"
        case .fileNotWritten(let path, let reason): "cannot write \(path): \(reason)"
        case .notListening(let reason): "cannot start the sandbox: \(reason)"
        }
    }
}

extension SandboxError {
    init(reading path: String, _ error: SinkError) {
        self = .mailNotReadable(path: path, reason: Self.reason(error))
    }

    init(writing path: String, _ error: SinkError) {
        self = .fileNotWritten(path: path, reason: Self.reason(error))
    }

    private static func reason(_ error: SinkError) -> String {
        if case .system(_, _, let errno) = error { "\(errno)" } else { "\(error)" }
    }
}
