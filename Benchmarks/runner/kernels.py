"""Measures the byte kernels and the wire scan beside memcpy, by the kernel driver."""

import statistics
import subprocess

from drivers import build_product


def measure(rounds):
    """For each row its name, octets, GB/s, its share of memcpy and how often it is faster than another way: medians."""
    program = build_product("kernel-driver")
    ended = subprocess.run([program, str(rounds)], check=True, capture_output=True, text=True)
    rows = {}
    for line in ended.stdout.splitlines():
        name, octets, *times = line.split("\t")
        rows.setdefault((name, int(octets)), []).append(list(map(int, times)))
    return [summary(name, octets, rounds_of) for (name, octets), rounds_of in rows.items()]


def summary(name, octets, rounds_of):
    has_other = len(rounds_of[0]) > 2
    return {
        "name": name,
        "octets": octets,
        "rate": statistics.median(octets / times[0] for times in rounds_of),
        "ofMemcpy": statistics.median(times[1] / times[0] for times in rounds_of),
        "timesOther": statistics.median(times[2] / times[0] for times in rounds_of) if has_other else None,
    }
