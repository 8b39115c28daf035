#!/usr/bin/env python3
"""A TCP proxy on loopback that delays both directions and limits neither.

    delay_proxy.py PORT MILLISECONDS

Connects each client to 127.0.0.1:PORT and hands on every byte MILLISECONDS after it came. Bytes on their way wait in a
queue with their times, so the delay is a link's length, not its width. Prints its own port; ends when standard input
closes or on SIGTERM.
"""

import argparse
import os
import queue
import signal
import socket
import sys
import threading
import time

READ_SIZE = 1 << 18
CHUNKS_ON_THE_WAY = 1024


def carry(source, target, delay):
    """Copies source to target, each chunk `delay` seconds after it was read, and then the end of the stream."""
    on_the_way = queue.Queue(CHUNKS_ON_THE_WAY)

    def send():
        while True:
            due, chunk = on_the_way.get()
            time.sleep(max(0, due - time.monotonic()))
            try:
                if not chunk:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(chunk)
            except OSError:
                source.close()
                return

    threading.Thread(target=send, daemon=True).start()
    chunk = b"-"
    while chunk:
        try:
            chunk = source.recv(READ_SIZE)
        except OSError:
            chunk = b""
        on_the_way.put((time.monotonic() + delay, chunk))


def accept(listener, port, delay):
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", port))
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=carry, args=(client, server, delay), daemon=True).start()
        threading.Thread(target=carry, args=(server, client, delay), daemon=True).start()


def start(port, milliseconds):
    """Starts a proxy in this process; returns its port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=accept, args=(listener, port, milliseconds / 1000), daemon=True).start()
    return listener.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("milliseconds", type=float)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(start(arguments.port, arguments.milliseconds), flush=True)
    while os.read(0, 4096):
        pass


if __name__ == "__main__":
    main()
