"""Reads the mails FOLDER/0, FOLDER/1, ... and prints, for each, its content types in document order and its defects.

The last line is the FNV-1a of all their bytes.
"""
import email
import os
import sys

folder = sys.argv[1]
fnv = 0xCBF29CE484222325
for number in range(len(os.listdir(folder))):
    with open("%s/%d" % (folder, number), "rb") as mail:
        content = mail.read()
    for byte in content:
        fnv = ((fnv ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    message = email.message_from_bytes(content)
    types, defects = [], []
    for part in message.walk():
        types.append(part.get_content_type())
        defects += [type(defect).__name__ for defect in part.defects]
        if not part.is_multipart():
            part.get_payload(decode=True)
            charset = part.get_content_charset()
            if charset and part.get_content_maintype() == "text":
                part.get_payload(decode=True).decode(charset)
    print(",".join(types), ",".join(defects))
print(fnv)
