"""Measures what parsing costs for each octet of messages from 100 KB to 100 MB: a text, and an attachment in base64."""

import base64
import random
import statistics

from drivers import Driver
from rounds import rounds as rounds_within

SIZES = [100_000, 1_000_000, 10_000_000, 100_000_000]
# What each size is read again until, so that short passes are not lost in the clock.
OCTETS_IN_PASS = 20_000_000


def message(size):
    """A multipart, half of it plain text and half of it base64."""
    source = random.Random(size)
    line = (" ".join(source.choice(["mail", "the", "drop", "of", "line", "reads", "a"]) for _ in range(14)))[:74]
    text = (line + "\r\n") * (size // 2 // (len(line) + 2))
    block = base64.encodebytes(source.randbytes(57 * 1000)).replace(b"\n", b"\r\n").decode()
    attachment = (block * (size // 2 // len(block) + 1))[:size // 2 // 78 * 78]
    return ("From: Ada <ada@example.org>\r\nTo: bob@example.org\r\nSubject: sizes\r\n"
            "Date: Tue, 24 Nov 2026 06:46:10 +0000\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/mixed; boundary=\"=_sizes\"\r\n\r\n--=_sizes\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}--=_sizes\r\n"
            "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            f"{attachment}--=_sizes--\r\n").encode()


def measure(parser, folder, rounds, seconds=None):
    """For each size the nanoseconds of CPU for each octet."""
    drivers = []
    for size in SIZES:
        corpus = folder / f"{size}.size"
        one = message(size)
        copies = max(1, OCTETS_IN_PASS // size)
        corpus.write_bytes((len(one).to_bytes(8, "little") + one) * copies)
        drivers.append((size, Driver(parser, corpus)))
    costs = {size: [] for size in SIZES}
    for turn in rounds_within(rounds + 1, seconds):
        for size, driver in drivers:
            read = driver.run(1 << 62)
            # The first time warms.
            if turn > 0:
                costs[size].append(read.cpu / read.octets)
    for size, driver in drivers:
        driver.close()
        (folder / f"{size}.size").unlink()
    return {size: statistics.median(values) for size, values in costs.items()}
