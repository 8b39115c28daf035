#!/usr/bin/env python3
"""Measures many sessions at once on one event loop: 1,000 of them, by 8 at a time up to all, and the same mails by 8,
beside a client in C that does the same on one epoll and only counts.

    bench_sessions.py --sluice PROGRAM [--rounds N] [--json FILE]

The server is the sandbox in a process of its own. Each session logs in and drains the whole of a maildrop of 4 KB
mails; with fewer sessions the maildrop is as much larger. Where all are at once, they retrieve when all have logged in
and listed their maildrops, and how fast is told by itself: a thousand logins are most of the work for 20 mails each.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

from bench_fetch import write_mails
from drivers import BENCHMARKS, build_product, compile_peer
from rounds import rounds as rounds_within

MAILS = 20_000
# How many sessions, and how many of them at once.
RUNS = [(8, 8), (1_000, 8), (1_000, 64), (1_000, 250), (1_000, 1_000)]


class Sandbox:
    """`sluice sandbox` over a folder, while the block runs."""

    def __init__(self, program, folder):
        self.command = [program, "sandbox", "--mail", str(folder), "--user", "ada", "--password", "secret"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if port := re.search(r"pop://\S*?:(\d+)", line):
                return int(port.group(1))
        raise ChildProcessError("the sandbox names no port")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sluice", required=True, type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, help="stops before all rounds, after 3 at the least, to keep to them")
    parser.add_argument("--json", type=pathlib.Path, help="also writes the medians there")
    arguments = parser.parse_args()
    work = BENCHMARKS / ".build/peers"
    work.mkdir(parents=True, exist_ok=True)
    clients = {"sluice": [str(build_product("session-driver"))],
               "counting C": compile_peer(["cc"], "pop3_sessions.c", work)}
    runs = {(client, *run): [] for run in RUNS for client in clients}
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as name:
        folder = pathlib.Path(name)
        for count in {count for count, _ in RUNS}:
            write_mails(folder / str(count), MAILS // count)
        for _ in rounds_within(arguments.rounds, arguments.seconds):
            for client, count, at_once in runs:
                with Sandbox(arguments.sluice, folder / str(count)) as port:
                    ended = subprocess.run([*clients[client], str(port), "ada", "secret", str(count), str(at_once)],
                                           check=True, capture_output=True, text=True)
                runs[client, count, at_once].append(list(map(int, ended.stdout.split())))
    measured = []
    print(f"{'client':<12}{'sessions':>8}{'at once':>8}{'mails/s':>10}{'retrieving':>12}{'CPU µs a mail':>15}"
          f"{'MiB held':>10}")
    for (client, count, at_once), several in runs.items():
        wall, cpu, mails, _, memory, retrieving = (statistics.median(values) for values in zip(*several))
        if mails != MAILS // count * count:
            raise ChildProcessError(f"{count} sessions got {mails} mails")
        one = {"client": client, "sessions": count, "atOnce": at_once, "rate": mails / wall * 1e9,
               "cpu": cpu / mails / 1000, "memory": memory * 1024,
               "retrieving": mails / retrieving * 1e9 if retrieving else None}
        measured.append(one)
        rate = f"{one['retrieving']:,.0f}" if one["retrieving"] else "-"
        print(f"{client:<12}{count:>8}{at_once:>8}{one['rate']:>10,.0f}{rate:>12}{one['cpu']:>15.1f}"
              f"{memory / 1024:>10.0f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=1))


if __name__ == "__main__":
    sys.exit(main())
