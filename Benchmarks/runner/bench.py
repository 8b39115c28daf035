#!/usr/bin/env python3
"""Measures Sluice beside others on the same mails in the same run, and writes report.md and report.html.

    bench.py [--only SECTION,...] [--rounds N] [--minutes N] [--scale FACTOR] [--parsers NAME,...] [--output FOLDER]

Sections: parsing, sizes, kernels, retrieval, large, sessions.

The programs take turns, so that whatever else the machine does meets them all. CPU time is what counts. Says what it
measures and how long is left, and writes the report after each section. Within --minutes there are fewer rounds than
--rounds on a slow machine, but 3 at the least.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys

from drivers import BENCHMARKS, build_ours, build_parsers, build_product
import kernels
import parsing
import report
import sizes
from rounds import Budget

# Those of retrieval are scripts that are given the command and write JSON.
SCRIPTS = {"retrieval": "bench_fetch.py", "large": "bench_large.py", "sessions": "bench_sessions.py"}
# How much of the time each section gets, and what it measures.
SHARES = {"parsing": 5, "sizes": 1, "kernels": 1, "retrieval": 6, "large": 2, "sessions": 3}
SUBJECTS = {
    "parsing": "eight classes of mail by Sluice, GMime, mimetic, libetpan, Python and Perl",
    "sizes": "messages from 100 KB to 100 MB",
    "kernels": "byte kernels and the wire scan beside memcpy",
    "retrieval": "mails of 4 KB from Dovecot by Sluice and seven other clients, in the clear, over TLS and with delay",
    "large": "mails of 10 MB and 1 GB from a fast server",
    "sessions": "8 to 1,000 sessions at once on one event loop",
}
SECTIONS = tuple(SHARES)
# Mails of each retrieval: enough that a process's start does not count, few enough for slow clients and machines.
RETRIEVED_MAILS = 20_000
# The instructions that the kernels choose among, and those of digests, by their names in /proc/cpuinfo.
FEATURES = ("ssse3", "avx2", "avx512bw", "avx512vbmi", "avx512_vbmi2", "sha_ni", "aes", "vaes", "asimd")


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 platform.machine())
    flags = next((line.split(":", 1)[1].split() for line in open("/proc/cpuinfo")
                  if line.split(":", 1)[0].strip() in ("flags", "Features")), [])
    present = " ".join(feature for feature in FEATURES if feature in flags)
    return (f"{model} ({present or 'no vector instructions known'}), {os.cpu_count()} cores, "
            f"Linux {platform.release().split('-')[0]}")


def build_command():
    """The command as users build it."""
    command = ["swift", "build", "--package-path", str(BENCHMARKS.parent), "-c", "release", "--enable-all-traits"]
    subprocess.run([*command, "--product", "sluice"], check=True, stdout=sys.stderr)
    place = subprocess.run([*command, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    return f"{place}/sluice"


def measure_by_script(name, command, folder, rounds, seconds):
    result = folder / f"{name}.json"
    mails = ["--mails", str(RETRIEVED_MAILS)] if name == "retrieval" else []
    subprocess.run([sys.executable, str(BENCHMARKS / "fetch" / SCRIPTS[name]), "--sluice", command, *mails, "--rounds",
                    str(rounds), "--seconds", str(seconds), "--json", str(result)], check=True, stdout=sys.stderr)
    return json.loads(result.read_text())


def write_report(measured, output, rounds):
    """Writes what has been measured so far."""
    output.mkdir(parents=True, exist_ok=True)
    written = report.markdown(measured, machine(), rounds)
    (output / "report.md").write_text(written)
    (output / "report.html").write_text(report.page(measured, machine(), rounds))
    if "parsing" in measured:
        (output / "overview.svg").write_text(report.overview(measured["parsing"], measured["parsers"]))
    figures = {name: value for name, value in measured.items() if name != "parsers"}
    (output / "report.json").write_text(json.dumps(figures, indent=1))
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(SECTIONS), help="which of the sections, comma-separated")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--minutes", type=float, default=16, help="for measuring; building comes before")
    parser.add_argument("--scale", type=float, default=1.0, help="how much is parsed, beside the usual")
    parser.add_argument("--parsers", help="only those whose names begin with one of these, comma-separated; no report")
    parser.add_argument("--output", type=pathlib.Path, default=BENCHMARKS / "report")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",")
    if unknown := set(wanted) - set(SECTIONS):
        parser.error(f"no section is named {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    work = BENCHMARKS / ".build/peers"
    work.mkdir(parents=True, exist_ok=True)
    wanted = [name for name in SECTIONS if name in wanted]

    def say(text):
        print(text, file=sys.stderr, flush=True)

    say("building what is measured, and its peers")
    parsers, generator = build_parsers(work) if "parsing" in wanted else (None, None)
    native = build_ours()[0][0] if "sizes" in wanted else None
    command = build_command() if any(name in SCRIPTS for name in wanted) else None
    if "sessions" in wanted:
        build_product("session-driver")
    if arguments.parsers:
        parsers = [one for one in parsers or [] if one.name.startswith(tuple(arguments.parsers.split(",")))]
    budget = Budget(arguments.minutes, {name: SHARES[name] for name in wanted})
    measured = {}
    written = ""
    for name in wanted:
        seconds = budget.begin(name, SUBJECTS[name], say)
        if name == "parsing":
            measured["parsers"] = parsers
            measured[name] = parsing.measure(parsers, generator, work, arguments.rounds, arguments.scale, seconds)
            if arguments.parsers:
                for mail, classed in measured[name].items():
                    print(mail, {key: f"{report.rate(one):.0f} MB/s" for key, one in classed["parsers"].items()})
                return
        elif name == "sizes":
            measured[name] = sizes.measure(native, work, arguments.rounds, seconds)
        elif name == "kernels":
            measured[name] = kernels.measure(arguments.rounds)
        else:
            measured[name] = measure_by_script(name, command, work, arguments.rounds, seconds)
        written = write_report(measured, arguments.output, arguments.rounds)
        say(f"written to {arguments.output}/report.md")
    print(written)


if __name__ == "__main__":
    main()
