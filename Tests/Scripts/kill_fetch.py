#!/usr/bin/env python3
"""Kills `sluice fetch --delete` at random moments and checks that no mail is lost, torn or stored twice by name.

    kill_fetch.py --sluice PROGRAM [--kills N] [--seed N]

A Dovecot of the test's own serves a maildrop that is refilled before every run. Each run is ended by SIGKILL at a
random moment of its life; the last ones run to their end. Then every mail that was ever in the maildrop must be in the
Maildir, byte for byte, and nothing else may be in it. A mail stored again under another name is allowed only once for each
kill: the one whose storing was not yet remembered when the kill came. Exits with 77 where Dovecot cannot run.
"""

import argparse
import collections
import hashlib
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

from real_server import MAIL_OWNER, UNAVAILABLE, Dovecot, Unavailable

MAILDROP_SIZE = 60
MAX_BODY = 200_000
RUNS_TO_DRAIN = 3


def make_mail(number, source):
    """A mail of its own with CRLF line ends; some lines begin with dots, some end with bare LF."""
    head = f"From: kill@example.org\r\nSubject: mail {number}\r\nMessage-ID: <{number}@kill>\r\n\r\n".encode()
    body = bytearray()
    size = int(MAX_BODY ** source.random())
    while len(body) < size:
        body += source.choice([b"", b".", b"..", b"line "]) + source.randbytes(30).hex().encode() + b"\r\n"
    return head + bytes(body)


class Maildrop:
    """Dovecot's Maildir, and the digest of every mail that was ever put into it."""

    def __init__(self, folder, source):
        self.folder = pathlib.Path(folder)
        self.source = source
        self.digests = set()

    def waiting(self):
        return [path for part in ("new", "cur") for path in (self.folder / part).iterdir()]

    def refill(self):
        for _ in range(MAILDROP_SIZE - len(self.waiting())):
            number = len(self.digests) + 1
            mail = make_mail(number, self.source)
            self.digests.add(hashlib.sha256(mail).digest())
            file = self.folder / "tmp" / f"{1_700_000_000 + number}.M{number:07}P1.localhost"
            file.write_bytes(mail)
            os.chown(file, MAIL_OWNER, MAIL_OWNER)
            file.rename(self.folder / "new" / file.name)


class Fetcher:
    """Runs `sluice fetch --delete` into a Maildir with a list of seen messages."""

    def __init__(self, program, server, folder):
        self.maildir = folder / "Maildir"
        self.command = [
            program, "fetch", f"pop://ada@127.0.0.1:{server.port}", "--allow-plaintext", "--password-env",
            "SLUICE_KILL_PASSWORD", "--delete", "--to", f"maildir:{self.maildir}",
            "--since-uidl", str(folder / "uidl"), "--quiet",
        ]
        self.environment = {**os.environ, "SLUICE_KILL_PASSWORD": server.password}

    def start(self):
        return subprocess.Popen(self.command, env=self.environment, stderr=subprocess.PIPE)

    def finish(self):
        """Runs to the end; the seconds it took."""
        began = time.monotonic()
        self.check(self.start())
        return time.monotonic() - began

    def check(self, process):
        error = process.communicate()[1].decode(errors="replace")
        if process.returncode not in (0, -signal.SIGKILL):
            raise ChildProcessError(f"sluice fetch exited with {process.returncode}: {error}")

    def run_and_kill(self, after):
        """Whether SIGKILL, sent `after` seconds, came before the end."""
        process = self.start()
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
        self.check(process)
        return process.returncode == -signal.SIGKILL


def faults(maildrop, maildir, kills):
    """What is wrong with the outcome, a line for each fault; and the number of mails stored again."""
    files = [path for part in ("new", "cur") for path in (maildir / part).iterdir()]
    stored = collections.Counter(hashlib.sha256(path.read_bytes()).digest() for path in files)
    names = collections.Counter(path.name.split(":")[0] for path in files)
    again = sum(count - 1 for count in stored.values())
    found = [f"lost: {digest.hex()}" for digest in maildrop.digests - stored.keys()]
    found += [f"torn or changed: {digest.hex()}" for digest in stored.keys() - maildrop.digests]
    found += [f"stored twice under one name: {name}" for name, count in names.items() if count > 1]
    found += [f"left on the server: {path.name}" for path in maildrop.waiting()]
    if again > kills:
        found.append(f"{again} mails stored again after {kills} kills")
    return found, again


def run(program, kills, seed):
    source = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="sluice-kill-") as name:
        folder = pathlib.Path(name)
        (folder / "empty").mkdir()
        with Dovecot({"ada": folder / "empty"}) as server:
            maildrop = Maildrop(server.maildrops["ada"], source)
            fetcher = Fetcher(program, server, folder)
            maildrop.refill()
            whole_run = fetcher.finish()
            killed = attempts = 0
            while killed < kills:
                maildrop.refill()
                killed += fetcher.run_and_kill(source.uniform(0, whole_run))
                attempts += 1
                if attempts > 10 * kills:
                    raise TimeoutError(f"only {killed} of {attempts} runs lived long enough to be killed")
            for _ in range(RUNS_TO_DRAIN):
                fetcher.finish()
            found, again = faults(maildrop, fetcher.maildir, killed)
    for line in found:
        print(line)
    print(f"{killed} kills in {attempts} runs (seed {seed}), {len(maildrop.digests)} mails, "
          f"{again} stored again, {len(found)} faults")
    return 1 if found else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sluice", required=True)
    parser.add_argument("--kills", type=int, default=15)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    arguments = parser.parse_args()
    try:
        sys.exit(run(arguments.sluice, arguments.kills, arguments.seed))
    except Unavailable as reason:
        print(reason, file=sys.stderr)
        sys.exit(UNAVAILABLE)


if __name__ == "__main__":
    main()
