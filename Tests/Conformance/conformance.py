#!/usr/bin/env python3
"""Counts how far sluice reads the conformance corpora as other parsers do, by corpus and backend.

    conformance.py --sluice PROGRAM [--corpora FOLDER] [--show]

Where the native backend disagrees, the case must be among the reviewed deviations (`Tests/MIMETests/Deviations`), each
with the clause of an RFC and a reason; a case that is not, and a deviation that is none any more, end the run with
status 1. So does agreement (deviations counted) under 98 %. Without the corpora there is nothing to do.
"""
import argparse
import collections
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

import corpora

HERE = pathlib.Path(__file__).resolve().parent
DEVIATIONS = HERE.parent / "MIMETests/Deviations"
BACKENDS = ("native", "mimetic")
LEAST_AGREEMENT = 0.98


def leaves(part):
    return [leaf for child in part["children"] for leaf in leaves(child)] if part["children"] else [part]


def tree(part):
    return [part] + [inner for child in part["children"] for inner in tree(child)]


def kind(part):
    if not part["children"]:
        return "leaf"
    return "message" if part["contentType"].startswith("message/") else "multipart"


def plain(addresses):
    items = addresses.get("value", [])
    return [[item.get("name") or "", item.get("address") or ""] for item in sum((i.get("group", [i]) for i in items), [])]


def date(text):
    if text is None:
        return None
    day, _, clock = text.partition("T")
    zone = clock[8:]
    minutes = 0 if zone in ("Z", "-00:00") else int(zone[1:3]) * 60 + int(zone[4:])
    return [int(part) for part in day.split("-") + clock[:8].split(":")] + [-minutes if zone[0] == "-" else minutes]


def has_text(part, text):
    """Whether a leaf's octets are the text in the charset that they were read in; its line ends may be any."""
    charset = part.get("decodedCharset", "utf-8")
    for candidate in (text, text.replace("\r\n", "\n"), text.replace("\r\n", "\n").replace("\n", "\r\n")):
        try:
            octets = candidate.encode("cp1252" if charset == "iso-8859-1" else charset)
        except (LookupError, UnicodeError):
            continue
        if hashlib.sha256(octets).hexdigest() == part.get("decodedSha256"):
            return True
    return False


def differing(expected, mail):
    """The names of what is read otherwise than expected."""
    found = leaves(mail["structure"])
    readings = {
        "parts": lambda wish: [part["contentType"] for part in tree(mail["structure"])] == types(wish, mail["structure"]),
        "kinds": lambda wish: [kind(part) for part in tree(mail["structure"])] == wish,
        "contents": lambda wish: len(found) == len(wish) and all(map(is_content, found, wish)),
        "bodies": lambda wish: len(found) == len(wish)
        and all(body is None or part.get("bodyRange", body) == body for part, body in zip(found, wish)),
        "subject": lambda wish: mail.get("subject", "") == wish,
        "from": lambda wish: plain(mail.get("from", {})) == wish,
        "to": lambda wish: plain(mail.get("to", {})) == wish,
        "date": lambda wish: date(mail.get("date")) == wish,
        "ids": lambda wish: mail.get("references", []) == wish,
        # The vectors have dispositions too, which are no types.
        "type": lambda wish: wish is None or "/" not in wish or mail["structure"]["contentType"] == wish,
        "parameters": lambda wish: wish.items() <= parameters(mail).items(),
    }
    return [name for name, wish in expected.items() if not readings[name](wish)]


def types(wish, structure):
    """What the other parser says nothing of is what it defaults to."""
    return [kind or part["contentType"] for kind, part in zip(wish, tree(structure))] if len(wish) == len(tree(structure)) else wish


def is_content(part, wish):
    return part.get("decodedSha256") == wish or has_text(part, wish)


def parameters(mail):
    return {item["name"]: item["value"] for header in mail["headers"] for item in header.get("parameters", [])}


def read(program, backend, cases):
    """For each case what is read otherwise."""
    with tempfile.TemporaryDirectory(prefix="sluice-conformance-") as name:
        folder = pathlib.Path(name)
        for number, case in enumerate(cases):
            # An mbox line would make a mailbox of the file.
            octets = b">" + case.octets if case.octets.startswith(b"From ") else case.octets
            (folder / f"{number:06}.eml").write_bytes(octets)
        run = subprocess.run([program, "parse", "--json", "--backend", backend, folder], capture_output=True, check=True)
    mails = {pathlib.Path(mail["source"]).stem: mail for mail in map(json.loads, run.stdout.splitlines())}
    found = [mails.get(f"{number:06}") for number in range(len(cases))]
    return [["everything"] if mail is None else differing(case.expected, mail) for case, mail in zip(cases, found)]


def reviewed():
    """Clause and reason by corpus and item."""
    rows = {}
    for path in sorted(DEVIATIONS.glob("*.tsv")):
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                source, item, clause, reason = line.split("\t")
                rows[source, json.loads(item) if item.startswith('"') else item] = clause, reason
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sluice", required=True)
    parser.add_argument("--corpora", type=pathlib.Path, default=HERE.parents[2] / "shared/corpora")
    parser.add_argument("--show", action="store_true", help="lists what is read otherwise, with the reasons")
    arguments = parser.parse_args()
    if not arguments.corpora.is_dir():
        print("the corpora are not there: nothing to count")
        return
    cases = list(corpora.cases(arguments.corpora))
    deviations = reviewed()
    print(f"{'corpus':<22}{'cases':>6}{'native':>8}{'reviewed':>10}{'mimetic':>9}")
    results = {backend: read(arguments.sluice, backend, cases) for backend in BACKENDS}
    counts = collections.defaultdict(collections.Counter)
    unexplained, met = [], set()
    for number, case in enumerate(cases):
        count = counts[case.corpus]
        count["cases"] += 1
        for backend in BACKENDS:
            count[backend] += not results[backend][number]
        if results["native"][number]:
            key = (case.corpus, case.item.removesuffix(corpora.WITH_CRLF))
            met.add(key)
            if key in deviations:
                count["reviewed"] += 1
            else:
                unexplained.append((case, results["native"][number]))
            if arguments.show:
                print(f"  {case.corpus}: {case.item!r}: {results['native'][number]}: {'  '.join(deviations.get(key, ['UNEXPLAINED']))}")
    for corpus, count in counts.items():
        print(f"{corpus:<22}{count['cases']:>6}{count['native']:>8}{count['reviewed']:>10}{count['mimetic']:>9}")
    total = sum(counts.values(), collections.Counter())
    share = (total["native"] + total["reviewed"]) / total["cases"]
    print(f"{'all':<22}{total['cases']:>6}{total['native']:>8}{total['reviewed']:>10}{total['mimetic']:>9}")
    print(f"native: {share:.1%} agree or are reviewed deviations")
    for case, names in unexplained:
        print(f"unexplained: {case.corpus}: {case.item!r}: {', '.join(names)}", file=sys.stderr)
    # What JSON tells of a header is less than the unit tests see, which look after the vectors' deviations.
    stale = [key for key in deviations if key not in met and key[0] in counts and key[0] not in corpora.VECTORS]
    for key in stale:
        print(f"reviewed, but agrees or is not there: {key}", file=sys.stderr)
    if unexplained or stale or share < LEAST_AGREEMENT:
        sys.exit(1)


if __name__ == "__main__":
    main()
