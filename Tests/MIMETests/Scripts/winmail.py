"""winmail.py FOLDER: writes FOLDER/winmail.dat by MS-OXTNEF, and prints what the program `tnef` finds in it: name and SHA-256.

Prints nothing but the file where that program is not installed.
"""
import hashlib
import pathlib
import shutil
import struct
import subprocess
import sys


def attribute(level, number, data):
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def padded(data):
    return data + bytes(-len(data) % 4)


def properties(values):
    data = struct.pack("<I", len(values))
    for kind, number, value in values:
        data += struct.pack("<HH", kind, number)
        if number >= 0x8000:
            data += bytes(16) + struct.pack("<II", 1, 6) + padded("ab\0".encode("utf-16le"))
        if isinstance(value, int):
            data += struct.pack("<i", value)
        else:
            data += struct.pack("<II", 1, len(value)) + padded(value)
    return data


def attachment(name, title, content, kind):
    fields = [(0x1F, 0x3707, (name + "\0").encode("utf-16le")), (0x03, 0x3705, 1), (0x1E, 0x370E, kind + b"\0"),
              (0x1E, 0x3712, b"<1@x>\0"), (0x1F, 0x8001, "custom\0".encode("utf-16le"))]
    return (attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, title + b"\0")
            + attribute(2, 0x0006800F, content) + attribute(2, 0x00069005, properties(fields)))


def winmail():
    message = properties([(0x1F, 0x0037, "Straße\0".encode("utf-16le")), (0x102, 0x1013, "<p>ä</p>\0".encode("cp1252"))])
    files = [("a long name.txt", b"ALONGN~1.TXT", b"first " * 20, b"text/plain"),
             ("zwei.bin", b"ZWEI.BIN", bytes(range(256)), b"application/octet-stream")]
    return (struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00089006, struct.pack("<I", 0x00010000))
            + attribute(1, 0x00069007, struct.pack("<II", 1252, 0)) + attribute(1, 0x00078008, b"IPM.Note\0")
            + attribute(1, 0x0002800C, "Grüße\0".encode("cp1252")) + attribute(1, 0x00069003, message)
            + b"".join(attachment(*file) for file in files))


folder = pathlib.Path(sys.argv[1])
(folder / "winmail.dat").write_bytes(winmail())
if shutil.which("tnef"):
    found = folder / "found"
    found.mkdir()
    subprocess.run(["tnef", "--directory", found, folder / "winmail.dat"], check=True, stdout=subprocess.DEVNULL)
    for path in sorted(found.iterdir()):
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)
