"""Compares lines of JSON (FILE), whose sources are files of messages in FOLDER, with Python's email package.

Prints for each message `agrees SOURCE`, or `differs SOURCE` and the members that differ with both readings.
"""
import email
import email.policy
import hashlib
import json
import sys


# Python makes messages of this type's groups of fields, and keeps no content of it.
FIELDS_ONLY = "message/delivery-status"


def leaves(part):
    """The parts without parts in document order: content type, and the digest of the decoded content."""
    kind = part.get_content_type()
    if kind == FIELDS_ONLY:
        yield kind, None
    elif part.is_multipart():
        for child in part.get_payload():
            yield from leaves(child)
    else:
        yield kind, hashlib.sha256(part.get_payload(decode=True)).hexdigest()


def leaves_of_json(part):
    kind = part["contentType"]
    if kind == FIELDS_ONLY:
        yield kind, None
    elif "decodedSha256" in part:
        yield kind, part["decodedSha256"]
    for child in part["children"]:
        yield from leaves_of_json(child)


def attached_names(part):
    """The file names of the attachments; those within an attached message belong to that one."""
    if part.get_content_disposition() == "attachment":
        yield part.get_filename()
    elif part.is_multipart():
        for child in part.get_payload():
            yield from attached_names(child)


def addresses(message, name):
    found = []
    for field in message.get_all(name, []):
        for address in field.addresses:
            found.append((address.display_name, address.addr_spec))
    return found


def addresses_of_json(mail, name):
    found = []
    for item in mail.get(name, {}).get("value", []):
        for member in item.get("group", [item]):
            found.append((member.get("name", ""), member.get("address", "")))
    return found


def readings(message, mail):
    """Pairs of readings by name: Python's and the one in the JSON."""
    yield "leaves", list(leaves(message)), list(leaves_of_json(mail["structure"]))
    yield "subject", message.get("subject"), mail.get("subject")
    for name in ["from", "to", "cc"]:
        yield name, addresses(message, name), addresses_of_json(mail, name)
    mine = [a["filename"] for a in mail["attachments"] if a.get("contentDisposition") == "attachment"]
    yield "filenames", list(attached_names(message)), mine


folder = sys.argv[1]
with open(sys.argv[2], "rb") as file:
    lines = file.read().decode("utf-8").split("\n")[:-1]
for line in lines:
    mail = json.loads(line)
    with open(folder + "/" + mail["source"], "rb") as file:
        # Not message_from_binary_file(), which reads with universal newlines and so changes what is decoded.
        message = email.message_from_bytes(file.read(), policy=email.policy.default)
    try:
        differing = [reading for reading in readings(message, mail) if reading[1] != reading[2]]
    except Exception as error:
        differing = [("Python", repr(error), "")]
    print("differs" if differing else "agrees", mail["source"])
    for name, theirs, mine in differing:
        print("   ", name, "Python:", repr(theirs)[:300], "here:", repr(mine)[:300])
