#!/usr/bin/env python3
"""Shows that no shape of message costs more than its size: nanoseconds for each byte, at 1x and 16x.

    scaling.py --driver PROGRAM [--quick] [--mode MODE] [--only SHAPE] [--table]

Messages are read as `sluice parse --json` reads them (whole, mimetic), for all other values that a mail has (values),
and pushed into a `MailReader` in pieces of 16 KiB (pieces) and 61 bytes (bytes). The time is the driver's own on the
processor. A cost that grows with the square of the size is 16 times higher at 16x. What limits cut off gets cheaper.

First every place in a message is filled with every byte and with pairs of bytes that mean something, once and small;
then with some of the bytes, and with the shapes that have a name, at both sizes. What stands out is measured again with
care, and what stays is a finding: this then exits with 1.
"""
import argparse
import collections
import concurrent.futures
import dataclasses
import os
import select
import statistics
import struct
import subprocess
import sys
import threading
import time

import shapes

FACTOR = 16
# A finding costs so many times more for each byte at 16x; a suspect is worth a careful look.
FINDING, SUSPECT = 4, 2.5
# Nanoseconds for each byte that are worth a look where only one size was measured, and times the median of the place.
# The square of 4 KB, at half a nanosecond a step, is a microsecond for each byte.
COSTLY, UNUSUAL = 800, 10
# Below this the clock and the memory allocator are what is measured.
NOISE = 30
SECONDS_FOR_ONE = 60


@dataclasses.dataclass(frozen=True)
class Shape:
    name: str
    make: object
    # The size at 1x.
    size: int
    # Shapes of one place are compared with each other.
    place: str = ""


@dataclasses.dataclass(frozen=True)
class Failure:
    shape: Shape
    mode: str
    reason: str


class Driver:
    """A process that reads messages in one way. One that dies or takes too long is started anew."""

    def __init__(self, program, mode, runs):
        self.command = [program, mode, str(runs)]
        self.process = None

    def nanoseconds(self, message):
        """What a message costs for each byte, or why that is not known."""
        if self.process is None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        try:
            sent = memoryview(struct.pack("<Q", len(message)) + message)
            while sent:
                sent = sent[self.process.stdin.write(sent):]
        except BrokenPipeError:
            pass
        answer = b""
        while not answer.endswith(b"\n"):
            if not select.select([self.process.stdout], [], [], SECONDS_FOR_ONE)[0]:
                return self.end(f"takes more than {SECONDS_FOR_ONE} s")
            more = os.read(self.process.stdout.fileno(), 64)
            if not more:
                return self.end("ends the process")
            answer += more
        return int(answer) / len(message)

    def end(self, reason=None):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
        self.process = None
        return reason


class Measurement:
    def __init__(self, program, shown):
        self.program = program
        self.shown = shown
        self.failures = []
        self.count = 0
        self.lock = threading.Lock()

    def costs(self, mode, selected, factor, runs=1):
        """What each shape costs; those of which it is not known are failures."""
        driver = Driver(self.program, mode, runs)
        found = {}
        for shape in selected:
            cost = driver.nanoseconds(shape.make(shape.size * factor))
            if isinstance(cost, str):
                self.failures.append(Failure(shape, mode, f"{cost} at {shape.size * factor} bytes"))
            else:
                found[shape] = cost
        driver.end()
        with self.lock:
            self.count += len(selected)
        return found

    def look(self, mode, selected):
        """Measures at 1x, and returns what costs more than its like."""
        costs = self.costs(mode, selected, 1)
        places = collections.defaultdict(list)
        for shape, cost in costs.items():
            places[shape.place].append(cost)
        usual = {place: statistics.median(of) for place, of in places.items()}
        return [s for s, cost in costs.items() if cost > COSTLY or cost > max(NOISE * 8, UNUSUAL * usual[s.place])]

    def compare(self, mode, selected, limit, runs=1):
        """Measures at both sizes, and returns what grows by more than `limit`."""
        small = self.costs(mode, selected, 1, runs)
        large = self.costs(mode, [shape for shape in selected if shape in small], FACTOR, runs)
        grown = []
        for shape, cost in large.items():
            ratio = cost / max(small[shape], NOISE)
            if self.shown or ratio > limit == FINDING:
                with self.lock:
                    print(f"{mode:<8}{shape.name:<52}{small[shape]:>10.1f}{cost:>10.1f}{ratio:>8.2f}", flush=True)
            if ratio > limit:
                grown.append(shape)
                if limit == FINDING:
                    self.failures.append(Failure(shape, mode, f"costs {ratio:.1f} times as much at {FACTOR}x"))
        return grown

    def examine(self, mode, looked_at, compared):
        suspects = self.look(mode, looked_at)
        suspects += self.compare(mode, compared, SUSPECT)
        if suspects:
            self.compare(mode, list(dict.fromkeys(suspects)), FINDING, runs=3)


def filled(places, pieces, size):
    return [
        Shape(f"{name}: {piece!r}", lambda n, place=place, piece=piece: place.message(n, piece), size, name)
        for name, place in places.items() for piece in pieces
    ]


def named(size):
    return [Shape(name, make, size, name) for name, make in shapes.SHAPES.items()]


def tasks(quick):
    """For each mode, in parts that can be measured side by side: what is looked at, and what is compared."""
    if quick:
        everywhere = {**shapes.FIELDS, **shapes.BODIES}
        for mode in ["whole", "values", "bytes"]:
            yield mode, [], filled(everywhere, shapes.FEW, 256) + named(512)
        return
    for mode in ["whole", "mimetic", "values", "pieces"]:
        yield mode, [], named(50_000)
    for places in [shapes.FIELDS, shapes.BODIES]:
        for mode in ["whole", "values", "bytes"]:
            every = filled(places, [bytes([byte]) for byte in range(256)], 4_000)
            yield mode, every + filled(places, shapes.PAIRS, 2_000), filled(places, shapes.SPECIALS, 3_000)
        yield "mimetic", [], filled(places, shapes.SPECIALS, 3_000)
        # A buffer that is copied for each piece, or searched to its end, shows only where it is large.
        for mode in ["whole", "bytes"]:
            yield mode, [], filled(places, shapes.FEW, 60_000)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--driver", required=True, help="the scaling-driver")
    parser.add_argument("--quick", action="store_true", help="few bytes, small messages: for an unoptimised driver")
    parser.add_argument("--mode", help="only this one")
    parser.add_argument("--only", help="a part of a shape's name")
    parser.add_argument("--table", action="store_true", help="show every shape that is measured at both sizes")
    arguments = parser.parse_args()
    started = time.monotonic()
    measurement = Measurement(arguments.driver, arguments.table)
    print(f"{'mode':<8}{'ns for each byte':<52}{'1x':>10}{f'{FACTOR}x':>10}{'ratio':>8}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = []
        for mode, *groups in tasks(arguments.quick):
            if arguments.mode and arguments.mode != mode:
                continue
            groups = [[s for s in group if not arguments.only or arguments.only in s.name] for group in groups]
            running.append(pool.submit(measurement.examine, mode, *groups))
        for one in running:
            one.result()
    for failure in measurement.failures:
        print(f"FAIL {failure.mode}: {failure.shape.name}: {failure.reason}")
    print(f"{measurement.count} messages, {len(measurement.failures)} findings, {time.monotonic() - started:.0f} s")
    sys.exit(1 if measurement.failures else 0)


if __name__ == "__main__":
    main()
