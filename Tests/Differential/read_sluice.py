"""Outlines from the lines of JSON of `sluice parse --json`."""
import datetime
import json
import subprocess


def leaves(part):
    if not part["children"] and "decodedSha256" in part:
        yield [part["contentType"], part["decodedSha256"], part.get("filename")]
    for child in part["children"]:
        yield from leaves(child)


def addresses(mail, name):
    for item in mail.get(name, {}).get("value", []):
        for member in item.get("group", [item]):
            yield member.get("name"), member.get("address")


def seconds(date):
    return None if date is None else int(datetime.datetime.fromisoformat(date).timestamp())


def outline(mail):
    return {
        "leaves": list(leaves(mail["structure"])),
        "subject": mail.get("subject"),
        "from": list(addresses(mail, "from")),
        "to": list(addresses(mail, "to")),
        "cc": list(addresses(mail, "cc")),
        "date": seconds(mail.get("date")),
        "messageId": mail.get("messageId"),
    }


def read(program, folder):
    """For each file of `folder` by its path: the outline, and the set of codes of defects."""
    with subprocess.Popen([program, "parse", "--json", folder], stdout=subprocess.PIPE) as process:
        readings = {}
        for line in process.stdout:
            mail = json.loads(line)
            readings[mail["source"]] = outline(mail), {defect["code"] for defect in mail["defects"]}
    if process.returncode != 0:
        raise ChildProcessError(f"{program} exited with {process.returncode}")
    return readings
