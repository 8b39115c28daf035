"""Counts the instructions of a program, by Valgrind."""

import pathlib
import re
import subprocess


def stripped(program, folder):
    """A copy of the program without debug information: Valgrind gives up over forms of it that it does not know."""
    target = folder / f"stripped-{pathlib.Path(program).name}"
    subprocess.run(["strip", "--strip-debug", "-o", str(target), str(program)], check=True)
    return str(target)


def instructions(command, input="", within=None):
    """The instructions that the program executes, and what it prints. If `within` is given, only those in functions of
    that name, a pattern, and in what they call."""
    options = ["--collect-atstart=no", f"--toggle-collect={within}"] if within else []
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *options, *command]
    ended = subprocess.run(command, input=input, capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", ended.stderr).group(1)), ended.stdout
