"""The verifier accepts exact deliveries and nothing else, wherever its reads are cut."""

import io
import pathlib
import tempfile
import unittest
from unittest import mock

import verify_transcript

# What RETR sent, and the mail it means.
CASES = [
    (b"+OK\r\nA: b\r\n\r\nbody\r\n.\r\n", b"A: b\r\n\r\nbody\r\n"),
    (b"+OK 3 octets\r\n.\r\n", b""),
    (b"+OK\r\n..\r\n.\r\n", b".\r\n"),
    (b"+OK\r\n...\r\n..x\r\n.\r\n", b"..\r\n.x\r\n"),
    (b"+OK\r\na\n.\nb\n.\r\nc\r\n.\r\n", b"a\n.\nb\n.\r\nc\r\n"),
    (b"+OK\r\n\x00\r\r\n.\r\n", b"\x00\r\r\n"),
    (b"+OK\r\n\r\n..\r\n\r\n.\r\n", b"\r\n.\r\n\r\n"),
]


class VerifyTranscriptTest(unittest.TestCase):
    def found(self, transcript, mails):
        with tempfile.TemporaryDirectory() as folder:
            recording = pathlib.Path(folder, "transcript")
            recording.write_bytes(transcript)
            delivered = pathlib.Path(folder, "delivered")
            delivered.mkdir()
            for number, mail in enumerate(mails):
                (delivered / f"{number}.eml").write_bytes(mail)
            return verify_transcript.differences(recording, delivered)[0]

    def test_exact_delivery_passes_for_every_read_size(self):
        transcript = b"".join(sent for sent, _ in CASES)
        for size in range(1, 40):
            with self.subTest(size=size), mock.patch.object(verify_transcript, "CHUNK", size):
                self.assertEqual(self.found(transcript, [mail for _, mail in CASES]), [])

    def test_one_changed_byte_is_found(self):
        sent, mail = CASES[0]
        self.assertEqual(len(self.found(sent, [mail[:-2] + b"\n"])), 2)

    def test_a_missing_and_a_repeated_mail_are_found(self):
        sent, mail = CASES[0]
        self.assertEqual(len(self.found(sent, [])), 1)
        self.assertEqual(len(self.found(sent, [mail, mail])), 1)

    def test_a_cut_transcript_is_an_error(self):
        for cut in range(1, len(CASES[0][0])):
            with self.subTest(cut=cut), self.assertRaises(ValueError):
                list(verify_transcript.Transcript(io.BytesIO(CASES[0][0][:cut])).mails())


if __name__ == "__main__":
    unittest.main()
