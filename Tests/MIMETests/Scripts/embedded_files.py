"""Prints octets of many lengths and, for each, a uuencoded and a yEnc file of them, all in hex: octets, uuencode, yEnc."""
import binascii
import zlib


def uuencoded(octets):
    lines = [b"begin 644 a file.bin"]
    lines += [binascii.b2a_uu(octets[at:at + 45], backtick=at % 2 == 0).rstrip(b"\n") for at in range(0, len(octets), 45)]
    return b"\n".join(lines + [b"`", b"end", b""])


def yencoded(octets):
    shifted = b"".join(
        bytes([61, (octet + 42 + 64) % 256]) if (octet + 42) % 256 in (0, 10, 13, 61) else bytes([(octet + 42) % 256])
        for octet in octets)
    lines, line = [], b""
    for octet in shifted:
        line += bytes([octet])
        # A line does not end between the mark and what it marks.
        if len(line) >= 128 and line[-1] != 61:
            lines.append(line)
            line = b""
    lines.append(line)
    size = len(octets)
    return b"\r\n".join([b"=ybegin line=128 size=%d name=a file.bin" % size] + lines
                        + [b"=yend size=%d crc32=%08x" % (size, zlib.crc32(octets)), b""])


for length in list(range(1, 100)) + [1000, 5000]:
    octets = bytes((index * 7 + index // 256 * 31) % 256 for index in range(length))
    print(octets.hex(), uuencoded(octets).hex(), yencoded(octets).hex())
