#!/usr/bin/env python3
"""A POP3 server on loopback that answers as it is told, and prints its port.

The argument is a JSON object from command lines, or first words of them, to replies, each character a byte; "greeting" is
what comes first. What is not named there is answered by +OK, and CAPA by -ERR. A reply of null closes the connection, and
without a greeting nothing is said at all. When standard input ends, the lines that came are printed as a JSON list.
"""

import json
import socket
import sys
import threading

replies = {"CAPA": "-ERR\r\n", "greeting": "+OK\r\n"} | json.loads(sys.argv[1])
received = []


def serve(connection):
    with connection, connection.makefile("rb") as lines:
        if replies["greeting"]:
            connection.sendall(replies["greeting"].encode("latin-1"))
        for line in lines:
            text = line.rstrip(b"\r\n").decode("latin-1")
            received.append(text)
            if not replies["greeting"]:
                continue
            reply = replies.get(text, replies.get(text.split(" ")[0], "+OK\r\n"))
            if reply is None:
                return
            connection.sendall(reply.encode("latin-1"))
            if text == "QUIT":
                return


def accept(listener):
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
sys.stdin.read()
print(json.dumps(received))
