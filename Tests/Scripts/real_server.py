#!/usr/bin/env python3
"""Runs a real POP3 server on loopback, from a temporary folder, over folders of mail.

    real_server.py KIND --maildrop USER=FOLDER... [--password PASSWORD]

KIND is dovecot, mailutils or popa3d. Each file of FOLDER is one mail, served in the order of the file names; its bytes
go to the server as they are (Dovecot, Maildir) or with Unix line ends and ">From " quoting (the mbox servers).
Once the server greets, one line of JSON is printed: name, host, port, tlsPort (or null), starttls, password, caFile,
maildrops (user to Maildir or mbox). The server runs until standard input closes or SIGTERM comes; then it and its
folder are gone. Exits with 77 and a reason where the server cannot run here: not root, or the package is missing.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parents[2]
INETD = pathlib.Path(__file__).resolve().with_name("inetd.py")
UNAVAILABLE = 77
MAIL_OWNER = 65534
MBOX_OWNER = 65000
START_SECONDS = 30


class Unavailable(Exception):
    """Why a server cannot run here."""


# Below the ports that Linux hands out by itself (ip(7), ip_local_port_range), so that no test running beside this one
# gets a port between its choice and the server's start; and each is tried once.
PORTS = range(20_000, 32_768)
UNTRIED_PORTS = iter(random.sample(PORTS, len(PORTS)))


def free_port():
    for port in UNTRIED_PORTS:
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise Unavailable(f"no port from {PORTS.start} to {PORTS.stop - 1} is free")


def wait_for(seconds, ready, what):
    """Polls `ready` until it is true; raises TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(0.02)


def greets(port):
    """Whether a POP3 server says +OK on the port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            return connection.recv(3) == b"+OK"
    except OSError:
        return False


def make_certificates(folder):
    """A CA (ca.pem) and a server certificate (cert.pem, key.pem) for localhost and 127.0.0.1."""

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *new_key, "-days", "2", "-subj", "/CN=Sluice test CA",
            "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", "ca.key", "-out", "ca.pem")
    (folder / "san").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("req", *new_key, "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "cert.csr")
    openssl("x509", "-req", "-in", "cert.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", "san", "-out", "cert.pem")
    (folder / "key.pem").chmod(0o600)


def mails_of(folder):
    return sorted(path for path in pathlib.Path(folder).iterdir() if path.is_file())


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def fill_maildir(source, maildir):
    """One file in new/ for each mail; the names make Dovecot number the mails in the source's order."""
    for part in ("new", "cur", "tmp"):
        (maildir / part).mkdir(parents=True)
    for number, mail in enumerate(mails_of(source), start=1):
        link_or_copy(mail, maildir / "new" / f"{1_700_000_000 + number}.M{number:07}P1.localhost")
    for path in [maildir, *maildir.rglob("*")]:
        os.chown(path, MAIL_OWNER, MAIL_OWNER)


def fill_mbox(source, mbox):
    """The mails as an mbox: Unix line ends, ">From " where a line begins with "From ", an empty line after each."""
    with open(mbox, "wb") as file:
        for mail in mails_of(source):
            file.write(b"From sluice@localhost Thu Jan  1 00:00:00 2026\n")
            text = b"\n" + mail.read_bytes().replace(b"\r\n", b"\n")
            text = text.replace(b"\nFrom ", b"\n>From ")[1:]
            file.write(text if text.endswith(b"\n") else text + b"\n")
            file.write(b"\n")
    os.chown(mbox, MBOX_OWNER, MBOX_OWNER)
    mbox.chmod(0o600)


class RealServer:
    """A running server; a context manager. `maildrops` maps a user to a folder of mails."""

    name = ""
    starttls = False
    tls_port = None

    def __init__(self, maildrops, password="secret"):
        self.sources = dict(maildrops)
        self.password = password
        self.maildrops = {}
        self.children = []

    def __enter__(self):
        self.check_available()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"sluice-{self.name}-"))
        try:
            self.folder.chmod(0o755)
            make_certificates(self.folder)
            self.port = free_port()
            self.prepare()
            self.start()
            wait_for(START_SECONDS, lambda: self.alive() and greets(self.port), f"{self.name}'s greeting")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for child in self.children:
            child.stdin.close()
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def spawn(self, *command):
        """Starts a command in a process group of its own, which ends when this process does, however it does."""
        command = ["setpriv", "--pdeathsig", "TERM", *(str(part) for part in command)]
        with open(self.folder / "output", "ab") as log:
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)
        self.children.append(child)

    def alive(self):
        if any(child.poll() is not None for child in self.children):
            logs = "".join(path.read_text() for path in [self.folder / "output", self.folder / "log"] if path.exists())
            raise ChildProcessError(f"{self.name} ended before its greeting: {logs[-2000:]}")
        return True

    def require(self, program):
        if not os.access(program, os.X_OK):
            raise Unavailable(f"{self.name}: {program} is missing; .ci/install-packages test installs it")

    def check_available(self):
        if os.geteuid() != 0:
            raise Unavailable(f"{self.name}: needs root to serve mail of other users")
        self.require(self.program)

    def description(self):
        return {
            "name": self.name, "host": "127.0.0.1", "port": self.port, "tlsPort": self.tls_port,
            "starttls": self.starttls, "password": self.password, "caFile": str(self.folder / "ca.pem"),
            "maildrops": {user: str(path) for user, path in self.maildrops.items()},
        }


