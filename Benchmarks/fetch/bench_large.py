#!/usr/bin/env python3
"""Measures large mails from a server that is faster than its client: sluice beside a client in C that only counts.

    bench_large.py --sluice PROGRAM [--rounds N] [--large-octets N] [--json FILE]

Mails of 10 MB go to nobody, in the clear and over TLS; one large mail goes to a Maildir, beside `cp` of the same file
and fsync. CPU time is that of the client; the memory is the most that it held.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from bench_fetch import SCRIPTS, build_peers, peer, sluice  # noqa: F401
from drivers import BENCHMARKS, compile_peer
from real_server import make_certificates
from rounds import rounds as rounds_within

MAILS, OCTETS = 40, 10_000_000


class Blast:
    """The fast server, while the block runs."""

    def __init__(self, program, mails, octets, *tls):
        self.command = [*program, str(mails), str(octets), *map(str, tls)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return int(self.process.stdout.readline())

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=10)


def run(command, folder):
    """Seconds of wall and CPU, and the most memory in KiB."""
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL,
                               env={**os.environ, "SLUICE_BENCH_PASSWORD": "secret"})
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise ChildProcessError(f"{command[0]} exited with {process.returncode}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def medians(commands, folder, rounds, seconds=None):
    """By turns, once without counting."""
    runs = {name: [] for name in commands}
    for turn in rounds_within(rounds + 1, seconds, least=4):
        for name, command in commands.items():
            one = run(command(), folder)
            if turn > 0:
                runs[name].append(one)
    return {name: [statistics.median(values) for values in zip(*several)] for name, several in runs.items()}


def show(title, octets, figures):
    print(f"\n{title}\n{'':<16}{'MB/s':>8}{'CPU s':>8}{'MiB held':>10}")
    for name, (wall, cpu, memory) in figures.items():
        print(f"{name:<16}{octets / wall / 1e6:>8,.0f}{cpu:>8.3f}{memory / 1024:>10.0f}", flush=True)
    return {"title": title, "octets": octets,
            "clients": {name: {"wall": wall, "cpu": cpu, "memory": memory * 1024}
                        for name, (wall, cpu, memory) in figures.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sluice", required=True, type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large-octets", type=int, default=1_000_000_000)
    parser.add_argument("--seconds", type=float, help="stops before all rounds, after 3 at the least, to keep to them")
    parser.add_argument("--json", type=pathlib.Path, help="also writes the medians there")
    arguments = parser.parse_args()
    counting = build_peers()["counting C"]
    blast = compile_peer(["cc"], "pop3_blast.c", BENCHMARKS / ".build/peers", ["-lssl", "-lcrypto"])
    measured = []
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as name:
        folder = pathlib.Path(name)
        make_certificates(folder)
        for title, tls, ca in [("in the clear", (), ""),
                               ("over TLS", (folder / "cert.pem", folder / "key.pem"), str(folder / "ca.pem"))]:
            with Blast(blast, MAILS, OCTETS, *tls) as port:
                figures = medians({"sluice null": lambda: sluice(arguments.sluice, "null:", port, ca),
                                   "counting C": lambda: peer(counting, port, ca)}, folder, arguments.rounds,
                                  arguments.seconds and arguments.seconds / 3)
            title = f"{MAILS} mails of {OCTETS:,} octets from a fast server, {title}"
            measured.append(show(title, MAILS * OCTETS, figures))
        original = folder / "original"
        maildir = folder / "Maildir"

        def fetch():
            shutil.rmtree(maildir, ignore_errors=True)
            return sluice(arguments.sluice, f"maildir:{maildir}", port, "", "--no-seen", "--max-message-size",
                          "4G")

        def copy():
            if not original.exists():
                shutil.copy(next((maildir / "new").iterdir()), original)
            return ["sh", "-c", "cp original copy && sync copy && rm copy"]

        with Blast(blast, 1, arguments.large_octets) as port:
            figures = medians({"sluice maildir": fetch, "cp and fsync": copy}, folder, min(arguments.rounds, 3),
                              arguments.seconds and arguments.seconds / 3)
        title = f"one mail of {arguments.large_octets:,} octets to a Maildir"
        measured.append(show(title, arguments.large_octets, figures))
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=1))


if __name__ == "__main__":
    sys.exit(main())
