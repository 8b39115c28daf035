import ByteCoding
import Testing

@testable import MIME

@Suite("Encoded-words (RFC 2047)")
struct EncodedWordTests {
    @Test(arguments: [
        ("=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=", "Keld Jørn Simonsen"),
        ("=?utf-8?B?w6TDtsO8?=", "äöü"),
        ("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"),
        ("(=?ISO-8859-1?Q?a?= b)", "(a b)"),
        ("=?ISO-8859-1?Q?a?=\r\n =?ISO-8859-1?Q?b?=", "ab"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A4?=", "ä"),
        ("=?utf-8?b?w6?= =?utf-8?b?Q=?=", "\u{FFFD}"),
        ("=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "日本語"),
        ("=?koi8-r?Q?=F0=D2=C9=D7=C5=D4?=", "Привет"),
        ("=?utf-8*en?q?hi?=", "hi"),
        ("=?broken", "=?broken"),
        ("a =?utf-8?x?b?= c", "a =?utf-8?x?b?= c"),
        ("raw \u{E9}", "raw é"),
    ])
    func decodes(_ raw: String, _ text: String) {
        #expect(HeaderText.decode(MessageBytes(raw)) == text)
    }

    @Test("an encoded-word never makes an address (RFC 2047 §5)")
    func noAddress() {
        var parser = AddressListParser(MessageBytes("=?utf-8?q?eve=40example.com=2C?= <ada@example.com>"), limit: 10)
        let list = parser.parse()
        #expect(list.map(\.address) == ["ada@example.com"])
        #expect(list.map(\.name) == ["eve@example.com,"])
    }
}

@Suite("Parameters (RFC 2045 §5.1, RFC 2231)")
struct ParameterTests {
    @Test(arguments: [
        ("a/b; name=plain.txt", "plain.txt"),
        ("a/b; name=\"quo\\\"ted.txt\"", "quo\"ted.txt"),
        ("a/b; name=with spaces.txt; x=y", "with spaces.txt"),
        ("a/b; name*=utf-8''na%C3%AFve.txt", "naïve.txt"),
        ("a/b; name*0=one; name*1=two; name*2=three", "onetwothree"),
        ("a/b; name*1=two; name*0=one", "onetwo"),
        ("a/b; name*0*=utf-8''%C3; name*1*=%A4", "ä"),
        ("a/b; name=old; name*=utf-8''new", "new"),
        ("a/b; name=\"=?utf-8?q?=C3=A4?=.txt\"", "ä.txt"),
        ("a/b (comment; name=no); name=yes", "yes"),
        ("a/b; NAME=upper", "upper"),
        ("a/b name=x", "x"),
        ("a/b\r\n name*0=one; name*1=two", "onetwo"),
        ("a/b; charset=utf-8 name=x", "x"),
        ("a/b; name=\"x y\" charset=utf-8", "x y"),
        ("a/b; name=x y\r\n charset=utf-8", "x y"),
        ("a/b; name=a size b", "a size b"),
        ("a/b; name=\"no end; charset=utf-8", "no end"),
        ("a/b; name=no start\"; charset=utf-8", "no start\""),
        ("a/b; name*1=from; name*2=one", "fromone"),
        ("a/b; name*1*=utf-8''%C3; name*2*=%A4", "ä"),
        ("a/b; name*=%41bc", "Abc"),
        ("a/b; name*=\"utf-8''%C3%A4\"", "ä"),
        ("a/b; name*0=\"=?utf-8?q?=C3?=\"; name*1=\"=?utf-8?q?=A4?=\"", "ä"),
    ])
    func name(_ raw: String, _ value: String) {
        #expect(ContentType(MessageBytes(raw))?[parameter: "name"] == value)
    }
}

@Suite("Dates (RFC 5322 §3.3, §4.3)")
struct DateTests {
    @Test(arguments: [
        ("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T09:55:06-06:00"),
        ("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"),
        ("Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland Time)", "1969-02-13T23:32:00-03:30"),
        ("Mon, 23 Nov 2026 07:00:00 EST", "2026-11-23T07:00:00-05:00"),
        ("Mon, 23 Nov 2026 07:00:00 -0000", "2026-11-23T07:00:00-00:00"),
        ("29 Feb 2024 00:00:60 +0000", "2024-02-29T00:00:60Z"),
        ("Mon Nov 23 07:00:00 2026", "2026-11-23T07:00:00-00:00"),
        ("5 Mar 1997 07 : 09 : 41 -0730", "1997-03-05T07:09:41-07:30"),
        ("5 Mar 1997 (c) 07:09(c):41(d) -0730", "1997-03-05T07:09:41-07:30"),
        ("Wed,5Mar1997 07:09:41+0100", "1997-03-05T07:09:41+01:00"),
        ("5-Mar-97 07:09:41 +0100", "1997-03-05T07:09:41+01:00"),
        ("1997-03-05T07:09:41.5Z", "1997-03-05T07:09:41Z"),
        ("1997-03-05 07:09 +01:00", "1997-03-05T07:09:00+01:00"),
        ("5 March 1997 07:09:41 GMT+0100 (CET)", "1997-03-05T07:09:41+01:00"),
        ("5 Mar 1997 07:09:41 GMT-5", "1997-03-05T07:09:41-05:00"),
        ("5 Mar 1997 07.09.41 EST", "1997-03-05T07:09:41-05:00"),
        ("5 Mar 1997 07:09:41 PM +0000", "1997-03-05T19:09:41Z"),
        ("5 Mar 1997 12:09 am", "1997-03-05T00:09:00-00:00"),
        ("Wed Mar 05 07:09:41 EST 1997", "1997-03-05T07:09:41-05:00"),
        ("Wed Mar 5 07:09:41 EST5EDT 1997", "1997-03-05T07:09:41-05:00"),
        ("1 Jan 107 00:00:00 +0000", "2007-01-01T00:00:00Z"),
        ("5 Mar 1997 07:09:41 +0000 +0100", "1997-03-05T07:09:41Z"),
        ("5 Mar 1997 07:09:41 -5130", "1997-03-05T07:09:41-00:00"),
        ("5 Mar 1997 07:09:41 X", "1997-03-05T07:09:41-00:00"),
        ("5 Mar 1997", "1997-03-05T00:00:00-00:00"),
    ])
    func reads(_ raw: String, _ iso: String) {
        #expect(MailDate(MessageBytes(raw))?.iso8601 == iso)
    }

    @Test(arguments: [
        "", "yesterday", "29 Feb 2023 00:00:00 +0000", "1 Jan 2026 25:00:00 +0000", "32 Jan 2026", "1 Foo 2026",
        "03/05/1997 07:09:41", "5 Mar 1997 10F54:24 +0000", "5 Mar 1997 07:09:41:02 +0000", "5 Mar 1997 07:60:00",
        "1 Jan 7",
        "5 Mar 19970 07:09:41", "5 Mar 1997 13:09:41 PM", "12:34", "Jan", "+0100",
    ])
    func refuses(_ raw: String) {
        #expect(MailDate(MessageBytes(raw)) == nil)
    }

    @Test("seconds count from 1970 in UTC")
    func seconds() {
        #expect(MailDate(MessageBytes("Thu, 1 Jan 1970 01:00:00 +0100"))?.secondsSince1970 == 0)
        #expect(MailDate(MessageBytes("Mon, 23 Nov 2026 08:00:00 +0100"))?.secondsSince1970 == 1_795_417_200)
    }
}

@Suite("Addresses (RFC 5322 §3.4, §4.4)")
struct AddressTests {
    @Test(arguments: [
        ("ada@example.com", "ada@example.com"),
        ("Ada Lovelace <ada@example.com>", "Ada Lovelace <ada@example.com>"),
        ("\"Lovelace, Ada\" <ada@example.com>, b@c", "\"Lovelace, Ada\" <ada@example.com>, b@c"),
        ("ada@example.com (Ada)", "Ada <ada@example.com>"),
        ("A Group:Ed <joe@where.test>,b@c;", "A Group: Ed <joe@where.test>, b@c;"),
        ("Undisclosed recipients:;", "Undisclosed recipients: ;"),
        ("<@a.test,@b.test:ada@example.com>", "ada@example.com"),
        ("ada @ example . com", "ada@example.com"),
        ("=?utf-8?q?=C3=84da?= <ada@xn--bcher-kva.example>", "Äda <ada@bücher.example>"),
        ("\"quoted local\"@example.com", "\"quoted local\"@example.com"),
        (",, ada@example.com ,", "ada@example.com"),
    ])
    func reads(_ raw: String, _ text: String) {
        var parser = AddressListParser(MessageBytes(raw), limit: 100)
        #expect(parser.parse().text == text)
    }
}

@Suite("International domains (RFC 5890, RFC 3492)")
struct InternationalDomainTests {
    @Test(arguments: [
        ("xn--bcher-kva.example", "bücher.example"), ("XN--BCHER-KVA.example", "bücher.example"),
        ("a.xn--4gbrim.xn--wgbh1c", "a.موقع.مصر"), ("xn--fiq228c.test", "中文.test"),
        ("xn--strae-oqa.test", "straße.test"),
        ("plain.test", "plain.test"), ("a-b.test", "a-b.test"), ("", ""),
    ])
    func reads(_ ascii: String, _ unicode: String) {
        #expect(InternationalDomain.unicode(ascii) == unicode)
    }

    @Test(
        "what could pass for another domain stays as it is",
        arguments: [
            // No Punycode; ASCII only; capitals; a slash; white space that is not seen.
            "xn--.test", "xn--99999999.test", "xn--abc-.test", "xn--bcher-kva\u{0}.test", "xn--Bcher-kva!.test",
            "xn--example-.test", "xn--zckzah-.test", "xn--a/b-poa.test",
        ])
    func refuses(_ domain: String) {
        #expect(InternationalDomain.unicode(domain) == domain)
    }

    @Test("labels are read as Python writes them")
    func python() throws {
        let python = try #require(PythonScript("domains"))
        let lines = try #require(try python.lines([]))
        #expect(lines.count > 10)
        for line in lines {
            let fields = line.split(separator: " ").map(String.init)
            #expect(InternationalDomain.unicode(fields[0]) == fields[1])
        }
    }
}

@Suite("Mail")
struct MailTests {
    private func mail(_ text: String) throws -> Mail { try Mail(MessageBytes(text)) }

    @Test("the two forms of an alternative are one text")
    func alternative() throws {
        let mail = try mail(
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n"
        )
        #expect(mail.text == "plain")
        #expect(mail.html == "<p>html</p>")
        #expect(mail.attachments.isEmpty)
    }

    @Test("text is made of HTML where there is none")
    func textOfHTML() throws {
        let mail = try mail(
            "Content-Type: text/html\n\n<h1>T</h1><p>a <a href=\"http://x.test/\">link</a></p><ul><li>one<li>two</ul>&amp;&#228;"
        )
        #expect(mail.text == "T\n\na link [http://x.test/]\n\n* one\n* two\n\n&ä")
    }

    @Test("HTML is made of text with everything escaped")
    func htmlOfText() throws {
        let mail = try mail("Subject: x\n\n<b> see http://x.test/?a&b, or ada@example.com.")
        #expect(mail.html == nil)
        #expect(
            mail.textAsHTML
                == "<p>&lt;b&gt; see <a href=\"http://x.test/?a&amp;b\">http://x.test/?a&amp;b</a>, or "
                + "<a href=\"mailto:ada@example.com\">ada@example.com</a>.</p>")
    }

    @Test(
        "format=flowed is unwrapped, with DelSp too (RFC 3676)",
        arguments: [("", "a b\n> q r\nend"), ("; delsp=yes", "ab\n> qr\nend")])
    func flowed(_ parameter: String, _ text: String) throws {
        let mail = try mail("Content-Type: text/plain; format=flowed\(parameter)\n\na \nb\n> q \n> r\nend")
        #expect(mail.text == text)
    }

    @Test("an attachment keeps its name, type and content")
    func attachment() throws {
        let mail = try mail(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\nContent-Type: application/octet-stream\n"
                + "Content-Disposition: attachment; filename*=utf-8''%C3%A4.pdf\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n--b--\n"
        )
        let attachment = try #require(mail.attachments.first)
        #expect(attachment.filename == "ä.pdf")
        #expect(attachment.contentType == "application/pdf")
        #expect(String(decoding: attachment.content) == "Hello")
        #expect(
            Hexadecimal.string(try attachment.sha256)
                == "185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969"
        )
    }

