"""Writes what was measured: report.md, and report.html with charts, which needs no other file."""

import html

from parsing import median, spread

NOTE_ON_KERNELS = ("Each beside memcpy of as many octets, by turns in one process: medians. Unstuffing is done where "
                   "the octets lie, and its rows hold the search for the end of the message too.")
NOTE_ON_SIZES = "One message, half of it text and half base64: nanoseconds of CPU for each octet."
NOTE_ON_RETRIEVAL = ("Whole processes, from start to end, that drain a maildrop of Dovecot and keep nothing, or a "
                     "Maildir: medians of runs by turns. \"counting C\" pipelines and counts, which is the limit.")

NOTE_ON_WORK = ("All do the same work: structure; Subject, From, To, Cc and Date decoded; every body without its "
                "transfer encoding, and every text as UTF-8. mimetic knows no charsets and no encoded-words, and "
                "leaves that out, which \"mimetic and iconv\" adds. Figures are MB of mail for each second of CPU on one core: medians of interleaved "
                "passes, with the middle half as ± per cent.")

NOTE_ON_LARGE = ("From a server that is faster than its client. A null sink keeps nothing; the Maildir is durable "
                 "before the program ends.")
NOTE_ON_SESSIONS = ("20,000 mails of 4 KB in all from the sandbox in a process of its own, by sessions of one process "
                    "on one event loop; the memory is the most that the client held. Mails a second are from the "
                    "first connection to the last QUIT; where all sessions are at once, also by themselves, from when "
                    "all have logged in and listed their maildrops. \"counting C\" does the same on one epoll, asks "
                    "for less and only counts, which is the limit.")

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


def parsing_markdown(results, parsers):
    names = list(results)
    lines = ["## Parsing", "", NOTE_ON_WORK, "", "| | " + " | ".join(names) + " |", "| --- |" + " ---: |" * len(names)]
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
    lines += ["", "What was found in each mail, on average, shows that the work was done: leaves, octets of contents, "
              "octets of text, octets of subject, addresses, dates.", "", "| | " + " | ".join(names) + " |",
              "| --- |" + " --- |" * len(names)]
    for parser in parsers:
        found = (classed["parsers"][parser.name]["found"] for classed in results.values())
        cells = ("/".join(f"{value:.0f}" for value in one) for one in found)
        lines.append(f"| {parser.name} | " + " | ".join(cells) + " |")
    lines += ["", "Versions: " + ", ".join(f"{parser.name} {parser.version}" for parser in parsers) + ".", ""]
    return lines


def kernels_markdown(rows):
    lines = ["## Kernels", "", NOTE_ON_KERNELS, "", "| | octets | GB/s | of memcpy | times the other |",
             "| --- | ---: | ---: | ---: | ---: |"]
    for row in rows:
        other = f"{row['timesOther']:.1f}" if row["timesOther"] else ""
        lines.append(f"| {row['name']} | {row['octets']:,} | {row['rate']:.1f} | {row['ofMemcpy']:.2f} | {other} |")
    return lines + [""]


def sizes_markdown(costs):
    return ["## Cost by size", "", NOTE_ON_SIZES, "", "| octets | ns for each |", "| ---: | ---: |",
            *(f"| {size:,} | {cost:.3f} |" for size, cost in costs.items()), ""]


def retrieval_markdown(measured):
    lines = ["## Retrieval", "", NOTE_ON_RETRIEVAL, ""]
    for one in measured:
        lines += [f"{one['title']}:", "", "| | µs of CPU for each mail | mails/s |", "| --- | ---: | ---: |"]
        lines += [f"| {name} | {times['cpu'] / one['mails'] * 1e6:.1f} | {one['mails'] / times['wall']:,.0f} |"
                  for name, times in one["clients"].items()]
        lines.append("")
    return lines


