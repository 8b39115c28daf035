#!/usr/bin/env python3
"""Records what a POP3 server sends for every RETR, byte for byte, without interpreting it.

    fetch_raw.py HOST PORT USER PASSWORD FILE [--tls] [--ca-file FILE]

FILE gets the replies to RETR 1, RETR 2, … one after the other, status lines, stuffing and terminators included. This
client shares no code with Sluice and knows one rule of RFC 1939: a reply ends at the first CRLF.CRLF. It asks for UIDL
first, as Sluice does: there are servers that write the ids into the mails.
"""

import argparse
import io
import socket
import ssl

TERMINATOR = b"\r\n.\r\n"


class Connection:
    """Lines and multi-line replies from a socket, as they were sent."""

    def __init__(self, stream):
        self.stream = stream
        self.buffer = b""

    def more(self):
        received = self.stream.recv(1 << 20)
        if not received:
            raise ConnectionError("the server closed the connection")
        return received

    def line(self):
        while b"\r\n" not in self.buffer:
            self.buffer += self.more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        if not line.startswith(b"+OK"):
            raise ConnectionError(f"the server said {line!r}")
        return line

    def command(self, text):
        self.stream.sendall(text.encode() + b"\r\n")
        return self.line()

    def copy_reply(self, file):
        """Copies a status line and everything up to and with the terminator."""
        file.write(self.line())
        pending, self.buffer = b"\r\n" + self.buffer, b""
        while (end := pending.find(TERMINATOR)) < 0:
            keep = len(TERMINATOR) - 1
            file.write(pending[:-keep])
            pending = pending[-keep:] + self.more()
        file.write(pending[: end + len(TERMINATOR)])
        self.buffer = pending[end + len(TERMINATOR):]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("user")
    parser.add_argument("password")
    parser.add_argument("file")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--ca-file")
    arguments = parser.parse_args()
    stream = socket.create_connection((arguments.host, arguments.port), timeout=120)
    if arguments.tls:
        context = ssl.create_default_context(cafile=arguments.ca_file)
        stream = context.wrap_socket(stream, server_hostname=arguments.host)
    connection = Connection(stream)
    connection.line()
    connection.command(f"USER {arguments.user}")
    connection.command(f"PASS {arguments.password}")
    count = int(connection.command("STAT").split()[1])
    stream.sendall(b"UIDL\r\n")
    connection.copy_reply(io.BytesIO())
    with open(arguments.file, "wb") as file:
        for number in range(1, count + 1):
            stream.sendall(b"RETR %d\r\n" % number)
            connection.copy_reply(file)
    connection.command("QUIT")
    print(count)


if __name__ == "__main__":
    main()
