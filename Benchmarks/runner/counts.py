#!/usr/bin/env python3
"""Counts instructions and allocations for each mail, which no busy machine disturbs, and holds them against thresholds.

    counts.py [--record]

Exits with 1 if a count is over its threshold in thresholds.json by more than one in twenty. --record writes the counts
that are met now as the thresholds.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

from drivers import BENCHMARKS, build_allocation_counter, build_ours
from parsing import allocations

THRESHOLDS = BENCHMARKS / "thresholds.json"
# How much of each class is read: enough that a mail's share no longer changes.
OCTETS = {"short": 1 << 20, "newsletters": 2 << 20, "attachments": 8 << 20, "nested": 1 << 20, "charsets": 1 << 19,
          "dots": 1 << 19, "long-lines": 2 << 20, "many-headers": 1 << 20}
TOLERANCE = 1.05


def instructions(parser, corpus, passes):
    """The instructions of a driver that reads the corpus so many times."""
    program, *rest = parser.command
    # Valgrind gives up over debug information of a form that it does not know.
    stripped = corpus.with_name("stripped-driver")
    subprocess.run(["strip", "--strip-debug", "-o", stripped, program], check=True)
    orders = f"run {1 << 62}\n" * passes
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(stripped), *rest, str(corpus)]
    ended = subprocess.run(command, input=orders, capture_output=True, text=True, check=True)
    collected = re.search(r"Collected : (\d+)", ended.stderr)
    mails = int(ended.stdout.split()[3])
    return int(collected.group(1)), mails


def counts_of(parser, corpus, counter):
    """What a mail costs, on average, one that is warm."""
    once, mails = instructions(parser, corpus, 1)
    twice, _ = instructions(parser, corpus, 2)
    asked = allocations(parser, corpus, counter)
    return {"instructions": round((twice - once) / mails), "allocations": round(asked, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    arguments = parser.parse_args()
    folder = BENCHMARKS / ".build/peers"
    folder.mkdir(parents=True, exist_ok=True)
    counter = build_allocation_counter(folder)
    parsers, generator = build_ours()
    counts, over = {}, []
    known = json.loads(THRESHOLDS.read_text()) if THRESHOLDS.exists() else {}
    print(f"{'':<24}{'class':<14}{'instructions':>14}{'threshold':>12}{'allocations':>13}{'threshold':>11}")
    for name, octets in OCTETS.items():
        corpus = folder / f"{name}.counts"
        subprocess.run([generator, name, str(octets), corpus], check=True, stdout=subprocess.DEVNULL)
        for one in parsers:
            met = counts_of(one, corpus, counter)
            counts.setdefault(one.name, {})[name] = met
            threshold = known.get(one.name, {}).get(name, {})
            print(f"{one.name:<24}{name:<14}{met['instructions']:>14,}{threshold.get('instructions', '-'):>12}"
                  f"{met['allocations']:>13,}{threshold.get('allocations', '-'):>11}", flush=True)
            over += [f"{one.name}, {name}: {kind} {met[kind]} and not {limit}" for kind, limit in threshold.items()
                     if met[kind] > limit * TOLERANCE + 0.5]
        corpus.unlink()
    if arguments.record:
        THRESHOLDS.write_text(json.dumps(counts, indent=1) + "\n")
    elif over:
        sys.exit("over the threshold:\n" + "\n".join(over))


if __name__ == "__main__":
    main()
