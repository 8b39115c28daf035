#!/usr/bin/env python3
"""Counts instructions and allocations, which no busy machine disturbs, and holds them against thresholds: for a mail of
each class by each parser, and for one run of each row of the other layers.

    counts.py [--record] [GROUP ...]

A group is a parser or a layer, as in thresholds.json; all of them without any. Exits with 1 if a count is over its
threshold by more than one in twenty. --record writes the counts that are met now as the thresholds of the groups.
"""

import argparse
import json
import subprocess
import sys

from callgrind import instructions, stripped
from drivers import BENCHMARKS, build_allocation_counter, build_ours, build_product
from parsing import allocations

THRESHOLDS = BENCHMARKS / "thresholds.json"
# How much of each class is read: enough that a mail's share no longer changes.
OCTETS = {"short": 1 << 20, "newsletters": 2 << 20, "attachments": 8 << 20, "nested": 1 << 20, "charsets": 1 << 19,
          "dots": 1 << 19, "long-lines": 2 << 20, "many-headers": 1 << 20}
TOLERANCE = 1.05
# How often a row is run for its average: the first runs after the one that warms up need not be the same.
REPEATS = 3


def mail_counts(folder, wanted):
    """For each parser and class what a mail costs, on average, one that is warm: group, name, counts."""
    parsers, generator = build_ours()
    parsers = [parser for parser in parsers if wanted(parser.name)]
    counter = build_allocation_counter(folder)
    for name, octets in OCTETS.items() if parsers else []:
        corpus = folder / f"{name}.counts"
        subprocess.run([generator, name, str(octets), corpus], check=True, stdout=subprocess.DEVNULL)
        for parser in parsers:
            program, *rest = parser.command
            command = [stripped(program, folder), *rest, str(corpus)]
            once, output = instructions(command, input=f"run {1 << 62}\n")
            twice, _ = instructions(command, input=f"run {1 << 62}\n" * 2)
            mails = int(output.split()[3])
            asked = allocations(parser, corpus, counter)
            yield parser.name, name, {"instructions": round((twice - once) / mails), "allocations": round(asked, 1)}
        corpus.unlink()


def row_counts(folder, wanted):
    """For each row of the other layers what one run costs: group, name, counts."""
    driver = stripped(build_product("count-driver"), folder)
    # Listed under Valgrind too: it shows programs a processor without AVX-512, whose kernels it cannot run.
    _, rows = instructions([driver])
    for line in rows.splitlines():
        group, name = line.split("\t")
        if not wanted(group):
            continue
        executed, output = instructions([driver, name, str(REPEATS)], within="*countedWork*")
        yield group, name, {"instructions": round(executed / REPEATS), "allocations": round(int(output) / REPEATS, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("groups", nargs="*", metavar="GROUP")
    arguments = parser.parse_args()
    folder = BENCHMARKS / ".build/peers"
    folder.mkdir(parents=True, exist_ok=True)
    counts, over = {}, []
    known = json.loads(THRESHOLDS.read_text()) if THRESHOLDS.exists() else {}

    def wanted(group):
        return not arguments.groups or group in arguments.groups

    print(f"{'':<24}{'':<62}{'instructions':>14}{'threshold':>12}{'allocations':>13}{'threshold':>11}")
    for source in (mail_counts, row_counts):
        for group, name, met in source(folder, wanted):
            counts.setdefault(group, {})[name] = met
            threshold = known.get(group, {}).get(name, {})
            print(f"{group:<24}{name:<62}{met['instructions']:>14,}{threshold.get('instructions', '-'):>12}"
                  f"{met['allocations']:>13,}{threshold.get('allocations', '-'):>11}", flush=True)
            over += [f"{group}, {name}: {kind} {met[kind]} and not {limit}" for kind, limit in threshold.items()
                     if met[kind] > limit * TOLERANCE + 0.5]
    if missing := set(arguments.groups) - counts.keys():
        sys.exit(f"no such group: {', '.join(sorted(missing))}")
    if arguments.record:
        THRESHOLDS.write_text(json.dumps(known | counts, indent=1) + "\n")
    elif over:
        sys.exit("over the threshold:\n" + "\n".join(over))


if __name__ == "__main__":
    main()
