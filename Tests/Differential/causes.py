"""Why two readings of a message disagree, told from the message and from the defects that sluice reports."""
import dataclasses
import re


@dataclasses.dataclass
class Case:
    octets: bytes
    defects: set
    peer: str
    # What differs: structure, type, content, filename, or the name of a header field.
    what: str
    mine_outline: dict
    their_outline: dict

    @property
    def member(self):
        return "leaves" if self.what in ("structure", "type", "content", "filename") else self.what

    @property
    def mine(self):
        return self.mine_outline[self.member]

    @property
    def theirs(self):
        return self.their_outline[self.member]


# In order: the first that holds is the cause. Codes of defects come last, in the order of `DEFECTS`.
CAUSES = [
    # A calendar or a message without a name gets one by its type.
    ("name-by-type", lambda case: case.what == "filename" and without_given_names(case.mine) == without_given_names(case.theirs)),
    # sluice opens messages in base64 and quoted-printable; the others keep them as leaves, or as nothing.
    ("encoded-message", lambda case: case.member == "leaves" and ENCODED_MESSAGE.search(case.octets) is not None),
    ("partial-message", lambda case: case.peer == "email" and case.member == "leaves" and b"message/partial" in case.octets.lower()),
    ("fields-only", lambda case: case.peer == "email" and without_fields(case.mine) == without_fields(case.theirs)),
    ("comment-in-value", lambda case: COMMENT_IN_FIELD.search(case.octets) is not None and case.member == "leaves"),
    ("comment-in-value", lambda case: case.what == "messageId" and COMMENT.decode() in str(case.theirs)),
    ("text-behind-encoding", lambda case: ENCODING_WITH_TEXT.search(case.octets) is not None and case.what == "content"),
    ("equals-in-boundary", lambda case: case.member == "leaves" and b"boundary==" in case.octets),
    ("encoded-word-as-value", lambda case: case.what == "filename" and b"name==?" in case.octets),
    ("empty-multipart", lambda case: case.what == "structure" and without_empty(case.mine) == without_empty(case.theirs)),
    ("word-as-address", lambda case: case.what in ("from", "to", "cc") and names_only(case.mine) == names_only(case.theirs)),
]
ENCODED_MESSAGE = re.compile(
    rb"(?i)message/rfc822[^\n]*\n([^\n]+\n){0,4}Content-Transfer-Encoding: *(base64|quoted-printable)"
    rb"|Content-Transfer-Encoding: *(base64|quoted-printable)[^\n]*\n([^\n]+\n){0,4}Content-Type: *message/rfc822")
# Put behind values by the damage.
COMMENT = b"(a comment (nested))"
COMMENT_IN_FIELD = re.compile(rb"(?i)content-[^\n]*(\n[ \t][^\n]*)*\(a comment")
ENCODING_WITH_TEXT = re.compile(rb"(?i)content-transfer-encoding:[ \t]*[-a-z0-9]+(;?\r?\n? +[^ \n]|[ \t]+\r?\n)")
FIELDS_ONLY = "message/delivery-status"
GIVEN_NAMES = ("invite.ics", "message.eml")
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

DEFECTS = (
    "headerLineWithoutColon", "strayLineInHeader", "mboxLineInHeader", "spaceBeforeColon", "multipartWithoutBoundary", "invalidContentType",
    "duplicateContentType", "duplicateBoundaryParameter", "duplicateParameter", "unknownTransferEncoding",
    "encodedMultipart", "delimiterBehindClose", "delimiterWithText", "multipartWithoutParts", "multipartNeverClosed",
    "missingBlankLine", "duplicateField", "base64BehindPadding", "base64WithoutPadding", "damagedBase64", "damagedQuotedPrintable",
    "bareCarriageReturn", "nulOctet", "damagedParameter", "conflictingFilenames", "damagedAddress", "unreadableDate",
    "damagedEncodedWord", "encodedWordInAddress", "controlInEncodedWord", "eightBitHeader", "blankContinuationLine",
    "mixedLineEnds", "boundaryPrefix")


def without_given_names(leaves):
    return [leaf[:2] + [None if leaf[2] in GIVEN_NAMES else leaf[2]] for leaf in leaves]


def without_empty(leaves):
    return [leaf for leaf in leaves if leaf[1] != NOTHING]


def without_fields(leaves):
    """Python makes messages of the groups of fields of this type, and keeps no content of it."""
    return [[leaf[0], None, leaf[2]] if leaf[0] == FIELDS_ONLY else leaf for leaf in leaves] if isinstance(leaves, list) \
        and leaves and len(leaves[0]) == 3 else leaves


def names_only(addresses):
    return [address or name for name, address in addresses]


def cause(case):
    for name, holds in CAUSES:
        if holds(case):
            return name
    for code in DEFECTS:
        if code in case.defects:
            return code
    if case.what == "date" and (case.mine is None) != (case.theirs is None):
        return "date-read-by-one"
    return "none"
