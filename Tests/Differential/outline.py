"""What is compared of a message, whoever reads it: the leaves of its tree and the header fields that people look at.

An outline is a dict: `leaves` is a list of [media type, SHA-256 of the decoded content, file name or None] in document
order; `subject` and `messageId` are text; `from`, `to` and `cc` lists of [name, address]; `date` seconds since 1970.
What a reader does not have is None, or an empty list.
"""

FIELDS = ("leaves", "subject", "from", "to", "cc", "date", "messageId")
ADDRESS_FIELDS = ("from", "to", "cc")


def text(value):
    """White space collapsed: parsers keep folding differently."""
    return None if value is None else " ".join(value.split()) or None


def addresses(pairs):
    return [[text(name) or "", (address or "").strip()] for name, address in pairs if name or address]


def normalised(outline):
    outline = dict(outline)
    outline["subject"] = text(outline["subject"])
    outline["messageId"] = text(outline["messageId"])
    outline["leaves"] = [[kind, digest, text(name)] for kind, digest, name in outline["leaves"]]
    for name in ADDRESS_FIELDS:
        outline[name] = addresses(outline[name])
    return outline


def differing(left, right):
    """The fields in which two outlines differ; leaves are told apart by what of them differs first."""
    names = [name for name in FIELDS[1:] if left[name] != right[name]]
    mine, theirs = left["leaves"], right["leaves"]
    if len(mine) != len(theirs):
        return ["structure", *names]
    for index, what in enumerate(("type", "content", "filename")):
        if [leaf[index] for leaf in mine] != [leaf[index] for leaf in theirs]:
            names.insert(0, what)
    return names