class Dovecot(RealServer):
    """Dovecot over Maildirs: every SASL mechanism it has, APOP, STLS and implicit TLS."""

    name = "dovecot"
    program = "/usr/sbin/dovecot"
    starttls = True

    def prepare(self):
        self.tls_port = free_port()
        for user, source in self.sources.items():
            self.maildrops[user] = self.folder / "mail" / user
            fill_maildir(source, self.maildrops[user])
        (self.folder / "users").write_text("".join(f"{user}:{{PLAIN}}{self.password}\n" for user in self.sources))
        (self.folder / "dovecot.conf").write_text(f"""
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/log
protocols = pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <{self.folder}/cert.pem
ssl_key = <{self.folder}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login cram-md5 apop scram-sha-1 scram-sha-256
mail_location = maildir:{self.folder}/mail/%u
mail_max_userip_connections = 0
mail_fsync = never
pop3_no_flag_updates = yes
default_vsz_limit = 4G
passdb {{
  driver = passwd-file
  args = {self.folder}/users
}}
userdb {{
  driver = static
  args = uid={MAIL_OWNER} gid={MAIL_OWNER} home={self.folder}/mail/%u
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {self.port}
  }}
  inet_listener pop3s {{
    port = {self.tls_port}
    ssl = yes
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
""")

    def start(self):
        self.spawn(self.program, "-F", "-c", self.folder / "dovecot.conf")


class MboxServer(RealServer):
    """A server that speaks on its standard input, knows only the system's users and serves their mboxes."""

    def prepare(self):
        self.spool = self.folder / "spool"
        self.spool.mkdir()
        self.spool.chmod(0o1777)
        for user, source in self.sources.items():
            self.maildrops[user] = self.spool / user
            fill_mbox(source, self.maildrops[user])
        secret = subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=self.password, text=True,
                                check=True, capture_output=True).stdout.strip()
        users = [*self.sources, *self.service_users]
        accounts = {
            "passwd": "".join(f"{user}:x:{MBOX_OWNER}:{MBOX_OWNER}::/nonexistent:/usr/sbin/nologin\n" for user in users),
            "shadow": "".join(f"{user}:{secret}:20000:0:99999:7:::\n" for user in self.sources),
            "group": f"sluice-test:x:{MBOX_OWNER}:\n",
        }
        self.binds = [(self.spool, "/var/mail")]
        for name, text in accounts.items():
            copy = self.folder / name
            copy.write_text(pathlib.Path("/etc", name).read_text() + text)
            self.binds.append((copy, f"/etc/{name}"))
        (self.folder / "shadow").chmod(0o600)

    service_users = ()

    def spawn_inetd(self, port, *command):
        binds = [argument for source, target in self.binds for argument in ("--bind", f"{source}={target}")]
        self.spawn(sys.executable, INETD, port, *binds, "--", *command)


class Mailutils(MboxServer):
    """GNU Mailutils: pipelining, STLS and implicit TLS by GnuTLS; adds X-UIDL after LIST has told the size."""

    name = "mailutils"
    program = "/usr/sbin/pop3d"
    starttls = True

    def start(self):
        self.tls_port = free_port()
        for port, mode in [(self.port, "ondemand"), (self.tls_port, "connection")]:
            configuration = self.folder / f"mailutils-{mode}.conf"
            configuration.write_text(f"""
mailbox {{ mail-spool "{self.spool}"; }};
auth {{
  authentication clear; authentication generic; authentication system;
  authorization clear; authorization system;
}};
tls {{
  ssl-certificate-file "{self.folder}/cert.pem";
  ssl-key-file "{self.folder}/key.pem";
}};
tls-mode {mode};
""")
            self.spawn_inetd(port, self.program, "--no-config", f"--config-file={configuration}", "--inetd")


class Popa3d(MboxServer):
    """popa3d: the smallest server; no CAPA, no TLS, no PIPELINING, an empty greeting."""

    name = "popa3d"
    program = str(PROJECT / ".build/debian/popa3d/usr/sbin/popa3d")
    service_users = ("popa3d",)

    def prepare(self):
        super().prepare()
        (self.folder / "lib/popa3d").mkdir(parents=True)
        shutil.copytree("/etc/pam.d", self.folder / "pam.d")
        shutil.copy(PROJECT / ".build/debian/popa3d/etc/pam.d/popa3d", self.folder / "pam.d/popa3d")
        self.binds += [(self.folder / "lib", "/var/lib"), (self.folder / "pam.d", "/etc/pam.d")]

    def start(self):
        self.spawn_inetd(self.port, self.program)


KINDS = {kind.name: kind for kind in (Dovecot, Mailutils, Popa3d)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--maildrop", action="append", required=True, metavar="USER=FOLDER")
    parser.add_argument("--password", default="secret")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    maildrops = dict(pair.split("=", 1) for pair in arguments.maildrop)
    try:
        with KINDS[arguments.kind](maildrops, arguments.password) as server:
            print(json.dumps(server.description()), flush=True)
            while os.read(0, 4096):
                pass
    except Unavailable as reason:
        print(reason, file=sys.stderr)
        sys.exit(UNAVAILABLE)


if __name__ == "__main__":
    main()