def sessions_markdown(measured):
    def row(one):
        return (f"| {one['client']} | {one['sessions']:,} | {one['atOnce']:,} | {one['rate']:,.0f} | {retrieving(one)} "
                f"| {one['cpu']:.1f} | {one['memory'] / 2**20:.0f} |")

    return ["## Sessions at once", "", NOTE_ON_SESSIONS, "",
            "| | sessions | at once | mails/s | mails/s while retrieving | µs of CPU for each mail | MiB held |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            *map(row, measured), ""]


def retrieving(one):
    return f"{one['retrieving']:,.0f}" if one["retrieving"] else ""


def large_markdown(measured):
    lines = ["## Large mails", "", NOTE_ON_LARGE, ""]
    for one in measured:
        lines += [f"{one['title']}:", "", "| | MB/s | s of CPU | MiB held |", "| --- | ---: | ---: | ---: |"]
        lines += [f"| {name} | {one['octets'] / figures['wall'] / 1e6:,.0f} | {figures['cpu']:.2f} "
                  f"| {figures['memory'] / 2**20:.0f} |" for name, figures in one["clients"].items()]
        lines.append("")
    return lines


def markdown(measured, machine, rounds):
    """`measured` has parsing with its parsers, kernels, sizes and retrieval, each of them or none."""
    lines = ["# Benchmarks", "", f"{machine}. At most {rounds} rounds.", ""]
    if "parsing" in measured:
        lines += parsing_markdown(measured["parsing"], measured["parsers"])
    if "sizes" in measured:
        lines += sizes_markdown(measured["sizes"])
    if "kernels" in measured:
        lines += kernels_markdown(measured["kernels"])
    if "retrieval" in measured:
        lines += retrieval_markdown(measured["retrieval"])
    if "large" in measured:
        lines += large_markdown(measured["large"])
    if "sessions" in measured:
        lines += sessions_markdown(measured["sessions"])
    return "\n".join(lines)


def bars(title, caption, rows):
    """A chart of rows of label, value, its text, and whether it is ours."""
    longest, height = max(value for _, value, _, _ in rows), 26
    drawn = []
    for index, (label, value, text, is_ours) in enumerate(rows):
        top, width = index * height, max(1, 350 * value / longest)
        drawn.append(f'<text x="190" y="{top + 17}" text-anchor="end">{html.escape(label)}</text>'
                     f'<rect class="bar-{"ours" if is_ours else "peer"}" x="198" y="{top + 4}" width="{width:.1f}" '
                     f'height="18" rx="2"/><text x="{204 + width:.1f}" y="{top + 17}">{html.escape(text)}</text>')
    return (f'<figure><svg viewBox="0 0 700 {height * len(rows)}" role="img" aria-label="{html.escape(title)}">'
            + "".join(drawn) + f"</svg><figcaption>{html.escape(caption)}</figcaption></figure>")


def parsing_chart(name, classed, parsers):
    """Bars, longest first."""
    rated = sorted(((rate(classed["parsers"][parser.name]), parser) for parser in parsers
                    if parser.name not in ("memcpy", "Sluice, structure only")), key=lambda pair: -pair[0])
    title = f"{name}: MB of mail for each second of CPU"
    return bars(title, f"{title}; mails of about {classed['octets'] // classed['mails']:,} octets",
                [(parser.name, value, f"{value:,.0f} MB/s", parser.ours) for value, parser in rated])


OVERVIEW_CLASSES = ("short", "newsletters", "attachments", "nested")
OVERVIEW_STYLE = ("text{font:13px system-ui,sans-serif;fill:#1c2024}.head{font-weight:600}.ours{fill:#0b6bcb}"
                  ".peer{fill:#9aa3ad}@media(prefers-color-scheme:dark){text{fill:#eceef0}.ours{fill:#58a6ff}"
                  ".peer{fill:#6b747d}}")


def overview(results, parsers):
    """A picture by itself: the classes that mail is mostly of, each with bars as long as its fastest allows."""
    drawn, top, height = [], 0, 22
    for name in (name for name in OVERVIEW_CLASSES if name in results):
        rated = sorted(((rate(results[name]["parsers"][parser.name]), parser) for parser in parsers
                        if parser.name not in ("memcpy", "Sluice, structure only")), key=lambda pair: -pair[0])
        drawn.append(f'<text class="head" x="0" y="{top + 16}">{html.escape(name)}, MB/s</text>')
        top += 24
        for value, parser in rated:
            width = max(1, 430 * value / rated[0][0])
            drawn.append(f'<text x="140" y="{top + 14}" text-anchor="end">{html.escape(parser.name)}</text>'
                         f'<rect class="{"ours" if parser.ours else "peer"}" x="148" y="{top + 2}" '
                         f'width="{width:.1f}" height="16" rx="2"/><text x="{154 + width:.1f}" y="{top + 14}">'
                         f'{value:,.0f}</text>')
            top += height
        top += 10
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 {top}" role="img" '
            f'aria-label="MB of mail parsed in each second of CPU"><style>{OVERVIEW_STYLE}</style>'
            + "".join(drawn) + "</svg>\n")


