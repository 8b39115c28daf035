"""Outlines by GMime, through GObject introspection (Debian: python3-gi, gir1.2-gmime-3.0)."""
import hashlib

import gi

gi.require_version("GMime", "3.0")
from gi.repository import GMime  # noqa: E402

NAME = "gmime"
GMime.init()


def content(part):
    wrapper = part.get_content()
    if wrapper is None:
        return b""
    stream = GMime.StreamMem.new()
    wrapper.write_to_stream(stream)
    return bytes(stream.get_byte_array())


def leaves(entity):
    """Iterative over the tree: GMime itself bounds its depth, Python's stack would not do."""
    open_entities = [entity]
    while open_entities:
        part = open_entities.pop()
        if part is None:
            continue
        if isinstance(part, GMime.Multipart):
            open_entities += [part.get_part(index) for index in reversed(range(part.get_count()))]
        elif isinstance(part, GMime.MessagePart):
            message = part.get_message()
            open_entities.append(None if message is None else message.get_mime_part())
        else:
            kind = part.get_content_type().get_mime_type().lower()
            yield [kind, hashlib.sha256(content(part)).hexdigest(), part.get_filename()]


def addresses(found):
    pairs = []
    if found is None:
        return pairs
    for index in range(found.length()):
        item = found.get_address(index)
        if isinstance(item, GMime.InternetAddressGroup):
            pairs += addresses(item.get_members())
        else:
            pairs.append((item.get_name(), item.get_addr()))
    return pairs


def outline(octets):
    parser = GMime.Parser.new_with_stream(GMime.StreamMem.new_with_buffer(octets))
    message = parser.construct_message(None)
    moment = message.get_date()
    return {
        "leaves": list(leaves(message.get_mime_part())),
        "subject": message.get_subject(),
        "from": addresses(message.get_from()),
        "to": addresses(message.get_addresses(GMime.AddressType.TO)),
        "cc": addresses(message.get_addresses(GMime.AddressType.CC)),
        "date": None if moment is None else moment.to_unix(),
        "messageId": message.get_message_id(),
    }
