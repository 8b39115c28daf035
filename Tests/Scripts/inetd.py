#!/usr/bin/env python3
"""Runs a mail server that speaks on its standard input for each connection to a loopback port, as inetd would.

    inetd.py PORT [--bind SOURCE=TARGET]... -- COMMAND ARGUMENT...

Each --bind lays a file or folder of the test's over one of the system's, in a mount namespace that only this process
and its children see: that is how a server which knows only the system's users gets users of the test's own.
Needs root. Port 0 takes any free port; the first line printed is the port. Ends, with all its children, on SIGTERM
or when its parent closes its standard input.
"""

import argparse
import os
import select
import signal
import socket
import subprocess
import sys


def enter_namespace(binds):
    """Makes a mount namespace of our own and lays each (source, target) over the system's files."""
    import ctypes

    clone_newns, ms_bind, ms_rec, ms_private = 0x20000, 0x1000, 0x4000, 0x40000
    libc = ctypes.CDLL(None, use_errno=True)

    def check(result, what):
        if result != 0:
            raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")

    check(libc.unshare(clone_newns), "unshare")
    check(libc.mount(b"none", b"/", None, ctypes.c_ulong(ms_rec | ms_private), None), "mount /")
    for source, target in binds:
        flags = ctypes.c_ulong(ms_bind)
        check(libc.mount(source.encode(), target.encode(), None, flags, None), f"mount {target}")


def serve(listener, command):
    """Starts the command for each connection until standard input closes."""
    children = []
    try:
        while True:
            readable, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in readable and not os.read(0, 4096):
                return
            if listener in readable:
                connection, _ = listener.accept()
                with connection:
                    # These servers write line by line; Nagle's algorithm would hold each reply back by 40 ms.
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    children.append(subprocess.Popen(command, stdin=connection, stdout=connection))
            children = [child for child in children if child.poll() is None]
    finally:
        for child in children:
            child.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("--bind", action="append", default=[], metavar="SOURCE=TARGET")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if arguments.bind:
        enter_namespace([bind.split("=", 1) for bind in arguments.bind])
    listener = socket.create_server(("127.0.0.1", arguments.port), backlog=64)
    print(listener.getsockname()[1], flush=True)
    serve(listener, arguments.command)


if __name__ == "__main__":
    main()
