import Testing

@testable import MIME

@Suite("Header fields with values of their own")
struct TypedHeaderTests {
    private func mail(_ text: String) throws -> Mail { try Mail(MessageBytes(text)) }

    @Test("Received names client, server, protocol, number, recipient and date (RFC 5321 §4.4)")
    func received() throws {
        let mail = try mail(
            """
            Received: from mail.example.org (EHLO relay; mail.example.org [IPv6:2001:db8::1])
             by mx.example.com (Postfix (2.1; "x")) via TCP
             with ESMTPS id <4F2A@mx> for <ada@example.com>;
             Mon, 23 Nov 2026 07:00:00 +0100 (CET)
            Received: by mx.example.com; nonsense

            """)
        let hop = try #require(mail.received.first)
        #expect(hop.from == "mail.example.org")
        #expect(hop.fromAddress == "2001:db8::1")
        #expect(hop.helo == "relay")
        #expect(hop.by == "mx.example.com")
        #expect(hop.via == "TCP")
        #expect(hop.with == "ESMTPS")
        #expect(hop.id == "4F2A@mx")
        #expect(hop.recipient == "ada@example.com")
        #expect(hop.date?.iso8601 == "2026-11-23T07:00:00+01:00")
        #expect(mail.received.count == 2)
        #expect(mail.received[1].from == nil && mail.received[1].date == nil)
    }

    @Test("what a server found is told method by method (RFC 8601)")
    func authenticationResults() throws {
        let mail = try mail(
            """
            Authentication-Results: mx.example.com 1; spf=pass (sender is fine) smtp.mailfrom=example.org;
             dkim/1=FAIL reason="bad; signature" header.d=example.org header.b="a=b"
            Authentication-Results: mx.example.com; none

            """)
        let first = mail.authenticationResults[0]
        #expect(first.server == "mx.example.com")
        #expect(first.results.map(\.method) == ["spf", "dkim"])
        #expect(first.results.map(\.result) == ["pass", "fail"])
        #expect(first.results[0][property: "smtp.mailfrom"] == "example.org")
        #expect(first.results[1].reason == "bad; signature")
        #expect(first.results[1].properties.map(\.value) == ["example.org", "a=b"])
        #expect(mail.authenticationResults[1].results.isEmpty)
    }

    @Test("a DKIM signature is a list of tags (RFC 6376 §3.2)")
    func tags() throws {
        let mail = try mail("DKIM-Signature: v=1; a=rsa-sha256; d=example.org;\r\n\tbh=ab\r\n cd==; junk; b=x\r\n\r\n")
        let tags = try #require(mail.dkimSignatures.first)
        #expect(tags.tags.map(\.name) == ["v", "a", "d", "bh", "b"])
        #expect(tags["d"] == "example.org")
        #expect(tags.compact("bh") == "abcd==")
    }

    @Test("a mailing list says how to leave it, and who it is (RFC 2369, RFC 2919)")
    func list() throws {
        let mail = try mail(
            """
            List-ID: "Sluice =?utf-8?q?f=C3=BCr?= all" <sluice.example.org>
            List-Unsubscribe: (use this) <https://example.org/un
             subscribe?a>, <MAILTO:leave@example.org?subject=off>
            List-Post: NO (posting not allowed)

            """)
        #expect(mail.list.map(\.kind) == ["id", "unsubscribe", "post"])
        #expect(mail.list[0].id == "sluice.example.org")
        #expect(mail.list[0].name == "Sluice für all")
        #expect(mail.list[1].urls == ["https://example.org/unsubscribe?a"])
        #expect(mail.list[1].mails == ["leave@example.org?subject=off"])
        #expect(mail.list[2].urls.isEmpty && mail.list[2].mails.isEmpty)
    }

    @Test(
        "the base subject is what replies and forwards were put around (RFC 5256 §2.1)",
        arguments: [
            ("Hello", "Hello", false), ("Re: Hello", "Hello", true), ("RE: re: Hello", "Hello", true),
            ("Re[2]: Hello", "Hello", true), ("[list] Re: Hello", "Hello", true), ("Fwd: Hello (fwd)", "Hello", true),
            ("[fwd: Hello]", "Hello", true), ("[fwd: Re: [list] Hello]", "Hello", true),
            ("Re : Hello", "Hello", true), ("[list]", "[list]", false), ("[list] Hello", "Hello", false),
            ("Re: [list]", "[list]", true), ("Regarding: it", "Regarding: it", false), ("Re:", "", true),
            ("  a \t b ", "a b", false), ("", "", false), ("a \u{0347} b", "a \u{0347} b", false),
            ("a\r\n\u{0347}", "a \u{0347}", false), ("a\u{00A0}\u{2003}b", "a b", false),
        ])
    func baseSubject(_ subject: String, _ base: String, _ isReply: Bool) {
        let read = BaseSubject(subject)
        #expect(read.text == base)
        #expect(read.isReplyOrForward == isReply)
        #expect(BaseSubject(read.text).text == base)
    }

    @Test("a field's line is there as it came")
    func rawLine() throws {
        let mail = try mail("Subject:  =?utf-8?q?a?=\r\n\tb \r\nX:y\r\n\r\n")
        #expect(mail.headers.map { String(decoding: $0.rawLine) } == ["Subject:  =?utf-8?q?a?=\r\n\tb ", "X:y"])
        var line: [UInt8] = []
        mail.writeJSON(source: nil, into: &line)
        let json = String(decoding: line, as: UTF8.self)
        #expect(json.contains(#"{"name":"Subject","value":"a b","line":"Subject:  =?utf-8?q?a?=\r\n\tb "}"#))
        #expect(json.contains(#"{"name":"X","value":"y","line":"X:y"}"#))
    }

    @Test("long values are read in one pass")
    func hostile() throws {
        let blobs = String(repeating: "[a]", count: 100_000)
        #expect(BaseSubject(blobs).text == "[a]")
        #expect(BaseSubject(String(repeating: "(fwd)", count: 100_000)).text == "")
        let hop = ReceivedField(MessageBytes("from " + String(repeating: "(", count: 1_000_000)))
        #expect(hop.from == nil)
        let tags = TagList(MessageBytes(String(repeating: "a=b;", count: 1_000_000)))
        #expect(tags.tags.count == MIMELimits().parametersPerField)
    }
}
