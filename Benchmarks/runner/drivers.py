"""The programs that are measured, ours and those in `Benchmarks/Peers`; `peer.h` says how they are spoken to."""

import dataclasses
import os
import pathlib
import shlex
import subprocess
import sys

BENCHMARKS = pathlib.Path(__file__).resolve().parents[1]
PEERS = BENCHMARKS / "Peers"


@dataclasses.dataclass(frozen=True)
class Parser:
    """A parser in a driver. A slow one reads only the first of the messages, one in `share`."""

    name: str
    command: list
    version: str
    share: int = 1
    ours: bool = False


@dataclasses.dataclass(frozen=True)
class Pass:
    """One reading of the messages, and what was found."""

    wall: int
    cpu: int
    octets: int
    messages: int
    found: tuple
    allocations: int | None


class Driver:
    """A driver that waits for orders, with its corpus in memory."""

    def __init__(self, parser, corpus, preload=None):
        self.parser = parser
        environment = {**os.environ, "LD_PRELOAD": str(preload)} if preload else None
        self.process = subprocess.Popen([*parser.command, str(corpus)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment)

    def run(self, messages):
        self.process.stdin.write(f"run {messages}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().split()
        if len(line) not in (10, 11):
            raise ChildProcessError(f"{self.parser.name} said {' '.join(line)!r} and not ten numbers, or eleven")
        wall, cpu, octets, messages, *found = map(int, line)
        return Pass(wall, cpu, octets, messages, tuple(found[:6]), found[6] if len(found) > 6 else None)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)


def output_of(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def compile_peer(compiler, source, target, flags=(), name=None):
    binary = target / (name or pathlib.Path(source).stem)
    subprocess.run([*compiler, "-O2", "-Wall", str(PEERS / source), "-o", str(binary), *flags], check=True)
    return [str(binary)]


def package_flags(package):
    return shlex.split(output_of(["pkg-config", "--cflags", "--libs", package]))


def debian_version(package):
    return output_of(["dpkg-query", "-W", "-f", "${Version}", package])


def build_product(name):
    """Builds a Swift driver; gives where it is."""
    command = ["swift", "build", "--package-path", str(BENCHMARKS), "-c", "release"]
    subprocess.run([*command, "--product", name], check=True, stdout=sys.stderr)
    return pathlib.Path(output_of([*command, "--show-bin-path"])) / name


def build_allocation_counter(target):
    library = target / "count_allocations.so"
    source = BENCHMARKS / "AllocationCount/count_allocations.c"
    subprocess.run(["cc", "-O2", "-Wall", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    return library


def build_ours():
    """Builds the Swift drivers; gives the parsers, and the program that makes corpora."""
    driver = str(build_product("parse-driver"))
    version = output_of(["git", "-C", str(BENCHMARKS), "describe", "--always"])
    kinds = [("Sluice", "native"), ("Sluice, mimetic", "mimetic"), ("Sluice, structure only", "structure")]
    return [Parser(name, [driver, kind], version, ours=True) for name, kind in kinds], build_product("mail-corpus")


def build_parsers(target):
    """Builds every driver into `target`; gives the parsers, and the program that makes corpora."""
    target.mkdir(parents=True, exist_ok=True)
    (native, bridge, structure), generator = build_ours()
    parsers = [
        native,
        bridge,
        Parser("GMime", compile_peer(["cc"], "gmime.c", target, package_flags("gmime-3.0")),
               debian_version("libgmime-3.0-dev")),
        Parser("mimetic", compile_peer(["c++"], "mimetic.cc", target, ["-lmimetic"]), debian_version("libmimetic-dev")),
        Parser("mimetic and iconv",
               compile_peer(["c++"], "mimetic.cc", target, ["-DTEXT_TO_UTF8", "-lmimetic"], "mimetic_utf8"),
               debian_version("libmimetic-dev")),
        Parser("libetpan", compile_peer(["cc"], "etpan.c", target, package_flags("libetpan")),
               debian_version("libetpan-dev")),
        Parser("Python email", ["python3", str(PEERS / "peer_python.py")],
               output_of(["python3", "-c", "import platform; print(platform.python_version())"]), share=20),
        Parser("Perl Email::MIME", ["perl", str(PEERS / "peer_perl.pl")], debian_version("libemail-mime-perl"),
               share=20),
        structure,
        Parser("memcpy", compile_peer(["cc"], "copy.c", target), "glibc"),
    ]
    return parsers, generator
