"""Parsers beside each other: the same mails, the same work, by turns."""

import statistics
import subprocess

from drivers import Driver, build_allocation_counter
from rounds import rounds as rounds_within

# Names of the classes of mail-corpus, and how much of each is read in a pass.
CLASSES = {"short": 16, "newsletters": 32, "attachments": 96, "nested": 16, "charsets": 8, "dots": 8, "long-lines": 16,
           "many-headers": 16}
MEBIBYTE = 1024 * 1024


def measure(parsers, generator, folder, rounds, scale=1.0, seconds=None):
    """Gives `{class: {"mails", "octets", "parsers": {name: {"cpu": [...], "wall": [...], "found": [...]}}}}`.

    Times are nanoseconds for each octet. Each parser reads once before the clock counts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counter = build_allocation_counter(folder)
    results = {}
    for name, size in CLASSES.items():
        corpus = folder / f"{name}.mails"
        subprocess.run([str(generator), name, str(int(size * MEBIBYTE * scale)), str(corpus)], check=True,
                       stdout=subprocess.DEVNULL)
        results[name] = measure_class(parsers, corpus, rounds, counter, seconds and seconds / len(CLASSES))
        print(f"  {name}: {results[name]['mails']} mails, {results[name]['rounds']} rounds", flush=True)
        corpus.unlink()
    return results


def allocations(parser, corpus, counter):
    """How often memory is asked for in a mail, on average, by one that has read them all before; None if not known."""
    driver = Driver(parser, corpus, preload=counter)
    driver.run(1 << 62)
    counted = driver.run(1 << 62)
    driver.close()
    return None if counted.allocations is None else counted.allocations / counted.messages


def measure_class(parsers, corpus, rounds, counter, seconds=None):
    drivers = [Driver(parser, corpus) for parser in parsers]
    warm = [driver.run(1 << 62 if driver.parser.share == 1 else 1) for driver in drivers]
    mails, octets = warm[0].messages, warm[0].octets
    counts = [max(1, mails // driver.parser.share) for driver in drivers]
    passes = {driver.parser.name: [] for driver in drivers}
    for _ in rounds_within(rounds, seconds):
        for driver, count in zip(drivers, counts):
            passes[driver.parser.name].append(driver.run(count))
    for driver in drivers:
        driver.close()
    asked = {parser.name: allocations(parser, corpus, counter) for parser in parsers if parser.share == 1}
    return {
        "mails": mails,
        "octets": octets,
        "rounds": len(next(iter(passes.values()))),
        "parsers": {
            name: {
                "cpu": [one.cpu / one.octets for one in runs],
                "wall": [one.wall / one.octets for one in runs],
                "octetsPerMail": runs[0].octets / runs[0].messages,
                "allocations": asked.get(name),
                "found": [value / runs[0].messages for value in runs[0].found],
            }
            for name, runs in passes.items()
        },
    }


def median(values):
    return statistics.median(values)


def spread(values):
    """The middle half, as a share of the median."""
    if len(values) < 4:
        return (max(values) - min(values)) / 2 / median(values)
    first, _, third = statistics.quantiles(values, n=4)
    return (third - first) / median(values)
