#!/usr/bin/env python3
"""Shows that no shape of message costs more than its size: nanoseconds for each octet, at 1x, 10x and 100x.

    scaling.py --sluice PROGRAM [--size OCTETS] [--backend native|mimetic] [--only SHAPE]

Each message is read whole by `sluice parse --json`: structure, every header, text, HTML, attachments, defects. The time
is the program's own on the processor, the least of three runs, without what an empty message takes. A cost that grows
with the square of the size would be 100 times higher in the last column than in the first. What limits cut off gets
cheaper.
"""
import argparse
import pathlib
import resource
import subprocess
import sys
import tempfile

RUNS = 3
FACTORS = (1, 10, 100)
HEADER = "From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n"
MIXED = 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n"
TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\n"


def repeated(piece, size):
    return piece * max(1, size // len(piece))


def field(name, piece, end="", start=""):
    """A shape that is one header field of any length."""
    return lambda size: f"{HEADER}{name}: {start}{repeated(piece, size)}{end}\r\n\r\nx"


def body(header, piece, start="", end=""):
    return lambda size: f"{HEADER}{header}{start}{repeated(piece, size)}{end}"


def numbered(make, length):
    """Pieces that hold their number."""
    return lambda size: "".join(make(number) for number in range(size // length))


def multiparts(size):
    return HEADER + numbered(lambda n: f"Content-Type: multipart/mixed; boundary={n}\r\n\r\n--{n}\r\n", 60)(size)


def parameters(piece):
    return lambda size: f"{HEADER}Content-Type: a/b{numbered(piece, 20)(size)}\r\n\r\nx"


SHAPES = {
    "plain text": body(TEXT, "The quick brown fox jumps over the lazy dog.\r\n"),
    "one long line": body(TEXT, "x"),
    "many header fields": lambda size: repeated("X-Field: value\r\n", size) + "\r\nx",
    "many different fields": lambda size: numbered(lambda n: f"X-{n}: value\r\n", 16)(size) + "\r\nx",
    "many Received fields": lambda size: repeated("Received: from a by b; 1 Jan 2026 00:00:00 +0000\r\n", size) + "\r\nx",
    "many From fields": lambda size: repeated("From: a@b, c@d\r\n", size) + "\r\nx",
    "one long field": field("X-Long", "x"),
    "one long folded field": field("X-Long", "x\r\n "),
    "blank continuation lines": field("X-Long", "\r\n "),
    "stray lines between fields": lambda size: HEADER + repeated("no field\r\nA: b\r\n", size) + "\r\nx",
    "long subject": field("Subject", "word "),
    "encoded-words": field("Subject", "=?utf-8?q?=C3=A4?= "),
    "encoded-words without space": field("Subject", "=?utf-8?q?=C3=A4?="),
    "encoded-words that never end": field("Subject", "=?utf-8?q?x"),
    "encoded-words of many charsets": field("Subject", "=?koi8-r?q?=C1?= =?euc-jp?q?=B4=C1?= "),
    "encoded-word openings": field("Subject", "=?"),
    "addresses": field("To", "a@b, "),
    "addresses with names": field("To", '"Ada L." <ada@example.org>, '),
    "words that are no address": field("To", "x "),
    "groups": field("To", "g:a@b;, "),
    "nested groups": field("To", "g:"),
    "nested comments": lambda size: f"{HEADER}To: {'(' * (size // 2)}x{')' * (size // 2)} a@b\r\n\r\nx",
    "comments that never end": field("To", "("),
    "angle brackets": field("To", "<"),
    "at signs": field("To", "@"),
    "quotes that never end": field("To", '"a\\'),
    "routes": field("To", "<@a,@b:c@d>,"),
    "message ids": field("References", "<1@x> "),
    "message ids that never end": field("References", "<1@x"),
    "dates": field("Date", "1 Jan 2026 00:00:00 +0000 "),
    "list headers": field("List-Unsubscribe", "<mailto:a@b>, "),
    "parameters": parameters(lambda n: f"; p{n}=value"),
    "one parameter again": parameters(lambda n: "; name=value"),
    "RFC 2231 sections": parameters(lambda n: f"; name*{n}=value"),
    "RFC 2231 sections backwards": parameters(lambda n: f"; name*{10_000_000 - n}=x"),
    "RFC 2231 huge numbers": parameters(lambda n: f"; name*{10 ** 20 + n}=x"),
    "parameter white space": field("Content-Type", "charset ", start="a/b; name="),
    "parameter quotes": field("Content-Type", '"', start="a/b; name="),
    "Authentication-Results": field("Authentication-Results", "; spf=pass smtp.mailfrom=x", start="mx"),
    "DKIM tags": field("DKIM-Signature", "; t=value"),
    "parts": body(MIXED, "--b\r\n\r\nx\r\n"),
    "parts with headers": body(MIXED, "--b\r\nContent-Type: text/plain; charset=utf-8\r\nX: y\r\n\r\nx\r\n"),
    "parts without an empty line": body(MIXED, "--b\r\n"),
    "attachments": body(MIXED, "--b\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nx\r\n"),
    "multiparts in multiparts": multiparts,
    "messages in messages": lambda size: repeated("Content-Type: message/rfc822\r\n\r\n", size),
    "encoded messages": lambda size: repeated("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", size),
    "delimiters that almost match": body(MIXED.replace('"b"', '"' + "b" * 70 + '"'), "--" + "b" * 69 + "c\r\n"),
    "delimiters with text": body(MIXED, "--bx\r\n"),
    "hyphens": body(MIXED, "--\r\n"),
    "one line of hyphens": body(MIXED, "-"),
    "base64": body("Content-Transfer-Encoding: base64\r\n\r\n", "QUJD" * 19 + "\r\n"),
    "base64 that is none": body("Content-Transfer-Encoding: base64\r\n\r\n", "*!"),
    "base64 padding": body("Content-Transfer-Encoding: base64\r\n\r\n", "QQ=="),
    "quoted-printable": body("Content-Transfer-Encoding: quoted-printable\r\n\r\n", "=C3=A4 x =\r\n"),
    "quoted-printable that is none": body("Content-Transfer-Encoding: quoted-printable\r\n\r\n", "="),
    "quoted-printable white space": body("Content-Transfer-Encoding: quoted-printable\r\n\r\n", " "),
    "flowed text": body("Content-Type: text/plain; format=flowed\r\n\r\n", "> > a \r\n"),
    "flowed quotes": body("Content-Type: text/plain; format=flowed\r\n\r\n", ">"),
    "a charset of the C library": body("Content-Type: text/plain; charset=koi8-r\r\n\r\n", "x=y "),
    "escapes of ISO-2022-JP": body("Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n", "\x1b$B\x1b(B"),
    "URLs": body(TEXT, "http://example.org/a "),
    "URLs without an end": body(TEXT, "http://"),
    "brackets in a URL": body(TEXT, "(", start="http://example.org/"),
    "points and at signs": body(TEXT, "a.@"),
    "www": body(TEXT, "www."),
    "HTML": body(HTML, "<p>Text &amp; <b>more</b></p>"),
    "HTML tags that never end": body(HTML, '<a "'),
    "HTML attributes": body(HTML, ' a="b"', start="<p", end=">x"),
    "HTML quotes": body(HTML, "<a ='>"),
    "HTML comments": body(HTML, "<!-- x -->"),
    "HTML comments that never end": body(HTML, "<!--"),
    "HTML scripts that never end": body(HTML, "<script>"),
    "HTML references": body(HTML, "&amp"),
    "HTML lists in lists": body(HTML, "<ul><li>x"),
    "HTML quotes in quotes": body(HTML, "<blockquote>x<br>"),
    "HTML tables in tables": body(HTML, "<table><tr><td>x"),
    "HTML hidden": body(HTML, "<p hidden>x<div>"),
    "HTML links": body(HTML, '<a href="http://example.org/">x</a>'),
    "HTML images by cid": body(HTML, "<img src=cid:a>"),
}


def processor_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode != 0:
        sys.exit(f"{command}: exit status {run.returncode}: {run.stderr.decode(errors='replace')}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cost(arguments, path, message):
    path.write_bytes(message)
    command = [arguments.sluice, "parse", "--json", "--backend", arguments.backend, path]
    return min(processor_seconds(command) for _ in range(RUNS))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sluice", required=True)
    parser.add_argument("--size", type=int, default=100_000, help="octets at 1x")
    parser.add_argument("--backend", default="native")
    parser.add_argument("--only", help="a part of a shape's name")
    arguments = parser.parse_args()
    print(f"{'ns for each octet':<34}" + "".join(f"{arguments.size * factor // 1000:>9} KB" for factor in FACTORS) + f"{'100x/1x':>10}")
    with tempfile.TemporaryDirectory(prefix="sluice-scaling-") as name:
        path = pathlib.Path(name) / "message.eml"
        start = cost(arguments, path, b"\r\n")
        for shape, make in SHAPES.items():
            if arguments.only and arguments.only not in shape:
                continue
            costs = []
            for factor in FACTORS:
                message = make(arguments.size * factor).encode()
                costs.append(max(cost(arguments, path, message) - start, 0) / len(message) * 1e9)
            # Below a nanosecond, the start of a program is all that there is to measure.
            ratio = max(costs[-1], 1) / max(costs[0], 1)
            print(f"{shape:<34}" + "".join(f"{value:>12.1f}" for value in costs) + f"{ratio:>10.2f}", flush=True)


if __name__ == "__main__":
    main()