def table(head, rows):
    """Rows of cells of text, the first one a name; each with whether it is ours."""
    cells = "".join(f"<th>{html.escape(name)}</th>" for name in head)
    body = "".join(f'<tr{" class=ours" if is_ours else ""}>' + "".join(f"<td>{html.escape(cell)}</td>" for cell in row)
                   + "</tr>" for row, is_ours in rows)
    return f"<div class=scroll><table><tr>{cells}</tr>{body}</table></div>"


def parsing_section(results, parsers):
    rows = [([parser.name, *cells], parser.ours) for parser, cells in rows_of(results, parsers)]
    ratio = ["times the fastest of three", *(f"{value:.1f} ({best})" for _, value, best in ratios(results))]
    charts = "".join(parsing_chart(name, classed, parsers) for name, classed in results.items())
    return (f"<h2>Parsing</h2><p>{html.escape(NOTE_ON_WORK)}</p>"
            + table(["", *results], [*rows, (ratio, False)]) + charts)


def sizes_section(costs):
    title = "Nanoseconds of CPU for each octet, by the size of the message"
    rows = [(f"{size:,} octets", cost, f"{cost:.3f} ns", True) for size, cost in costs.items()]
    return f"<h2>Cost by size</h2><p>{html.escape(NOTE_ON_SIZES)}</p>" + bars(title, title, rows)


def kernels_section(rows):
    cells = [([row["name"], f"{row['octets']:,}", f"{row['rate']:.1f}", f"{row['ofMemcpy']:.2f}",
               f"{row['timesOther']:.1f}" if row["timesOther"] else ""], False) for row in rows]
    return (f"<h2>Kernels</h2><p>{html.escape(NOTE_ON_KERNELS)}</p>"
            + table(["", "octets", "GB/s", "of memcpy", "times the other"], cells))


def retrieval_section(measured):
    parts = [f"<h2>Retrieval</h2><p>{html.escape(NOTE_ON_RETRIEVAL)}</p>"]
    for one in measured:
        costs = sorted(((times["cpu"] / one["mails"] * 1e6, name) for name, times in one["clients"].items()))
        rows = [(name, cost, f"{cost:.1f} µs", name.startswith("sluice")) for cost, name in costs]
        parts.append(bars(one["title"], f"{one['title']}: CPU of the client for each mail", rows))
    return "".join(parts)


def large_section(measured):
    parts = [f"<h2>Large mails</h2><p>{html.escape(NOTE_ON_LARGE)}</p>"]
    for one in measured:
        rows = [(name, one["octets"] / figures["wall"] / 1e6, name.startswith("sluice"), figures)
                for name, figures in one["clients"].items()]
        parts.append(bars(one["title"], f"{one['title']}: MB/s, and the most memory held",
                          [(name, value, f"{value:,.0f} MB/s, {figures['memory'] / 2**20:.0f} MiB", ours)
                           for name, value, ours, figures in rows]))
    return "".join(parts)


def sessions_section(measured):
    title = "Mails a second by the count of sessions at once"
    rows = [(f"{one['client']}, {one['sessions']:,}, {one['atOnce']:,} at once", one["rate"],
             f"{one['rate']:,.0f}, {one['memory'] / 2**20:.0f} MiB", one["client"] == "sluice") for one in measured]
    return f"<h2>Sessions at once</h2><p>{html.escape(NOTE_ON_SESSIONS)}</p>" + bars(title, title, rows)


def page(measured, machine, rounds):
    sections = []
    if "parsing" in measured:
        sections.append(parsing_section(measured["parsing"], measured["parsers"]))
    if "sizes" in measured:
        sections.append(sizes_section(measured["sizes"]))
    if "kernels" in measured:
        sections.append(kernels_section(measured["kernels"]))
    if "retrieval" in measured:
        sections.append(retrieval_section(measured["retrieval"]))
    if "large" in measured:
        sections.append(large_section(measured["large"]))
    if "sessions" in measured:
        sections.append(sessions_section(measured["sessions"]))
    return (f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sluice: benchmarks</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>'
            f"<h1>Benchmarks</h1><p class=note>{html.escape(machine)}. At most {rounds} rounds.</p>"
            + "".join(sections) + "</body></html>")
