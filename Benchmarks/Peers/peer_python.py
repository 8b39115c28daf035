"""Python's email with its modern policy, driven as `peer.h` says."""

import email
import email.policy
import sys
import time


def messages_of(path):
    data = open(path, "rb").read()
    at = 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at:at + 8], "little")
        yield data[at + 8:at + 8 + length]
        at += 8 + length


def parse(message, count):
    mail = email.message_from_bytes(message, policy=email.policy.default)
    count["subject"] += len(str(mail["subject"] or "").encode("utf-8", "replace"))
    for name in ("from", "to", "cc"):
        for field in mail.get_all(name, []):
            count["addresses"] += len([(address.display_name, address.addr_spec) for address in field.addresses])
    try:
        count["dates"] += mail["date"] is not None and mail["date"].datetime is not None
    except (TypeError, ValueError):
        pass
    for part in mail.walk():
        if part.is_multipart():
            continue
        count["leaves"] += 1
        if part.get_content_maintype() == "text":
            try:
                count["text"] += len(part.get_content().encode("utf-8", "replace"))
            except LookupError:
                count["text"] += len(part.get_payload(decode=True))
        else:
            count["content"] += len(part.get_payload(decode=True) or b"")


def main():
    mails = list(messages_of(sys.argv[1]))
    for line in sys.stdin:
        chosen = mails[:int(line.split()[1])]
        count = dict.fromkeys(("leaves", "content", "text", "subject", "addresses", "dates"), 0)
        wall, cpu = time.monotonic_ns(), time.process_time_ns()
        for message in chosen:
            parse(message, count)
        cpu, wall = time.process_time_ns() - cpu, time.monotonic_ns() - wall
        print(wall, cpu, sum(map(len, chosen)), len(chosen), *count.values(), flush=True)


main()
