internal import MailStores
public import POP3

/// What stopped a drain.
public enum DrainError: Error, Sendable {
    /// The server or the connection to it.
    case session(POP3Error)
    /// The place where mail goes, or the list of seen messages.
    case sink(SinkError)
}

extension DrainError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .session(let error): "\(error)"
        case .sink(let error): "\(error)"
        }
    }
}
