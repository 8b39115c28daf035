#!/usr/bin/env python3
"""Runs a command and prints, as one line of JSON, its status, seconds, peak memory and standard error.

A small process between the test and the command: the kernel counts the memory of whoever starts a program as the
program's own until it has begun, and a test's memory is large.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

command = sys.argv[sys.argv.index("--") + 1:]
with tempfile.TemporaryFile() as error:
    began = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=error)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    error.seek(0)
    print(json.dumps({
        "status": process.returncode,
        "wallSeconds": wall,
        "processorSeconds": usage.ru_utime + usage.ru_stime,
        "peakMemory": usage.ru_maxrss * 1024,
        "error": error.read().decode(errors="replace"),
    }))
