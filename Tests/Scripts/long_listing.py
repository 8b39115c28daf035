#!/usr/bin/env python3
"""A POP3 server whose maildrop lists COUNT messages, with ids of 32 octets: prints its port and serves until its input ends.

    long_listing.py COUNT
"""
import socket
import sys
import threading

COUNT = int(sys.argv[1])


def listing(value):
    lines = (b"%d %b\r\n" % (number, value(number)) for number in range(1, COUNT + 1))
    return b"+OK\r\n" + b"".join(lines) + b".\r\n"


REPLIES = {
    b"CAPA": b"+OK\r\nUSER\r\nUIDL\r\nPIPELINING\r\n.\r\n",
    b"LIST": listing(lambda number: b"%d" % (4096 + number % 1000)),
    b"UIDL": listing(lambda number: b"%032x" % (number * 2654435761)),
}


def serve(connection):
    with connection, connection.makefile("rb") as commands:
        connection.sendall(b"+OK\r\n")
        for command in commands:
            keyword = command.split()[0].upper()
            connection.sendall(REPLIES.get(keyword, b"+OK\r\n"))
            if keyword == b"QUIT":
                return


def main():
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)

    def accept():
        while True:
            threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


main()
