import MIME
import MIMEMimetic
import Testing

/// mimetic's own decoders are reached, not the shared layer's: each rule has a case on which the two differ.
@Suite("mimetic's own decoding")
struct MimeticDecodingTests {
    private func mail(_ parser: any MIMEParser, _ header: String, _ body: String = "") throws -> Mail {
        Mail(try parser.parse(MessageBytes(header + "\r\n\r\n" + body), limits: MIMELimits()))
    }

    /// A To field, and the addresses in it as `name <address>`, the members of a group in brackets.
    struct Addresses: CustomTestStringConvertible {
        let value: String
        let mimetic: String
        /// Where the native backend reads something else.
        var native: String?
        var testDescription: String { value }
    }

    static let addressCases = [
        Addresses(value: "ada@example.com", mimetic: "- <ada@example.com>"),
        Addresses(value: "Ada <ada@example.com>, b@example.com", mimetic: "Ada <ada@example.com>, - <b@example.com>"),
        Addresses(value: "\"Lovelace, Ada\" <ada@example.com>", mimetic: "Lovelace, Ada <ada@example.com>"),
        Addresses(value: "=?utf-8?Q?Zo=C3=AB?= <z@example.com>", mimetic: "Zoë <z@example.com>"),
        Addresses(
            value: "a@example.com, Friends: b@example.com, Cy <c@example.com>;, d@example.com",
            mimetic: "- <a@example.com>, Friends [- <b@example.com>, Cy <c@example.com>], - <d@example.com>"),
        Addresses(value: "Nobody:;", mimetic: "Nobody []"),
        Addresses(value: "Ada <@relay.example:ada@example.com>", mimetic: "Ada <ada@example.com>"),
        Addresses(
            value: "<@a.example,@b.example:c@d.example>", mimetic: "- <<@a.example>, @b.example [- <c@d.example>]",
            native: "- <c@d.example>"),
    ]

    @Test("addresses and groups are mimetic's, names decoded by this library (RFC 5322 §3.4)", arguments: addressCases)
    func addresses(item: Addresses) throws {
        func describe(_ addresses: [MailAddress]) -> String {
            addresses.map { address in
                guard let group = address.group else { return "\(address.name ?? "-") <\(address.address ?? "-")>" }
                return "\(address.name ?? "-") [\(describe(group))]"
            }.joined(separator: ", ")
        }
        #expect(describe(try mail(.mimetic, "To: \(item.value)").to) == item.mimetic)
        #expect(describe(try mail(.native, "To: \(item.value)").to) == item.native ?? item.mimetic)
    }

    @Test("no more addresses than the limit are made, members of groups counted")
    func addressLimit() throws {
        var limits = MIMELimits()
        limits.addressesPerField = 10
        let list = (0..<50).map { "u\($0)@example.com" }.joined(separator: ", ")
        for value in [list, "G: \(list);"] {
            let message = MessageBytes("To: \(value)\r\n\r\n")
            let addresses = Mail(try MimeticParser.mimetic.parse(message, limits: limits), limits: limits).to
            #expect(addresses.reduce(0) { $0 + 1 + ($1.group?.count ?? 0) } == 10)
        }
    }

    /// A Date field, and what each backend makes of it.
    struct Dates: CustomTestStringConvertible {
        let value: String
        let mimetic: String?
        let native: String?
        var testDescription: String { value }

        init(_ value: String, _ mimetic: String?, native: String?) {
            self.value = value
            self.mimetic = mimetic
            self.native = native
        }
    }

    static let dateCases = [
        Dates("Tue, 24 Nov 2026 10:20:30 +0530", "2026-11-24T10:20:30+05:30", native: "2026-11-24T10:20:30+05:30"),
        Dates("24 Nov 2026 10:20 -0130", "2026-11-24T10:20:00-01:30", native: "2026-11-24T10:20:00-01:30"),
        Dates("Thu, 1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z", native: "1970-01-01T00:00:00Z"),
        Dates("nothing of the kind", nil, native: nil),
        Dates("31 Feb 2026 10:20:30 +0000", nil, native: nil),
        Dates("24 Nov 26 10:20:30 +0000", "0026-11-24T10:20:30Z", native: "2026-11-24T10:20:30Z"),
    ]

    @Test("a date is mimetic's; what it cannot read is none (RFC 5322 §3.3)", arguments: dateCases)
    func dates(item: Dates) throws {
        #expect(try mail(.mimetic, "Date: \(item.value)").date?.iso8601 == item.mimetic)
        #expect(try mail(.native, "Date: \(item.value)").date?.iso8601 == item.native)
    }

    /// A body in a transfer encoding.
    struct Encoded: CustomTestStringConvertible {
        let rule: String
        let encoding: String
        let body: String
        let mimetic: String
        /// Where the native backend reads something else.
        var native: String?
        var testDescription: String { rule }
    }

    static let encodedCases = [
        Encoded(rule: "base64 over lines", encoding: "base64", body: "Zm9v\r\nYmFy", mimetic: "foobar"),
        Encoded(rule: "padding", encoding: "base64", body: "Zg==", mimetic: "f"),
        Encoded(rule: "octets outside the alphabet", encoding: "base64", body: "Z*m9\u{e9}v", mimetic: "foo"),
        Encoded(rule: "soft line breaks", encoding: "quoted-printable", body: "a=\r\nb=3Dc", mimetic: "ab=c"),
        Encoded(
            rule: "hard line breaks", encoding: "quoted-printable", body: "a\r\nb\r\n", mimetic: "a\nb\n",
            native: "a\r\nb\r\n"),
        Encoded(
            rule: "control characters", encoding: "quoted-printable", body: "a\u{1}b", mimetic: "ab", native: "a\u{1}b"),
        Encoded(rule: "no encoding", encoding: "8bit", body: "a\r\nb", mimetic: "a\r\nb"),
    ]

    @Test("transfer encodings are mimetic's (RFC 2045 §6)", arguments: encodedCases)
    func transferEncodings(item: Encoded) throws {
        let header = "Content-Transfer-Encoding: \(item.encoding)"
        func content(_ parser: any MIMEParser) throws -> String {
            String(decoding: try mail(parser, header, item.body).document.root.decodedBody().bytes)
        }
        #expect(try content(.mimetic) == item.mimetic)
        #expect(try content(.native) == item.native ?? item.mimetic)
    }
}
