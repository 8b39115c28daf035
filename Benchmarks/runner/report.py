"""Writes what was measured: report.md, and report.html with charts, which needs no other file."""

import html

from parsing import median, spread

NOTE_ON_WORK = ("All do the same work: structure; Subject, From, To, Cc and Date decoded; every body without its transfer "
                "encoding, and every text as UTF-8. mimetic knows no charsets and no encoded-words, and leaves that out. "
                "Figures are MB of mail for each second of CPU on one core: medians of interleaved passes, with the "
                "middle half as ± per cent.")

STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --faint: #60656c; --line: #d5d9de; --ours: #0b6bcb; --peer: #9aa3ad;
        --paper: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceef0; --faint: #9ba1a6; --line: #34393f; --ours: #58a6ff; --peer: #6b747d; --paper: #14171a } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 64rem;
       margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px }
th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line) }
th:first-child, td:first-child { text-align: left }
.scroll { overflow-x: auto }
.ours { font-weight: 600 }
figure { margin: 1.5rem 0 } figcaption { color: var(--faint); font-size: 14px }
svg { width: 100%; height: auto } svg text { fill: var(--ink); font: 12px system-ui, sans-serif }
.bar-ours { fill: var(--ours) } .bar-peer { fill: var(--peer) } p.note { color: var(--faint) }
"""


def rate(result):
    """MB for each second."""
    return 1000 / median(result["cpu"])


def rows_of(results, parsers):
    """The parsers in their order, each with a cell of text for each class."""
    for parser in parsers:
        cells = []
        for classed in results.values():
            one = classed["parsers"][parser.name]
            value = rate(one)
            cells.append(f"{value:,.0f} ±{spread(one['cpu']) * 100:.0f}" if value >= 10 else f"{value:.1f}")
        yield parser, cells


def ratios(results):
    """For each class, how often Sluice is faster than the fastest of the C and C++ parsers, and which that is."""
    peers = ("GMime", "mimetic", "libetpan")
    for name, classed in results.items():
        best = max(peers, key=lambda peer: rate(classed["parsers"][peer]))
        ours = rate(classed["parsers"]["Sluice"])
        yield name, ours / rate(classed["parsers"][best]), best


def markdown(results, parsers, machine, rounds):
    names = list(results)
    lines = ["# Benchmarks", "", f"{machine}. {rounds} rounds.", "", "## Parsing", "", NOTE_ON_WORK, "",
             "| | " + " | ".join(names) + " |", "| --- |" + " ---: |" * len(names)]
    for parser, cells in rows_of(results, parsers):
        lines.append(f"| {parser.name} | " + " | ".join(cells) + " |")
    lines.append("| *times the fastest of GMime, mimetic, libetpan* | "
                 + " | ".join(f"{ratio:.1f} ({best})" for _, ratio, best in ratios(results)) + " |")
    lines += ["", "How often memory is asked for in a mail, on average:", "", "| | " + " | ".join(names) + " |",
              "| --- |" + " ---: |" * len(names)]
    for parser in parsers:
        asked = [classed["parsers"][parser.name]["allocations"] for classed in results.values()]
        if None not in asked:
            lines.append(f"| {parser.name} | " + " | ".join(f"{value:,.1f}" for value in asked) + " |")
    lines += ["", "| | mails | octets each |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {one['mails']:,} | {one['octets'] // one['mails']:,} |" for name, one in results.items()]
    lines += ["", "What was found in each mail, on average, shows that the work was done: leaves, octets of contents, octets "
              "of text, octets of subject, addresses, dates.", "", "| | " + " | ".join(names) + " |",
              "| --- |" + " --- |" * len(names)]
    for parser in parsers:
        found = (classed["parsers"][parser.name]["found"] for classed in results.values())
        lines.append(f"| {parser.name} | " + " | ".join("/".join(f"{value:.0f}" for value in one) for one in found) + " |")
    lines += ["", "Versions: " + ", ".join(f"{parser.name} {parser.version}" for parser in parsers) + ".", ""]
    return "\n".join(lines)


def chart(name, classed, parsers):
    """Bars, longest first."""
    rated = sorted(((rate(classed["parsers"][parser.name]), parser) for parser in parsers
                    if parser.name not in ("memcpy", "Sluice, structure only")), key=lambda pair: -pair[0])
    longest, height = rated[0][0], 26
    bars = []
    for index, (value, parser) in enumerate(rated):
        top = index * height
        width = max(1, 440 * value / longest)
        kind = "ours" if parser.ours else "peer"
        bars.append(f'<text x="150" y="{top + 17}" text-anchor="end">{html.escape(parser.name)}</text>'
                    f'<rect class="bar-{kind}" x="158" y="{top + 4}" width="{width:.1f}" height="18" rx="2"/>'
                    f'<text x="{164 + width:.1f}" y="{top + 17}">{value:,.0f} MB/s</text>')
    title = f"{name}: MB of mail for each second of CPU"
    return (f'<figure><svg viewBox="0 0 700 {height * len(rated)}" role="img" aria-label="{html.escape(title)}">'
            + "".join(bars) + f"</svg><figcaption>{html.escape(title)}; mails of about "
            f"{classed['octets'] // classed['mails']:,} octets</figcaption></figure>")


def page(results, parsers, machine, rounds):
    head = "".join(f"<th>{html.escape(name)}</th>" for name in results)
    body = "".join(
        f'<tr{" class=ours" if parser.ours else ""}><td>{html.escape(parser.name)}</td>'
        + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for parser, cells in rows_of(results, parsers))
    charts = "".join(chart(name, classed, parsers) for name, classed in results.items())
    return (f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sluice: benchmarks</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>'
            f"<h1>Benchmarks</h1><p class=note>{html.escape(machine)}. {rounds} rounds.</p><h2>Parsing</h2>"
            f"<p>{html.escape(NOTE_ON_WORK)}</p><div class=scroll><table><tr><th></th>{head}</tr>{body}</table></div>"
            f"{charts}</body></html>")