    @Test(
        "charsets are read as declared",
        arguments: [
            ("utf-8", [0xC3, 0xA4] as [UInt8], "ä"), ("iso-8859-1", [0xE4], "ä"), ("windows-1252", [0x80], "€"),
            ("koi8-r", [0xF0], "П"), ("iso-8859-15", [0xA4], "€"), ("x-unknown", [0xC3, 0xA4], "ä"),
            ("us-ascii", [0xE4], "ä"),
        ])
    func charsets(_ name: String, _ octets: [UInt8], _ text: String) throws {
        let mail = try Mail(MessageBytes(Array("Content-Type: text/plain; charset=\(name)\n\n".utf8) + octets))
        #expect(mail.text == text)
    }

    @Test("an inline message is shown in place, and one in base64 is an attachment")
    func embedded() throws {
        let shown = try mail("Content-Type: message/rfc822\n\nSubject: in\nFrom: a@b\n\ntext")
        #expect(shown.text == "\nFrom: a@b\nSubject: in\n\ntext")
        let attached = try mail("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaW4K")
        #expect(attached.attachments.map(\.filename) == ["message.eml"])
    }

    @Test("headers are looked up in any case and repeats are kept in order")
    func headers() throws {
        let mail = try mail("X-A: 1\nx-a: 2\nReferences: <1@x>\n <2@x>\nX-Priority: 1\n\n")
        #expect(mail.headers.all("X-a").map(\.text) == ["1", "2"])
        #expect(mail.references == ["1@x", "2@x"])
        #expect(mail.priority == .high)
        #expect(mail.date == nil)
    }
}
