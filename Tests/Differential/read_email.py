"""Outlines by Python's email package."""
import email
import email.policy
import email.utils
import hashlib

NAME = "email"
# Python makes messages of this type's groups of fields, and keeps no content of it.
FIELDS_ONLY = "message/delivery-status"


def leaves(part):
    kind = part.get_content_type()
    if part.is_multipart() and kind != FIELDS_ONLY:
        for child in part.get_payload():
            yield from leaves(child)
    elif kind == FIELDS_ONLY:
        yield [kind, None, None]
    else:
        content = part.get_payload(decode=True)
        yield [kind, None if content is None else hashlib.sha256(content).hexdigest(), part.get_filename()]


def addresses(message, name):
    fields = message.get_all(name, [])
    return [(address.display_name, address.addr_spec) for field in fields for address in field.addresses]


def date(message):
    field = message["date"]
    moment = None if field is None else field.datetime
    return None if moment is None else int(moment.timestamp())


def outline(octets):
    message = email.message_from_bytes(octets, policy=email.policy.default)
    identifier = message["message-id"]
    return {
        "leaves": list(leaves(message)),
        "subject": message["subject"],
        "from": addresses(message, "from"),
        "to": addresses(message, "to"),
        "cc": addresses(message, "cc"),
        "date": date(message),
        "messageId": None if identifier is None else identifier.strip().strip("<>"),
    }
