/// What a server found when it checked a message (RFC 8601). Only the fields of a server one trusts mean anything.
public struct AuthenticationResults: Sendable, Hashable {
    /// The result of one method, such as `spf=pass smtp.mailfrom=example.org`.
    public struct Result: Sendable, Hashable {
        /// Lower case, such as `dkim`.
        public let method: String
        /// Lower case, such as `pass`.
        public let result: String
        public let reason: String?
        /// What was checked, such as `header.d`, in order.
        public let properties: [ContentType.Parameter]

        public subscript(property name: String) -> String? {
            properties.first { $0.name == name }?.value
        }
    }

    /// The name of the server that checked.
    public let server: String
    /// Empty where the server checked nothing (`none`).
    public let results: [Result]

    /// Reads a field's value; nil where it names no server. O(n).
    init?(_ value: MessageBytes, limit: Int = MIMELimits().parametersPerField) {
        var cursor = HeaderCursor(value)
        cursor.skipComments()
        server = HeaderText.string(Self.word(&cursor))
        guard !server.isEmpty else { return nil }
        var results: [Result] = []
        while results.count < limit {
            // A version may stand behind the server's name.
            while let octet = cursor.peek, octet != UInt8(ascii: ";") {
                if octet == UInt8(ascii: "(") { _ = cursor.comment() } else { cursor.advance() }
            }
            guard cursor.take(UInt8(ascii: ";")) else { break }
            if let result = Self.result(&cursor, limit) { results.append(result) }
        }
        self.results = results
    }

    private static func result(_ cursor: inout HeaderCursor, _ limit: Int) -> Result? {
        var pairs: [ContentType.Parameter] = []
        while pairs.count < limit {
            cursor.skipComments()
            guard let octet = cursor.peek, octet != UInt8(ascii: ";") else { break }
            let name = HeaderText.string(word(&cursor)).lowercased()
            cursor.skipComments()
            guard cursor.take(UInt8(ascii: "=")) else {
                if name.isEmpty { cursor.advance() }
                continue
            }
            cursor.skipComments()
            let value = cursor.beginsQuotedString ? cursor.quotedString() : word(&cursor)
            pairs.append(ContentType.Parameter(name: name, value: HeaderText.string(value)))
        }
        guard let method = pairs.first else { return nil }
        // The method may have a version: `dkim/1`.
        return Result(
            method: String(method.name.prefix { $0 != "/" }), result: method.value.lowercased(),
            reason: pairs.dropFirst().first { $0.name == "reason" }?.value,
            properties: pairs.dropFirst().filter { $0.name != "reason" })
    }

    private static func word(_ cursor: inout HeaderCursor) -> [UInt8] {
        cursor.word { "=;(".utf8.contains($0) }
    }
}
