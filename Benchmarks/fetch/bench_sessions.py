#!/usr/bin/env python3
"""Measures many sessions at once on one event loop: the same mails over 8 sessions and over up to 1,000.

    bench_sessions.py --sluice PROGRAM [--rounds N] [--json FILE]

The server is the sandbox in a process of its own. Each session drains the whole of a maildrop of 4 KB mails; with fewer
sessions the maildrop is as much larger.
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
from drivers import build_product

MAILS, COUNTS = 20_000, [8, 64, 250, 1_000]


class Sandbox:
    """`sluice sandbox` over a folder, while the block runs."""

    def __init__(self, program, folder):
        self.command = [program, "sandbox", "--mail", str(folder), "--user", "ada", "--password", "secret", "--port", "0"]

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
    parser.add_argument("--json", type=pathlib.Path, help="also writes the medians there")
    arguments = parser.parse_args()
    driver = str(build_product("session-driver"))
    runs = {count: [] for count in COUNTS}
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as name:
        folder = pathlib.Path(name)
        for count in COUNTS:
            write_mails(folder / str(count), MAILS // count)
        for _ in range(arguments.rounds):
            for count in COUNTS:
                with Sandbox(arguments.sluice, folder / str(count)) as port:
                    ended = subprocess.run([driver, str(port), "ada", "secret", str(count)], check=True,
                                           capture_output=True, text=True)
                runs[count].append(list(map(int, ended.stdout.split())))
    measured = []
    print(f"{'sessions':>8}{'mails/s':>10}{'CPU µs a mail':>15}{'MiB held':>10}")
    for count, several in runs.items():
        wall, cpu, mails, _, memory = (statistics.median(values) for values in zip(*several))
        if mails != MAILS // count * count:
            raise ChildProcessError(f"{count} sessions got {mails} mails")
        one = {"sessions": count, "rate": mails / wall * 1e9, "cpu": cpu / mails / 1000, "memory": memory * 1024}
        measured.append(one)
        print(f"{count:>8}{one['rate']:>10,.0f}{one['cpu']:>15.1f}{memory / 1024:>10.0f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=1))


if __name__ == "__main__":
    sys.exit(main())
