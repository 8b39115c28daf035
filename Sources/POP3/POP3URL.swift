internal import ByteCoding

/// A POP URL (RFC 2384): `pop://user;AUTH=mechanism@host:port`, and `pops://` for implicit TLS.
public struct POP3URL: Sendable, Hashable {
    /// Why a text is no POP URL.
    public struct ParseError: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// Whether the user's name is written in a way that a URL does not allow.
        package let isAboutUser: Bool

        init(description: String, isAboutUser: Bool = false) {
            self.description = description
            self.isAboutUser = isAboutUser
        }
    }

    public var endpoint: POP3Endpoint
    /// The user's name, percent-decoded; nil where the URL has none.
    public var user: String?
    /// The mechanism asked for, in upper case; nil for `*` and where none is given. `+APOP` is written as in the RFC.
    public var mechanism: String?

    /// Reads a URL (RFC 2384). A password in it is refused: it would show in process lists and histories.
    ///
    /// - Throws: ``ParseError``, which says what is wrong and how it is written.
    public init(_ text: String) throws(ParseError) {
        guard let separator = text.firstRange(of: "://") else {
            throw ParseError(description: "a POP URL begins with pop:// or pops://, as in pops://user@host")
        }
        let isImplicit: Bool
        switch text[..<separator.lowerBound].lowercased() {
        case "pop", "pop3": isImplicit = false
        case "pops", "pop3s": isImplicit = true
        case let scheme: throw ParseError(description: "\(scheme):// is no POP URL; write pop:// or pops://")
        }
        var rest = text[separator.upperBound...]
        if rest.last == "/" { rest = rest.dropLast() }
        guard !rest.contains(where: Self.reserved.contains) else { throw Self.reservedCharacter(in: rest) }
        if let at = rest.lastIndex(of: "@") {
            (user, mechanism) = try Self.readUser(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        let (host, port) = try Self.readHost(rest)
        endpoint = isImplicit ? .pops(host, port: port ?? 995) : .pop(host, port: port ?? 110)
    }

    private static let reserved: Set<Character> = ["/", "?", "#"]

    /// The error for a character that would begin a path, a query or a fragment: in the name of a user it is written
    /// as an escape.
    private static func reservedCharacter(in text: Substring) -> ParseError {
        let named = text.lastIndex(of: "@").map { text[..<$0] } ?? ""
        guard named.contains(where: reserved.contains) else {
            return ParseError(description: "a POP URL has no path, query or fragment")
        }
        return ParseError(
            description: "in the user's name of a URL, / is written %2F, ? is written %3F, and # is written %23",
            isAboutUser: true)
    }

    private static func readUser(_ text: Substring) throws(ParseError) -> (user: String?, mechanism: String?) {
        var name = text
        var mechanism: String?
        if let semicolon = text.firstIndex(of: ";") {
            name = text[..<semicolon]
            let parameter = text[text.index(after: semicolon)...]
            guard parameter.lowercased().hasPrefix("auth=") else {
                throw ParseError(description: "the only parameter of a POP URL is ;AUTH=mechanism")
            }
            let value = try percentDecoded(parameter.dropFirst(5)).uppercased()
            if value != "*" { mechanism = value }
        }
        guard !name.contains(":") else {
            throw ParseError(description: "a password does not belong in a URL; use a file, a variable or the prompt")
        }
        return (name.isEmpty ? nil : try percentDecoded(name, isUser: true), mechanism)
    }

    private static func readHost(_ text: Substring) throws(ParseError) -> (String, Int?) {
        var host = text
        var port: Substring?
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else {
                throw ParseError(description: "an IPv6 address ends with ]")
            }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if rest.first == ":" { port = rest.dropFirst() }
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard !host.isEmpty else { throw ParseError(description: "the URL names no host") }
        let name = try percentDecoded(host)
        // A colon with nothing after it means the default (RFC 3986 §3.2.3).
        guard let port, !port.isEmpty else { return (name, nil) }
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port),
            (1...65_535).contains(number)
        else {
            throw ParseError(description: "\(port) is no port; ports go from 1 to 65535")
        }
        return (name, number)
    }

    private static func percentDecoded(_ text: Substring, isUser: Bool = false) throws(ParseError) -> String {
        guard let bytes = PercentEncoding.decodeStrictly(text.utf8) else {
            throw ParseError(
                description: "% begins an escape of two hexadecimal digits; a % itself is written %25",
                isAboutUser: isUser)
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw ParseError(description: "a POP URL holds no control characters")
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw ParseError(description: "the escapes of a POP URL are those of UTF-8, which these are not")
        }
        return decoded
    }
}
