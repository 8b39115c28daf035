import Testing

@testable import MIME

@Suite("Signed, encrypted, partial and external content")
struct StructureValueTests {
    private func root(_ text: String) throws -> MIMEPart { try Mail(MessageBytes(text)).document.root }

    private static let signed =
        "Content-Type: multipart/signed; micalg=\"pgp-sha512, SHA-256\"; protocol=\"application/PGP-signature\"; boundary=b\n\n"
        + "preamble\n--b\nContent-Type: text/plain\nX: y \n\n text  \n\n--b\nContent-Type: application/pgp-signature\n\nsig\n--b--\n"

    @Test(
        "the signed octets are the part's, header and white space and all, without the line end of the delimiter (RFC 1847 §2.1)"
    )
    func octets() throws {
        let content = try #require(try root(Self.signed).signedContent)
        #expect(String(decoding: content.octets) == "Content-Type: text/plain\nX: y \n\n text  \n")
        #expect(content.signatureProtocol == "application/pgp-signature")
        #expect(content.digestAlgorithms == ["pgp-sha512", "sha-256"])
        #expect(String(decoding: content.signature.body) == "sig")
    }

    @Test("with either line end the canonical octets are the same")
    func canonical() throws {
        let unix = try #require(try root(Self.signed).signedContent)
        let network = try #require(try root(Self.signed.replacing("\n", with: "\r\n")).signedContent)
        #expect(Array(unix.canonicalOctets) == Array(network.octets))
        #expect(Array(network.canonicalOctets) == Array(network.octets))
    }

    @Test("a multipart/signed without its two parts has no signed content")
    func damaged() throws {
        #expect(try root("Content-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b--\n").signedContent == nil)
        #expect(
            try root("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n\ny\n--b--\n").signedContent == nil)
    }

    @Test("encrypted content has its control part and its data (RFC 3156 §4)")
    func encrypted() throws {
        let part = try root(
            "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\n"
                + "Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\ndata\n--b--\n"
        )
        let content = try #require(part.encryptedContent)
        #expect(String(decoding: content.control.body) == "Version: 1")
        #expect(String(decoding: content.data.body) == "data")
        #expect(content.encryptionProtocol == "application/pgp-encrypted")
    }

    @Test("the S/MIME type is told (RFC 8551 §3.2.2)")
    func smime() throws {
        #expect(
            try root("Content-Type: application/pkcs7-mime; smime-type=Signed-Data\n\nx").smimeType == "signed-data")
        #expect(try root("Content-Type: application/pdf; smime-type=x\n\nx").smimeType == nil)
    }

    @Test("an external body says where the content is (RFC 2046 §5.2.3, RFC 2017)")
    func external() throws {
        let body = try #require(
            try root(
                "Content-Type: message/external-body; access-type=URL; size=12; expiration=\"Fri, 14 Jun 1991 19:13:14 -0400\";\n"
                    + " URL=\"ftp://x.test/a\n b\"\n\nContent-Type: image/png\nContent-ID: <1@x>\n\n"
            ).externalBody)
        #expect(body.accessType == "url")
        #expect(body.url == "ftp://x.test/ab")
        #expect(body.size == 12)
        #expect(body.expiration?.iso8601 == "1991-06-14T19:13:14-04:00")
        #expect(body.contentType == "image/png")
        #expect(body.contentID == "1@x")
        #expect(try root("Content-Type: message/external-body\n\n").externalBody == nil)
    }

    private func fragment(_ number: Int, _ body: String, total: Int? = 3, id: String = "a@b") throws -> MessageFragment
    {
        let last = total.map { "; total=\($0)" } ?? ""
        let text = """
            From: ada@example.org\r
            Subject: part \(number)\r
            Message-ID: <\(number)@x>\r
            Content-Type: message/partial; id=\"\(id)\"; number=\(number)\(last)\r
            \r
            \(body)
            """
        return try #require(try root(text).fragment)
    }

    @Test("fragments in any order make the message, with the header of both (RFC 2046 §5.2.2.1)")
    func fragments() throws {
        let first = "Subject: whole\r\nMessage-ID: <whole@x>\r\nX-Inner: lost\r\nContent-Type: text/html\r\n\r\n<p>on"
        let all = [
            try fragment(3, "ee</p>"), try fragment(1, first, total: nil), try fragment(2, "e, two, thr", total: nil),
            try fragment(2, "again"),
        ]
        let whole = try Mail(try MessageFragment.join(all))
        #expect(whole.html == "<p>one, two, three</p>")
        #expect(whole.subject == "whole")
        #expect(whole.messageID == "whole@x")
        #expect(whole.addresses("from").map(\.address) == ["ada@example.org"])
        #expect(whole.headers.map(\.name) == ["From", "Subject", "Message-ID", "Content-Type"])
    }

    @Test("what cannot be put together says why")
    func incomplete() throws {
        #expect(throws: MessageFragment.Failure.missing([2, 3])) { try MessageFragment.join([try fragment(1, "x")]) }
        #expect(throws: MessageFragment.Failure.unknownTotal) {
            try MessageFragment.join([try fragment(1, "x", total: nil)])
        }
        #expect(throws: MessageFragment.Failure.notOneMessage) { try MessageFragment.join([]) }
        #expect(throws: MessageFragment.Failure.notOneMessage) {
            try MessageFragment.join([try fragment(1, "x"), try fragment(2, "y", id: "other")])
        }
        #expect(throws: MessageFragment.Failure.tooMany(2_000_000_000)) {
            try MessageFragment.join([try fragment(1, "x", total: 2_000_000_000)])
        }
        #expect(try root("Content-Type: message/partial; id=a; number=0\n\n").fragment == nil)
        #expect(try root("Content-Type: message/partial; number=1\n\n").fragment == nil)
    }
}
