#!/usr/bin/env python3
"""Measures Sluice beside others on the same mails in the same run, and writes report.md and report.html.

    bench.py [--only SECTION,...] [--rounds N] [--scale FACTOR] [--parsers NAME,...] [--output FOLDER]

Sections: parsing, sizes, kernels, retrieval, large, sessions.

The programs take turns, so that whatever else the machine does meets them all. CPU time is what counts.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys

from drivers import BENCHMARKS, build_ours, build_parsers
import kernels
import parsing
import report
import sizes

# Those of retrieval are scripts that are given the command and write JSON.
SCRIPTS = {"retrieval": "bench_fetch.py", "large": "bench_large.py", "sessions": "bench_sessions.py"}
SECTIONS = ("parsing", "sizes", "kernels", *SCRIPTS)


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 platform.machine())
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}"


def build_command():
    """The command as users build it."""
    command = ["swift", "build", "--package-path", str(BENCHMARKS.parent), "-c", "release", "--enable-all-traits"]
    subprocess.run([*command, "--product", "sluice"], check=True, stdout=sys.stderr)
    place = subprocess.run([*command, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    return f"{place}/sluice"


def measure_by_script(name, command, folder, rounds):
    result = folder / f"{name}.json"
    subprocess.run([sys.executable, str(BENCHMARKS / "fetch" / SCRIPTS[name]), "--sluice", command, "--rounds",
                    str(rounds), "--json", str(result)], check=True, stdout=sys.stderr)
    return json.loads(result.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(SECTIONS), help="which of the sections, comma-separated")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0, help="how much is parsed, beside the usual")
    parser.add_argument("--parsers", help="only those whose names begin with one of these, comma-separated; no report")
    parser.add_argument("--output", type=pathlib.Path, default=BENCHMARKS / "report")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",")
    if unknown := set(wanted) - set(SECTIONS):
        parser.error(f"no section is named {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    work = BENCHMARKS / ".build/peers"
    work.mkdir(parents=True, exist_ok=True)
    measured = {}
    if "parsing" in wanted:
        parsers, generator = build_parsers(work)
        if arguments.parsers:
            parsers = [one for one in parsers if one.name.startswith(tuple(arguments.parsers.split(",")))]
        measured["parsing"] = parsing.measure(parsers, generator, work, arguments.rounds, arguments.scale)
        measured["parsers"] = parsers
        if arguments.parsers:
            for name, classed in measured["parsing"].items():
                print(name, {key: f"{report.rate(one):.0f} MB/s" for key, one in classed["parsers"].items()})
            return
    if "sizes" in wanted:
        (native, *_), _ = build_ours()
        measured["sizes"] = sizes.measure(native, work, arguments.rounds)
    if "kernels" in wanted:
        measured["kernels"] = kernels.measure(arguments.rounds)
    scripts = [name for name in SCRIPTS if name in wanted]
    command = build_command() if scripts else None
    for name in scripts:
        measured[name] = measure_by_script(name, command, work, arguments.rounds)
    arguments.output.mkdir(parents=True, exist_ok=True)
    written = report.markdown(measured, machine(), arguments.rounds)
    (arguments.output / "report.md").write_text(written)
    (arguments.output / "report.html").write_text(report.page(measured, machine(), arguments.rounds))
    if "parsing" in measured:
        (arguments.output / "overview.svg").write_text(report.overview(measured["parsing"], measured["parsers"]))
    figures = {name: value for name, value in measured.items() if name != "parsers"}
    (arguments.output / "report.json").write_text(json.dumps(figures, indent=1))
    print(written)


if __name__ == "__main__":
    main()
