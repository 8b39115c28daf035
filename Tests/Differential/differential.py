#!/usr/bin/python3
"""Reads generated and damaged messages by sluice, by GMime and by Python's email, and explains where they disagree.

    differential.py --sluice PROGRAM [--messages N] [--seed N] [--corpora FOLDER] [--keep FOLDER] [--show CLASS]

Base messages come from `sluice demo` and from FOLDER, if it is there; each is read as it is, and damaged until there
are N. A disagreement is put into a class: the peer, what differs (structure, type, content, filename, or a header
field), and its cause: the first of the causes in `causes.py` that holds, or `none`. Every class must be in
`reviewed.tsv`, by its peer, what differs or `*`, and its cause, with the clause of an RFC and a reason; one that is not ends the run with status 1, and so does a
reviewed class that is not met in a run of 10,000 messages or more with seed 1.
"""
import argparse
import collections
import pathlib
import random
import subprocess
import sys
import tempfile

import causes
import mutate
import outline
import read_email
import read_gmime
import read_sluice

HERE = pathlib.Path(__file__).resolve().parent
PEERS = (read_gmime, read_email)
BASE_COUNT = 400
FULL_RUN = 10_000
# Longer bases would be mostly body, and damage would rarely hit what matters.
BASE_LIMIT = 64 * 1024


def base_messages(program, folder, corpora):
    generated = folder / "generated"
    subprocess.run([program, "demo", "--mails", str(BASE_COUNT), "--output", generated], check=True,
                   stdout=subprocess.DEVNULL)
    paths = sorted((generated / "Maildir/new").iterdir())
    if corpora.is_dir():
        paths += sorted(path for path in corpora.rglob("*") if path.suffix in (".eml", ".msg"))
    messages = [path.read_bytes() for path in paths]
    return [message for message in messages if len(message) <= BASE_LIMIT]


def write_messages(bases, count, seed, folder):
    """Writes the messages to read, and gives the names of the damage by file."""
    folder.mkdir(parents=True)
    chance = random.Random(seed)
    damage = {}
    for number in range(count):
        message, names = (bases[number], []) if number < len(bases) else mutate.mutated(chance, chance.choice(bases))
        path = folder / f"{number:06}.eml"
        path.write_bytes(message)
        damage[path] = names
    return damage


def outline_by(peer, octets):
    """The peer's outline; None where it breaks down."""
    try:
        return outline.normalised(peer.outline(octets))
    except Exception:  # noqa: BLE001 - whatever a peer throws at damaged mail is its answer
        return None


def reviewed_classes(path):
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    rows = [line.split("\t") for line in lines]
    for row in rows:
        if len(row) != 5 or not all(row):
            sys.exit(f"{path}: five columns are due: peer, what, cause, clause, reason: {row}")
    return {tuple(row[:3]): row[3:] for row in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sluice", required=True)
    parser.add_argument("--messages", type=int, default=FULL_RUN)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpora", type=pathlib.Path, default=HERE.parents[2] / "shared/corpora")
    parser.add_argument("--keep", type=pathlib.Path, help="where the messages stay, for a closer look")
    parser.add_argument("--show", help="a class as PEER/WHAT/CAUSE: prints its first disagreements")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="sluice-differential-") as name:
        scratch = arguments.keep or pathlib.Path(name)
        bases = base_messages(arguments.sluice, pathlib.Path(name), arguments.corpora)
        damage = write_messages(bases, arguments.messages, arguments.seed, scratch / "messages")
        readings = read_sluice.read(arguments.sluice, scratch / "messages")
        if len(readings) != arguments.messages:
            sys.exit(f"sluice read {len(readings)} of {arguments.messages} messages")
        classes = collections.defaultdict(list)
        agreeing = collections.Counter()
        for path in damage:
            mine, defects = readings[str(path)]
            octets = path.read_bytes()
            for peer in PEERS:
                theirs = outline_by(peer, octets)
                if theirs is None:
                    classes[peer.NAME, "everything", "peer-breaks-down"].append(path)
                    continue
                differing = outline.differing(outline.normalised(mine), theirs)
                if not differing:
                    agreeing[peer.NAME] += 1
                for what in differing:
                    case = causes.Case(octets, defects, peer.NAME, what, outline.normalised(mine), theirs)
                    classes[peer.NAME, what, causes.cause(case)].append(path)
                    if arguments.show == "/".join((peer.NAME, what, causes.cause(case))) and \
                            len(classes[peer.NAME, what, causes.cause(case)]) <= 10:
                        print(f"{path.name} {damage[path]} {sorted(defects)}\n  mine   {case.mine}\n  theirs {case.theirs}")
    report(classes, agreeing, arguments)


def report(classes, agreeing, arguments):
    reviewed = reviewed_classes(HERE / "reviewed.tsv")
    for peer in PEERS:
        print(f"{peer.NAME}: agrees on {agreeing[peer.NAME]} of {arguments.messages} messages")
    unexplained = 0
    met = set()
    for key, paths in sorted(classes.items(), key=lambda item: (item[0][0], -len(item[1]))):
        row = next((row for row in (key, (key[0], "*", key[2])) if row in reviewed), None)
        met.add(row)
        unexplained += row is None
        explanation = f"UNEXPLAINED, first in {paths[0].name}" if row is None else "  ".join(reviewed[row])
        print(f"  {len(paths):>6}  {'/'.join(key):<44} {explanation}")
    unmet = [] if arguments.messages < FULL_RUN or arguments.seed != 1 else sorted(set(reviewed) - met)
    for key in unmet:
        print(f"  reviewed, but not met: {'/'.join(key)}")
    print(f"{len(classes)} classes, {unexplained} unexplained")
    if unexplained or unmet:
        sys.exit(1)


if __name__ == "__main__":
    main()
