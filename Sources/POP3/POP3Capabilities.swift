/// What CAPA says that a server can do (RFC 2449 §5). It can differ before and after STLS and login.
public struct POP3Capabilities: Sendable, Hashable, Codable {
    /// One line: a name in upper case, and its arguments as sent.
    public struct Entry: Sendable, Hashable, Codable {
        public let name: String
        public let arguments: [String]
    }

    /// In the server's order.
    public let entries: [Entry]

    /// Reads the lines of CAPA's listing; lines without a word are left out.
    public init(lines: [String]) {
        entries = lines.compactMap { line in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
            guard let name = words.first else { return nil }
            return Entry(name: name.uppercased(), arguments: Array(words.dropFirst()))
        }
    }

    /// Whether `name`, in any case, is advertised.
    public func supports(_ name: String) -> Bool {
        let name = name.uppercased()
        return entries.contains { $0.name == name }
    }

    /// The arguments of `name`, in any case; nil if it is not advertised.
    public func arguments(of name: String) -> [String]? {
        let name = name.uppercased()
        return entries.first { $0.name == name }?.arguments
    }
}
