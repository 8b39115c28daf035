#!/usr/bin/env python3
"""Measures a drain from Dovecot on loopback: sluice beside mpop, curl, libetpan, Net::POP3 and Python's poplib, and
beside a client in C that only counts, which is the limit.

    bench_fetch.py --sluice PROGRAM [--mails N] [--rounds N] [--delayed-mails N] [--clients NAME,...] [--json FILE]

Three tables: N mails of 4 KB in the clear, the same over TLS, and fewer mails behind a proxy that delays each way by
10 ms. The clients take turns, so that whatever else the machine does meets them all; the figures are medians of the
rounds. CPU is the client's own, user and system, as the kernel counts it. Every client must exit with 0, and what mpop
and sluice store in Maildirs is counted. Nothing is deleted. Ratios are to mpop with pipelining.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "Tests/Scripts"
sys.path.insert(0, str(SCRIPTS))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "runner"))

from delay_proxy import start as start_delay_proxy  # noqa: E402
from drivers import BENCHMARKS, PEERS, compile_peer, package_flags  # noqa: E402
from rounds import rounds as rounds_within  # noqa: E402
from real_server import Dovecot, Unavailable  # noqa: E402

MAIL_SIZE = 4096
DELAY_MS = 10
REFERENCE = "mpop null"

POPLIB = """
import poplib, ssl, sys
port, ca, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
if ca:
    client = poplib.POP3_SSL("localhost", port, context=ssl.create_default_context(cafile=ca))
else:
    client = poplib.POP3("127.0.0.1", port)
client.user("ada")
client.pass_("secret")
for number in range(1, count + 1):
    client.retr(number)
client.quit()
"""


def write_mails(folder, count):
    """Mails of 4 KB, the same in every run: text lines, one in forty begins with a dot."""
    source = random.Random(4096)
    folder.mkdir()
    for number in range(1, count + 1):
        mail = f"From: a@example.org\r\nTo: ada@example.org\r\nSubject: mail {number}\r\n"
        mail += f"Message-ID: <{number}@bench.example.org>\r\nContent-Type: text/plain\r\n\r\n"
        while len(mail) < MAIL_SIZE - 80:
            mail += ("." if source.random() < 0.025 else "") + source.randbytes(36).hex() + "\r\n"
        mail += "x" * (MAIL_SIZE - 2 - len(mail)) + "\r\n"
        (folder / f"{number:06}.eml").write_text(mail, newline="")


class Client:
    """One program with its arguments; writes into `folder`, which is made anew for each run."""

    def __init__(self, name, command, stores=False, prepare=None):
        self.name, self.command, self.stores, self.prepare = name, command, stores, prepare
        self.walls, self.processors = [], []

    def run(self, folder, expected):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if self.prepare:
            self.prepare(folder)
        began = time.monotonic()
        with open(folder / "output", "wb") as output:
            process = subprocess.Popen(self.command, cwd=folder, stdout=subprocess.DEVNULL, stderr=output,
                                       env={**os.environ, "SLUICE_BENCH_PASSWORD": "secret",
                                            # The list of what was seen, which mpop has in the folder as well.
                                            "XDG_STATE_HOME": str(folder / "state")})
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - began
        if process.returncode != 0:
            raise ChildProcessError(f"{self.name} exited with {process.returncode}: {(folder / 'output').read_text()}")
        if self.stores and (stored := len(os.listdir(folder / "Maildir/new"))) != expected:
            raise ChildProcessError(f"{self.name} stored {stored} of {expected} mails")
        self.walls.append(wall)
        self.processors.append(usage.ru_utime + usage.ru_stime)


def sluice(program, sink, port, ca, *options):
    url = f"pops://ada@localhost:{port}" if ca else f"pop://ada@127.0.0.1:{port}"
    tls = ["--ca-file", ca] if ca else ["--allow-plaintext"]
    return [program, "fetch", url, *tls, "--password-env", "SLUICE_BENCH_PASSWORD", "--to", sink, "--quiet", "--keep",
            *options]


def mpop(delivery, port, ca, pipelining="on"):
    """mpop reads its account from a file, which must not be readable to others."""
    def prepare(folder):
        for part in ("new", "cur", "tmp"):
            (folder / "Maildir" / part).mkdir(parents=True)
        tls = f"tls on\ntls_starttls off\ntls_trust_file {ca}" if ca else "tls off"
        configuration = folder / "mpoprc"
        configuration.write_text(f"""account bench
