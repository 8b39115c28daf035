"""Each real server starts, serves what it was given to Python's own POP3 client, and leaves nothing behind."""

import pathlib
import poplib
import ssl
import tempfile
import unittest

from real_server import KINDS, Unavailable

MAILS = [b"Subject: one\n\n.dot\n..two\nbody\n", b"Subject: two\r\n\r\nFrom here\r\n", b"Subject: three\n\n\xff\xe4\n"]
ADDED_BY_SERVER = (b"X-UIDL:", b"X-UID:", b"X-IMAPbase:", b"Status:")


class RealServerTest(unittest.TestCase):
    def served(self, kind):
        with tempfile.TemporaryDirectory() as folder:
            for number, mail in enumerate(MAILS):
                pathlib.Path(folder, f"{number:06}.eml").write_bytes(mail)
            server = KINDS[kind]({"ada": folder})
            try:
                server.check_available()
            except Unavailable as reason:
                self.skipTest(str(reason))
            with server:
                self.check_mails(poplib.POP3("127.0.0.1", server.port, timeout=10), server)
                if server.tls_port:
                    context = ssl.create_default_context(cafile=server.folder / "ca.pem")
                    client = poplib.POP3_SSL("127.0.0.1", server.tls_port, timeout=10, context=context)
                    self.check_mails(client, server)
                if server.starttls:
                    context = ssl.create_default_context(cafile=server.folder / "ca.pem")
                    client = poplib.POP3("127.0.0.1", server.port, timeout=10)
                    client.stls(context)
                    self.check_mails(client, server)
            self.assertFalse(server.folder.exists())

    def check_mails(self, client, server):
        client.user("ada")
        client.pass_(server.password)
        for number, mail in enumerate(MAILS, start=1):
            lines = [line for line in client.retr(number)[1] if not line.startswith(ADDED_BY_SERVER)]
            quoted = [line.removeprefix(b">") if line.startswith(b">From ") else line for line in lines]
            self.assertEqual(quoted, mail.splitlines())
        client.quit()

    def test_dovecot(self):
        self.served("dovecot")

    def test_mailutils(self):
        self.served("mailutils")

    def test_popa3d(self):
        self.served("popa3d")


if __name__ == "__main__":
    unittest.main()
