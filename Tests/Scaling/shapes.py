"""The shapes of messages that `scaling.py` measures: what is repeated, and where in a message that stands."""

HEADER = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n"
MIXED = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n"
TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
QUOTED_PRINTABLE = b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
BASE64 = b"Content-Transfer-Encoding: base64\r\n\r\n"


class Place:
    """A place in a message that bytes of the sender's choice stand in."""

    def __init__(self, before, after=b""):
        self.before, self.after = before, after

    def message(self, size, piece):
        return self.before + piece * max(1, size // len(piece)) + self.after


def field(name, start=b"", end=b""):
    """In a header field."""
    return Place(HEADER + name + b": " + start, end + b"\r\n\r\nx")


def body(header, start=b"", end=b""):
    """In the body of a message."""
    return Place(HEADER + header + start, end)


def charset(name):
    return body(b"Content-Type: text/plain; charset=" + name + b"\r\n\r\n")


def report(kind, start=b""):
    return body(b"Content-Type: message/" + kind + b"\r\n\r\n", start)


TNEF = b"\x78\x9f\x3e\x22\x01\x00"
YENC = b"=ybegin line=128 size=10 name=x\r\n"

FIELDS = {
    "no field": Place(b"", b"\r\n\r\nx"),
    "a field's name": Place(HEADER + b"X", b": y\r\n\r\nx"),
    "lines between fields": Place(HEADER + b"X: y\r\n", b"\r\nA: b\r\n\r\nx"),
    "X-Field": field(b"X-Field"),
    "X-Field, folded": field(b"X-Field", b"x\r\n ", b"\r\n y"),
    "Subject": field(b"Subject", b"x ", b" y"),
    "an encoded-word, Q": field(b"Subject", b"=?utf-8?q?", b"?="),
    "an encoded-word, B": field(b"Subject", b"=?utf-8?b?", b"?="),
    "an encoded-word's charset": field(b"Subject", b"=?", b"?q?x?="),
    "between encoded-words": field(b"Subject", b"=?utf-8?q?x?=", b"=?utf-8?q?y?="),
    "From": field(b"From", b"", b"a@b"),
    "a name": field(b"To", b"x", b"y <a@b>"),
    "a quoted name": field(b"To", b'"x', b'y" <a@b>'),
    "an address": field(b"To", b"A <a", b"b@c>"),
    "a domain": field(b"To", b"A <a@xn--", b"b>"),
    "a comment": field(b"To", b"a@b (x", b"y)"),
    "after an address": field(b"To", b"<a@b>", b"c"),
    "a group": field(b"To", b"g: a@b", b";"),
    "Date": field(b"Date", b"1 Jan 2026 ", b"00:00:00 +0000"),
    "a date's number": field(b"Date", b"1", b" Jan 2026 00:00:00 +0000"),
    "Message-ID": field(b"Message-ID", b"<x", b"y>"),
    "References": field(b"References", b"<a@b>", b"<c@d>"),
    "Received": field(b"Received", b"from a (b", b") by c; 1 Jan 2026 00:00:00 +0000"),
    "Received, a clause": field(b"Received", b"from [", b"] by c"),
    "Content-Type": field(b"Content-Type", b"", b"text/plain"),
    "a subtype": field(b"Content-Type", b"text/x", b"y; charset=utf-8"),
    "after a type": field(b"Content-Type", b"text/plain", b"; charset=utf-8"),
    "a parameter's name": field(b"Content-Type", b"text/plain; na", b"me=x"),
    "a parameter's value": field(b"Content-Type", b"text/plain; name=x", b"y"),
    "a parameter's quoted value": field(b"Content-Type", b'text/plain; name="x', b'y"'),
    "after a quoted value": field(b"Content-Type", b'text/plain; name="x"', b"y; charset=utf-8"),
    "a boundary": Place(HEADER + b"Content-Type: multipart/mixed; boundary=x", b"y\r\n\r\n--xy\r\n\r\nz\r\n"),
    "a charset": field(b"Content-Type", b"text/plain; charset=x", b"y"),
    "a value by RFC 2231": field(b"Content-Type", b"text/plain; name*=utf-8''x", b"y"),
    "a section by RFC 2231": field(b"Content-Type", b"text/plain; name*0", b"=y; name*1=z"),
    "Content-Disposition": field(b"Content-Disposition", b"attachment; filename=x", b"y.txt"),
    "Content-Transfer-Encoding": field(b"Content-Transfer-Encoding", b"", b"base64"),
    "Content-ID": field(b"Content-ID", b"<x", b"y>"),
    "Content-Location": field(b"Content-Location", b"http://x/", b"y"),
    "DKIM-Signature": field(b"DKIM-Signature", b"v=1; a=x", b"y; b=z"),
    "Authentication-Results": field(b"Authentication-Results", b"mx; spf=pass x=", b"y"),
    "List-Unsubscribe": field(b"List-Unsubscribe", b"<mailto:a@b>", b"<http://x>"),
    "List-Id": field(b"List-Id", b"x", b"<y>"),
    "Priority": field(b"Priority"),
    "external body": field(b"Content-Type", b"message/external-body; access-type=url; url=x", b"y; size=1"),
    "fragment": field(b"Content-Type", b"message/partial; id=x; number=1", b"; total=2"),
}

BODIES = {
    "text": body(TEXT, b"x", b"y"),
    "text in no charset": body(b"Content-Type: text/plain\r\n\r\n", b"x", b"y"),
    "a URL": body(TEXT, b"http://example.org/", b" y"),
    "a host": body(TEXT, b"www.", b".org y"),
    "flowed text": body(b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n", b"x", b"y"),
    "HTML": body(HTML, b"<p>x", b"y</p>"),
    "a tag": body(HTML, b"<p", b">x"),
    "an end tag": body(HTML, b"<p>x</", b">y"),
    "an attribute": body(HTML, b"<p style=", b">x"),
    "a quoted attribute": body(HTML, b'<p style="', b'">x'),
    "a link": body(HTML, b'<a href="http://x/', b'">x</a>'),
    "an HTML comment": body(HTML, b"<!--", b"-->x"),
    "a script": body(HTML, b"<script>", b"</script>x"),
    "preformatted text": body(HTML, b"<pre>x", b"y</pre>"),
    "a cell": body(HTML, b"<table><tr><td>x", b"<td>y</table>"),
    "a quote": body(HTML, b"<blockquote>x", b"y"),
    "a reference": body(HTML, b"&#", b";x"),
    "HTML's charset": body(b"Content-Type: text/html\r\n\r\n", b'<meta charset="', b'">\xe4'),
    "quoted-printable": body(TEXT[:-2] + QUOTED_PRINTABLE, b"x", b"y"),
    "quoted-printable, binary": body(b"Content-Type: a/b\r\n" + QUOTED_PRINTABLE, b"x", b"\r\ny"),
    "base64": body(TEXT[:-2] + BASE64, b"QUJD", b"QUJD"),
    "base64, binary": body(b"Content-Type: a/b\r\n" + BASE64, b"QUJD", b"QUJD"),
    "a binary": body(b"Content-Type: a/b\r\n\r\n"),
    "KOI8-R": charset(b"koi8-r"),
    "UTF-16": charset(b"utf-16"),
    "UTF-7": charset(b"utf-7"),
    "ISO-2022-JP": charset(b"iso-2022-jp"),
    "HZ": charset(b"hz-gb-2312"),
    "GB18030": charset(b"gb18030"),
    "Big5-HKSCS": charset(b"big5-hkscs"),
    "TCVN": charset(b"tcvn"),
    "an unknown charset": charset(b"none"),
    "a preamble": body(MIXED, b"x", b"\r\n--b\r\n\r\ny\r\n--b--\r\n"),
    "a part": body(MIXED, b"--b\r\n\r\nx", b"y\r\n--b--\r\n"),
    "a part's header": body(MIXED, b"--b\r\nX: ", b"\r\n\r\ny\r\n--b--\r\n"),
    "a delimiter": body(MIXED, b"--b", b"\r\n\r\ny\r\n--b--\r\n"),
    "a last delimiter": body(MIXED, b"--b\r\n\r\nx\r\n--b--", b"\r\ny"),
    "a digest": body(b"Content-Type: multipart/digest; boundary=b\r\n\r\n", b"--b\r\n\r\n", b"\r\n--b--\r\n"),
    "a message": body(b"Content-Type: message/rfc822\r\n\r\n", b"Subject: x", b"y\r\n\r\nz"),
    "an encoded message": body(b"Content-Type: message/rfc822\r\n" + QUOTED_PRINTABLE, b"Subject: x", b"y\r\n\r\nz"),
    "delivery status": report(b"delivery-status", b"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: "),
    "delivery status, lines": report(b"delivery-status"),
    "a receipt": report(b"disposition-notification", b"Disposition: "),
    "feedback": report(b"feedback-report", b"Feedback-Type: abuse\r\nIncidents: "),
    "uuencode": body(TEXT, b"begin 644 x\r\n#86)C\r\n", b"\r\nend\r\n"),
    "uuencode, its name": body(TEXT, b"begin 644 ", b"\r\n#86)C\r\nend\r\n"),
    "yEnc": body(TEXT, YENC, b"\r\n=yend size=10\r\n"),
    "yEnc, its header": body(TEXT, b"=ybegin size=", b" name=x\r\nabc\r\n=yend size=10\r\n"),
    "yEnc, its end": body(TEXT, YENC + b"abc\r\n=yend size=", b" crc32=0\r\n"),
    "winmail.dat": body(b"Content-Type: application/ms-tnef\r\n\r\n", TNEF),
    "winmail.dat, properties": body(
        b"Content-Type: application/ms-tnef\r\n\r\n", TNEF + b"\x01\x03\x90\x06\x00\x00\x00\x01\x00\xff\xff\xff\x00"),
}

# Bytes that mean something somewhere, and one of each kind of those that do not.
SPECIALS = [bytes([byte]) for byte in b"\0\t\n\r\x1b !\"#%&'()*+,-./0:;<=>?@[\\]^_a{~\x7f\x80\xc3\xff"]
FEW = [bytes([byte]) for byte in b" \t\n\"'(,.;<=a\xc3"] + [b"\r\n "]
PAIRED = [bytes([byte]) for byte in b"\t\n \"'(),.;<=>?\\a\x80"]
PAIRS = [b"\r\n", b"\r\n "] + [first + second for first in PAIRED for second in PAIRED if first != second]


def numbered(make, length):
    """Pieces that hold their number."""
    return lambda size: b"".join(make(number).encode() for number in range(size // length))


def repeated(place, piece):
    return lambda size: place.message(size, piece)


def parameters(piece):
    pieces = numbered(piece, 20)
    return lambda size: HEADER + b"Content-Type: a/b" + pieces(size) + b"\r\n\r\nx"


def split(before, between, after, share=2):
    """Half of the size in one thing, half in another: what is read again for each of many."""
    return lambda size: before + b"x" * (size // share) + between + after * (size // share // len(after))


IMAGE = b"--b\r\nContent-Type: image/png\r\nContent-ID: <%s>\r\nContent-Transfer-Encoding: base64\r\n\r\n"


def images(size):
    page = b"<img src=cid:a><img src=cid:c>"
    return (HEADER + MIXED.replace(b"mixed", b"related") + b"--b\r\n" + HTML + page * (size // 2 // len(page)) + b"\r\n"
            + IMAGE % b"a" + b"!" * (size // 2) + b"\r\n" + IMAGE % b"c" + b"QQ==\r\n--b--\r\n")


# Charsets of the C library, more than converters are kept for.
CHARSETS = ("koi8-r", "koi8-u", "euc-jp", "cp932", "big5", "cp949", "gb18030", "iso-8859-2", "iso-8859-5", "iso-8859-7",
            "windows-1250", "windows-1251", "windows-1253", "macintosh", "cp437", "cp850")

SHAPES = {
    "text of sentences": repeated(body(TEXT), b"The quick brown fox jumps over the lazy dog.\r\n"),
    "many header fields": repeated(Place(b"", b"\r\nx"), b"X-Field: value\r\n"),
    "many different fields": lambda size: numbered(lambda n: f"X-{n}: value\r\n", 16)(size) + b"\r\nx",
    "many Received fields": repeated(Place(b"", b"\r\nx"), b"Received: from a by b; 1 Jan 2026 00:00:00 +0000\r\n"),
    "many From fields": repeated(Place(b"", b"\r\nx"), b"From: a@b, c@d\r\n"),
    "stray lines between fields": repeated(Place(HEADER, b"\r\nx"), b"no field\r\nA: b\r\n"),
    "encoded-words": repeated(field(b"Subject"), b"=?utf-8?q?=C3=A4?= "),
    "encoded-words without space": repeated(field(b"Subject"), b"=?utf-8?q?=C3=A4?="),
    "encoded-words that never end": repeated(field(b"Subject"), b"=?utf-8?q?x"),
    "encoded-words of no encoding": repeated(field(b"Subject"), b"=?u?x? " * 500 + b"?="),
    "encoded-words of two charsets": repeated(field(b"Subject"), b"=?koi8-r?q?=C1?= =?euc-jp?q?=B4=C1?= "),
    "encoded-words of many charsets": repeated(
        field(b"Subject"), b" ".join(f"=?{name}?q?=C1=C1?=".encode() for name in CHARSETS) + b" "),
    "encoded-words of no charset": lambda size: repeated(
        field(b"Subject"), numbered(lambda n: f"=?x-{n}?q?=C1?= ", 20)(size))(1),
    "addresses": repeated(field(b"To"), b"a@b, "),
    "addresses with names": repeated(field(b"To"), b'"Ada L." <ada@example.org>, '),
    "groups": repeated(field(b"To"), b"g:a@b;, "),
    "nested comments": lambda size: repeated(field(b"To", b"(" * (size // 2) + b"x"), b")")(size // 2),
    "quotes that never end": repeated(field(b"To"), b'"a\\'),
    "routes": repeated(field(b"To"), b"<@a,@b:c@d>,"),
    "message ids": repeated(field(b"References"), b"<1@x> "),
    "message ids that never end": repeated(field(b"References"), b"<1@x"),
    "dates": repeated(field(b"Date"), b"1 Jan 2026 00:00:00 +0000 "),
    "list headers": repeated(field(b"List-Unsubscribe"), b"<mailto:a@b>, "),
    "parameters": parameters(lambda n: f"; p{n}=value"),
    "one parameter again": parameters(lambda n: "; name=value"),
    "parameters of long names": lambda size: HEADER + b"Content-Type: a/b" + b"".join(
        b"; " + b"\xc3\xa4" * (size // 240) + b"%d*0=x" % number for number in range(120)) + b"\r\n\r\nx",
    "parameters of long names, plain": lambda size: HEADER + b"Content-Type: a/b" + b"".join(
        b"; " + b"\xc3\xa4" * (size // 240) + b"%d=x" % number for number in range(120)) + b"\r\n\r\nx",
    "RFC 2231 sections": parameters(lambda n: f"; name*{n}=value"),
    "RFC 2231 sections backwards": parameters(lambda n: f"; name*{10_000_000 - n}=x"),
    "RFC 2231 huge numbers": parameters(lambda n: f"; name*{10 ** 20 + n}=x"),
    "parameters without semicolons": repeated(field(b"Content-Type", b"a/b; name="), b"charset "),
    "Authentication-Results": repeated(field(b"Authentication-Results", b"mx"), b"; spf=pass smtp.mailfrom=x"),
    "DKIM tags": repeated(field(b"DKIM-Signature"), b"; t=value"),
    "subject in brackets": repeated(field(b"Subject"), b"[a] re: "),
    "subject of forwards": lambda size: repeated(field(b"Subject", b"[fwd:" * (size // 6)), b"]")(size // 6),
    "parts": repeated(body(MIXED), b"--b\r\n\r\nx\r\n"),
    "parts with headers": repeated(body(MIXED), b"--b\r\nContent-Type: text/plain; charset=utf-8\r\nX: y\r\n\r\nx\r\n"),
    "parts without an empty line": repeated(body(MIXED), b"--b\r\n"),
    "parts of many charsets": repeated(body(MIXED), b"".join(
        f"--b\r\nContent-Type: text/plain; charset={name}\r\n\r\n\xc1\xc1\r\n".encode("latin-1") for name in CHARSETS)),
    "parts in no charset": repeated(body(MIXED), b"--b\r\n\r\n\xe4\xf6\xfc\xdf\xe4\r\n"),
    "parts of HTML": repeated(body(MIXED), b"--b\r\n" + HTML + b"<p>x\r\n"),
    "attachments": repeated(body(MIXED), b"--b\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nx\r\n"),
    "alternatives": lambda size: HEADER + MIXED + numbered(
        lambda n: f"--b\r\nContent-Type: multipart/alternative; boundary=c{n}\r\n\r\n--c{n}\r\n\r\nx\r\n--c{n}--\r\n",
        90)(size),
    "multiparts in multiparts": lambda size: HEADER + numbered(
        lambda n: f"Content-Type: multipart/mixed; boundary={n}\r\n\r\n--{n}\r\n", 60)(size),
    "multiparts that never begin": repeated(
        body(MIXED), b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\nx\r\n"),
    "a long type around parts": split(
        HEADER + b"Content-Type: multipart/ (", b") digest; boundary=b\r\n\r\n", b"--b\r\n\r\nA: b\r\n"),
    "a long location around parts": split(
        HEADER + b"Content-Location: http://", b"/\r\n" + MIXED.replace(b"mixed", b"related"),
        b"--b\r\nContent-Location: y\r\n\r\nz\r\n"),
    "messages in messages": repeated(Place(HEADER), b"Content-Type: message/rfc822\r\n\r\n"),
    "encoded messages": repeated(Place(HEADER), b"Content-Type: message/rfc822\r\n" + QUOTED_PRINTABLE),
    "delimiters that almost match": repeated(
        body(MIXED.replace(b'"b"', b'"' + b"b" * 70 + b'"')), b"--" + b"b" * 69 + b"c\r\n"),
    "delimiters with text": repeated(body(MIXED), b"--bx\r\n"),
    "base64 lines": repeated(body(BASE64), b"QUJD" * 19 + b"\r\n"),
    "base64 padding": repeated(body(BASE64), b"QQ=="),
    "quoted-printable lines": repeated(body(QUOTED_PRINTABLE), b"=C3=A4 x =\r\n"),
    "flowed lines": repeated(body(b"Content-Type: text/plain; format=flowed\r\n\r\n"), b"> > a \r\n"),
    "escapes of ISO-2022-JP": repeated(charset(b"iso-2022-jp"), b"\x1b$B\x1b(B"),
    "URLs": repeated(body(TEXT), b"http://example.org/a "),
    "URLs without an end": repeated(body(TEXT), b"http://"),
    "points and at signs": repeated(body(TEXT), b"a.@"),
    "hosts": repeated(body(TEXT), b"www."),
    "HTML paragraphs": repeated(body(HTML), b"<p>Text &amp; <b>more</b></p>"),
    "HTML tags that never end": repeated(body(HTML), b'<a "'),
    "HTML attributes": repeated(body(HTML, b"<p", b">x"), b' a="b"'),
    "HTML quotes": repeated(body(HTML), b"<a ='>"),
    "HTML comments": repeated(body(HTML), b"<!-- x -->"),
    "HTML comments that never end": repeated(body(HTML), b"<!--"),
    "HTML scripts that never end": repeated(body(HTML), b"<script>"),
    "HTML script ends that never end": repeated(body(HTML, b"<script>"), b"</script "),
    "HTML references": repeated(body(HTML), b"&amp"),
    "HTML lists in lists": repeated(body(HTML), b"<ul><li>x"),
    "HTML quotes in quotes": repeated(body(HTML), b"<blockquote>x<br>"),
    "HTML tables in tables": repeated(body(HTML), b"<table><tr><td>x"),
    "HTML hidden": repeated(body(HTML), b"<p hidden>x<div>"),
    "HTML links": repeated(body(HTML), b'<a href="http://example.org/">x</a>'),
    "HTML images by cid": repeated(body(HTML), b"<img src=cid:a>"),
    "HTML images in turn": images,
    "files in uuencode": repeated(body(TEXT), b"begin 644 x\r\n#86)C\r\nend\r\n"),
    "files in yEnc": repeated(body(TEXT), YENC + b"k\r\n=ypart begin=1 end=1\r\n=yend size=1\r\n"),
    "beginnings of uuencode": repeated(body(TEXT), b"begin 644 x\r\n"),
    "beginnings of yEnc": repeated(body(TEXT), b"=ybegin size=99999999 name=x\r\n"),
    "recipients of a report": repeated(
        report(b"delivery-status"), b"Final-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.0.0\r\n\r\n"),
    "winmail.dat of subjects": repeated(
        body(b"Content-Type: application/ms-tnef\r\n\r\n", TNEF + b"\x02\x07\x90\x06\x00\x04\x00\x00\x00\x01\x00\x00\x00\x01\x00"),
        b"\x01\x04\x80\x01\x00\x01\x00\x00\x00\x00\x00\x00"),
}
