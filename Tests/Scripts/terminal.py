#!/usr/bin/env python3
"""Runs a command on a terminal of its own, or without one, and prints what became of it as one line of JSON.

  terminal.py --type TEXT -- COMMAND …        answers the first question by TEXT and a line's end
  terminal.py --signal SIGINT -- COMMAND …    answers it by a signal to the command
  terminal.py --none TEXT -- COMMAND …        no terminal; TEXT is standard input
"""

import argparse
import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
import termios

parser = argparse.ArgumentParser()
parser.add_argument("--type")
parser.add_argument("--signal")
parser.add_argument("--none")
parser.add_argument("--question", default=": ")
parser.add_argument("command", nargs=argparse.REMAINDER)
options = parser.parse_args()
command = options.command[1:] if options.command[0] == "--" else options.command


def echoes(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def without_terminal():
    run = subprocess.run(command, input=options.none.encode(), capture_output=True, start_new_session=True)
    return {"status": run.returncode, "output": (run.stdout + run.stderr).decode(errors="replace")}


def on_terminal():
    terminal, other_end = pty.openpty()
    # This process leads the session: with its leader's end a terminal would be reset, and show its echo again.
    os.setsid()
    fcntl.ioctl(other_end, termios.TIOCSCTTY, 0)
    process = subprocess.Popen(command, stdin=other_end, stdout=other_end, stderr=other_end)
    shown = b""
    while not shown.endswith(options.question.encode()):
        shown += os.read(terminal, 4096)
    echoed = echoes(terminal)
    if options.signal:
        process.send_signal(getattr(signal, options.signal))
    else:
        os.write(terminal, options.type.encode() + b"\n")
    process.wait()
    afterwards = echoes(terminal)
    os.set_blocking(terminal, False)
    try:
        while more := os.read(terminal, 65536):
            shown += more
    except BlockingIOError:
        pass
    return {
        "status": process.returncode,
        "output": shown.decode(errors="replace"),
        "echoedWhileAsked": echoed,
        "echoesAfterwards": afterwards,
    }


# A process that leads a group cannot begin a session.
if child := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(json.dumps(without_terminal() if options.none is not None else on_terminal()))
