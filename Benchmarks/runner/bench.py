#!/usr/bin/env python3
"""Measures Sluice beside other parsers on the same mails in the same run, and writes report.md and report.html.

    bench.py [--rounds N] [--scale FACTOR] [--parsers NAME,...] [--output FOLDER]

The parsers take turns, so that whatever else the machine does meets them all. CPU time is what counts.
"""

import argparse
import json
import os
import pathlib
import platform

from drivers import BENCHMARKS, build_parsers
import parsing
import report


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 platform.machine())
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0, help="how much is read, beside the usual")
    parser.add_argument("--parsers", help="only those whose names begin with one of these, comma-separated")
    parser.add_argument("--output", type=pathlib.Path, default=BENCHMARKS / "report")
    arguments = parser.parse_args()
    work = BENCHMARKS / ".build/peers"
    parsers, generator = build_parsers(work)
    if arguments.parsers:
        parsers = [one for one in parsers if one.name.startswith(tuple(arguments.parsers.split(",")))]
    results = parsing.measure(parsers, generator, work, arguments.rounds, arguments.scale)
    if arguments.parsers:
        for name, classed in results.items():
            print(name, {key: f"{report.rate(one):.0f} MB/s" for key, one in classed["parsers"].items()})
        return
    arguments.output.mkdir(parents=True, exist_ok=True)
    written = report.markdown(results, parsers, machine(), arguments.rounds)
    (arguments.output / "report.md").write_text(written)
    (arguments.output / "report.html").write_text(report.page(results, parsers, machine(), arguments.rounds))
    (arguments.output / "parsing.json").write_text(json.dumps(results, indent=1))
    print(written)


if __name__ == "__main__":
    main()
