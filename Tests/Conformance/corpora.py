"""The conformance corpora as cases: octets of a message, and what another parser reads in them.

A reading is a dict of what is compared; keys that a corpus does not tell are absent:
  parts     the media types of the tree in document order (`leaf`, `multipart`, `message` where only kinds are known)
  contents  SHA-256 of each leaf's decoded octets; None where the corpus does not tell
  bodies    [start, end) of each leaf's body in the message
  subject, from, to, date, list, ids, parameters
"""
import dataclasses
import hashlib
import json
import re

WITH_CRLF = " with CRLF"
VECTORS = {"address": "To", "date": "Date", "id": "References", "unstructured": "Subject", "content_type": "Content-Type"}


@dataclasses.dataclass
class Case:
    corpus: str
    # A file's name, or the value of a header.
    item: str
    octets: bytes
    expected: dict


def digest(octets):
    return hashlib.sha256(octets).hexdigest()


def cases(folder):
    for name, field in VECTORS.items():
        yield from header_cases(folder / "stalwart" / f"{name}.json", name, field)
    for name in ("rfc", "malformed", "thirdparty"):
        for path in sorted((folder / "stalwart" / name).glob("*.eml")):
            # The readings are of the message with either line end, not of those that the file mixes.
            octets = path.read_bytes().replace(b"\r\n", b"\n")
            for suffix, message in ((".json", octets), (".crlf.json", octets.replace(b"\n", b"\r\n"))):
                expected = path.with_suffix(suffix)
                if expected.exists():
                    item = path.name if suffix == ".json" else path.name + WITH_CRLF
                    yield Case(f"stalwart {name}", item, message, stalwart_message(json.loads(expected.read_text())))
    for path in sorted((folder / "mime4j/testmsgs").glob("*.msg")):
        structure = path.with_suffix(".xml")
        if structure.exists():
            kinds = mime4j_kinds(structure.read_text(errors="replace"))
            yield Case("mime4j", path.name, path.read_bytes(), {"kinds": kinds})
        decoded = path.with_name(f"{path.stem}_decoded.xml")
        if decoded.exists():
            contents = [digest((path.parent / name).read_bytes()) for name in mime4j_contents(decoded.read_text(errors="replace"))]
            yield Case("mime4j contents", path.name, path.read_bytes(), {"contents": contents})


# Stalwart's header vectors

def header_cases(path, name, field):
    for entry in json.loads(path.read_text()):
        value = first_field(entry["header"])
        expected = header_reading(name, entry["expected"])
        yield Case(name, value, f"{field}: {value.rstrip(chr(10))}\n\n".encode(), expected)


def first_field(header):
    """The value up to the line end that no white space follows, where the header's next field begins."""
    return re.split(r"(?<=\n)(?![ \t])", header)[0]


def plain(item):
    return [item.get("name") or "", item.get("address") or ""]


def header_reading(name, expected):
    if name == "address":
        expected = expected or {}
        groups = expected.get("Group")
        items = expected.get("List") if groups is None else [item for group in groups for item in group["addresses"]]
        return {"to": [plain(item) for item in items or []]}
    if name == "date":
        return {"date": None if not expected or "year" not in expected else stalwart_date(expected)}
    if name == "id":
        return {"ids": expected if isinstance(expected, list) else [expected] if expected else []}
    if name == "unstructured":
        return {"subject": expected or ""}
    expected = expected or {}
    kind = "/".join(part for part in (expected.get("c_type"), expected.get("c_subtype")) if part)
    # An attribute without a name is a list of values.
    attributes = {item["name"].lower(): item["value"] for item in expected.get("attributes") or [] if isinstance(item, dict)}
    return {"type": kind.lower() or None, "parameters": attributes}


def stalwart_date(date):
    zone = date["tz_hour"] * 60 + date["tz_minute"]
    return [date[key] for key in ("year", "month", "day", "hour", "minute", "second")] + [-zone if date["tz_before_gmt"] else zone]


# Stalwart's messages

def stalwart_message(message):
    reading = {"parts": [], "contents": [], "bodies": []}
    walk(message, 0, reading, depth=0)
    for header in message["parts"][0]["headers"] if message["parts"] else []:
        name, value = header["name"], header["value"]
        if name == "subject" and isinstance(value, dict):
            reading["subject"] = value["Text"]
        elif name in ("from", "to") and isinstance(value, dict):
            reading[name] = header_reading("address", value["Address"])["to"]
        elif name == "date" and isinstance(value, dict):
            reading["date"] = stalwart_date(value["DateTime"])
    return reading


def walk(message, index, reading, depth):
    """Depth is that of the test data: a handful."""
    if not message["parts"]:
        return
    part = message["parts"][index]
    body = part["body"]
    reading["parts"].append(stalwart_type(part))
    if "Multipart" in body:
        for child in body["Multipart"]:
            walk(message, child, reading, depth)
    elif "Message" in body:
        walk(body["Message"], 0, reading, depth + 1)
    else:
        (kind, content), = body.items()
        reading["contents"].append(content if kind in ("Text", "Html") else digest(bytes(content)))
        reading["bodies"].append([part["offset_body"], part["offset_end"]] if depth == 0 else None)


def stalwart_type(part):
    for header in part["headers"]:
        if header["name"] == "content_type" and isinstance(header["value"], dict):
            kind = header["value"]["ContentType"]
            if kind["c_subtype"]:
                return f"{kind['c_type']}/{kind['c_subtype']}".lower()
    return None


# mime4j

def mime4j_kinds(xml):
    kinds = []
    for element in re.findall(r"<([a-z-]+)", xml):
        if element == "message":
            if kinds and kinds[-1] == "open":
                kinds[-1] = "message"
            kinds.append("open")
        elif element == "body-part":
            kinds.append("open")
        elif element in ("multipart", "body") and kinds and kinds[-1] == "open":
            kinds[-1] = "multipart" if element == "multipart" else "leaf"
    return ["leaf" if kind == "open" else kind for kind in kinds]


def mime4j_contents(xml):
    return re.findall(r'<(?:text|binary)-body name="([^"]+)"', xml)
