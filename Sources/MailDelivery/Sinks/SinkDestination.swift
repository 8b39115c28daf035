internal import MailStores

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

extension SinkDestination {
    /// Whether the destination keeps whole messages: its sink is lossless.
    public var keepsWholeMessages: Bool {
        switch self {
        case .maildir, .mbox: true
        case .jsonLines, .null, .standardOutput: false
        }
    }

    /// Whether what goes there is in a file afterwards.
    public var isStored: Bool {
        switch self {
        case .maildir, .mbox, .jsonLines: true
        case .null, .standardOutput: false
        }
    }

    /// The same destination, named so that it means the same wherever the program is started.
    public var absolute: SinkDestination {
        switch self {
        case .maildir(let path): .maildir(Self.absolute(path))
        case .mbox(let path): .mbox(Self.absolute(path))
        case .jsonLines(let path): .jsonLines(Self.absolute(path))
        case .null, .standardOutput: self
        }
    }

    private static func absolute(_ path: String) -> String {
        let start = path.hasPrefix("/") ? "" : Directory.current
        var parts: [Substring] = []
        // Parents are not resolved: through a link, they are not what the path says.
        for part in (start + "/" + path).split(separator: "/") where part != "." { parts.append(part) }
        return "/" + parts.joined(separator: "/")
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
