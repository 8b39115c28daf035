/// Where mail is to go, as written on a command line: `maildir:DIR`, `mbox:FILE`, `jsonl:FILE`, `null:` or `-`.
public enum SinkDestination: Sendable, Equatable {
    case maildir(String)
    case mbox(String)
    case jsonLines(String)
    case null
    case standardOutput

    /// Reads a destination.
    ///
    /// - Throws: ``SinkError/invalidDestination(_:)`` on an unknown kind, a missing path, or one with a NUL in it.
    public init(_ text: String) throws(SinkError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.count == 2 ? String(parts[1]) : ""
        let hasPath = !path.isEmpty && !path.utf8.contains(0)
        switch (parts.first, parts.count) {
        case ("-", 1): self = .standardOutput
        case ("null", 2) where path.isEmpty: self = .null
        case ("maildir", 2) where hasPath: self = .maildir(path)
        case ("mbox", 2) where hasPath: self = .mbox(path)
        case ("jsonl", 2) where hasPath: self = .jsonLines(path)
        default: throw .invalidDestination(text)
        }
    }
}

extension SinkDestination: CustomStringConvertible {
    public var description: String {
        switch self {
        case .maildir(let path): "maildir:\(path)"
        case .mbox(let path): "mbox:\(path)"
        case .jsonLines(let path): "jsonl:\(path)"
        case .null: "null:"
        case .standardOutput: "-"
        }
    }
}