host {"localhost" if ca else "127.0.0.1"}
port {port}
user ada
password secret
auth user
{tls}
pipelining {pipelining}
keep on
received_header off
uidls_file uidls
delivery {delivery}
""")
        configuration.chmod(0o600)

    command = ["mpop", "--file=mpoprc", "--quiet", "bench"]
    return {"command": command, "prepare": prepare}


def curl(port, ca, count):
    url = f"pop3s://localhost:{port}" if ca else f"pop3://127.0.0.1:{port}"
    return ["curl", "--silent", "--fail", "--user", "ada:secret", *(["--cacert", ca] if ca else []),
            f"{url}/[1-{count}]", "--output", "/dev/null"]


def peer(command, port, ca):
    return [*command, "localhost" if ca else "127.0.0.1", str(port), "ada", "secret", *([ca] if ca else [])]


def build_peers():
    target = BENCHMARKS / ".build/peers"
    target.mkdir(parents=True, exist_ok=True)
    return {
        "counting C": compile_peer(["cc"], "pop3_count.c", target, ["-lssl", "-lcrypto"]),
        "libetpan": compile_peer(["cc"], "pop3_etpan.c", target, package_flags("libetpan")),
        "Net::POP3": ["perl", str(PEERS / "pop3_perl.pl")],
    }


def clients_of(program, peers, port, ca, count):
    return [
        Client("sluice null", sluice(program, "null:", port, ca)),
        Client(REFERENCE, **mpop("mbox /dev/null", port, ca)),
        Client("sluice maildir", sluice(program, "maildir:Maildir", port, ca), stores=True),
        Client("mpop maildir", stores=True, **mpop("maildir Maildir", port, ca)),
        Client("curl", curl(port, ca, count)),
        Client("poplib", [sys.executable, "-c", POPLIB, str(port), ca, str(count)]),
        *(Client(name, peer(command, port, ca)) for name, command in peers.items()),
    ]


def delayed_clients_of(program, port, ca):
    return [
        Client("sluice null", sluice(program, "null:", port, ca)),
        Client("sluice one by one", sluice(program, "null:", port, ca, "--no-pipelining")),
        Client(REFERENCE, **mpop("mbox /dev/null", port, ca)),
    ]


def measure(title, clients, mails, rounds, folder, seconds=None):
    """Runs the clients in turns and prints their table."""
    for _ in rounds_within(rounds, seconds):
        for client in clients:
            client.run(folder / "run", mails)
    reference = next((client for client in clients if client.name == REFERENCE), clients[0])
    wall_of, processor_of = (lambda c: statistics.median(c.walls)), (lambda c: statistics.median(c.processors))
    print(f"\n{title}; medians of {len(clients[0].walls)} runs, ratios to {reference.name}")
    print(f"{'client':<20}{'wall s':>9}{'ratio':>8}{'CPU s':>9}{'ratio':>8}{'mails/s':>10}")
    for client in clients:
        wall, processor = wall_of(client), processor_of(client)
        print(f"{client.name:<20}{wall:>9.3f}{wall / wall_of(reference):>8.2f}{processor:>9.3f}"
              f"{processor / processor_of(reference):>8.2f}{mails / wall:>10.0f}", flush=True)
    return {
        "title": title,
        "mails": mails,
        "rounds": len(clients[0].walls),
        "clients": {client.name: {"wall": wall_of(client), "cpu": processor_of(client)} for client in clients},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sluice", required=True, type=os.path.abspath)
    parser.add_argument("--mails", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--delayed-mails", type=int, default=1_000)
    parser.add_argument("--delayed-rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, help="stops before all rounds, after 3 at the least, to keep to them")
    parser.add_argument("--json", type=pathlib.Path, help="also writes the medians there")
    parser.add_argument("--clients", help="only those whose names begin with one of these, comma-separated")
    arguments = parser.parse_args()
    wanted = tuple(arguments.clients.split(",")) if arguments.clients else ("",)

    def chosen(clients):
        return [client for client in clients if client.name.startswith(wanted)]

    peers = build_peers()
    measured = []
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as name:
        folder = pathlib.Path(name)
        write_mails(folder / "mails", arguments.mails)
        write_mails(folder / "delayed", arguments.delayed_mails)
        with Dovecot({"ada": folder / "mails"}) as server:
            ca = str(server.folder / "ca.pem")
            size = f"{arguments.mails} mails of {MAIL_SIZE} bytes from Dovecot on loopback"
            for title, port, ca_file in [("in the clear", server.port, ""), ("over TLS", server.tls_port, ca)]:
                clients = chosen(clients_of(arguments.sluice, peers, port, ca_file, arguments.mails))
                measured.append(measure(f"{size}, {title}", clients, arguments.mails, arguments.rounds, folder,
                                        arguments.seconds and arguments.seconds * 0.45))
        with Dovecot({"ada": folder / "delayed"}) as server:
            port = start_delay_proxy(server.port, DELAY_MS)
            title = f"{arguments.delayed_mails} mails, {DELAY_MS} ms of delay each way"
            measured.append(measure(title, chosen(delayed_clients_of(arguments.sluice, port, "")),
                                    arguments.delayed_mails, arguments.delayed_rounds, folder,
                                    arguments.seconds and arguments.seconds * 0.1))
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=1))


if __name__ == "__main__":
    try:
        main()
    except Unavailable as reason:
        sys.exit(str(reason))
