#!/usr/bin/env python3
"""Checks delivered mails byte for byte against a recording of what the server sent (see fetch_raw.py).

    verify_transcript.py TRANSCRIPT DELIVERED

TRANSCRIPT is a file of RETR replies, one after the other. DELIVERED is a Maildir (cur and new are read) or a folder of
files. The mails are unstuffed here by RFC 1939 §3 alone: a line ends with CRLF and nothing else, a line that begins
with a dot loses it, CRLF.CRLF ends the reply. Every mail sent must have been delivered exactly once, and nothing else.
"""

import argparse
import collections
import hashlib
import pathlib
import sys

TERMINATOR = b"\r\n.\r\n"
STUFFED = b"\r\n."
CHUNK = 1 << 22


class Transcript:
    """The mails of a recording, in order, read in chunks so that a mail may be larger than memory."""

    def __init__(self, file):
        self.file = file
        self.buffer = b""

    def fill(self):
        chunk = self.file.read(CHUNK)
        self.buffer += chunk
        return bool(chunk)

    def skip_status_line(self):
        """Leaves the status line's CRLF in the buffer: it is also the line end before the mail's first line."""
        while (end := self.buffer.find(b"\r\n")) < 0:
            if not self.fill():
                raise ValueError("the transcript ends within a status line")
        if not self.buffer.startswith(b"+OK"):
            raise ValueError(f"not a reply to RETR: {self.buffer[:end]!r}")
        self.buffer = self.buffer[end:]

    def pieces(self):
        """The unstuffed bytes of the next mail, piece by piece, with the status line's CRLF in front."""
        self.skip_status_line()
        while (end := self.buffer.find(TERMINATOR)) < 0:
            held = next(n for n in range(len(TERMINATOR) - 1, -1, -1) if self.buffer.endswith(TERMINATOR[:n]))
            cut = len(self.buffer) - held
            yield self.buffer[:cut].replace(STUFFED, b"\r\n")
            self.buffer = self.buffer[cut:]
            if not self.fill():
                raise ValueError("the transcript ends within a mail")
        yield self.buffer[: end + 2].replace(STUFFED, b"\r\n")
        self.buffer = self.buffer[end + len(TERMINATOR):]

    def mails(self):
        """(SHA-256, size) of each mail."""
        while self.buffer or self.fill():
            digest, size, skip = hashlib.sha256(), 0, 2
            for piece in self.pieces():
                kept = piece[skip:]
                skip = max(0, skip - len(piece))
                digest.update(kept)
                size += len(kept)
            yield digest.hexdigest(), size


def delivered_files(folder):
    folder = pathlib.Path(folder)
    places = [folder / "new", folder / "cur"] if (folder / "new").is_dir() else [folder]
    return sorted(path for place in places for path in place.iterdir() if path.is_file())


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def differences(transcript, folder):
    """What was sent and not delivered, or delivered and not sent, a line for each; and how many mails were sent."""
    with open(transcript, "rb") as file:
        sent = list(Transcript(file).mails())
    missing = collections.Counter(digest for digest, _ in sent)
    found = []
    for path in delivered_files(folder):
        digest = digest_of(path)
        if missing[digest] > 0:
            missing[digest] -= 1
        else:
            found.append(f"delivered, but not what the server sent: {path} ({path.stat().st_size} bytes)")
    for number, (digest, size) in enumerate(sent, start=1):
        if missing[digest] > 0:
            missing[digest] -= 1
            found.append(f"sent, but not delivered: message {number} ({size} bytes)")
    return found, len(sent)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("transcript")
    parser.add_argument("delivered")
    arguments = parser.parse_args()
    found, sent = differences(arguments.transcript, arguments.delivered)
    for line in found:
        print(line)
    print(f"{sent} mails sent, {len(found)} differences")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
