"""Damage as it is met in mail: each mutation takes a source of chance and the lines of a message, with their ends."""

# The order is part of what a seed means: add new ones at the end.
MUTATIONS = []


def mutation(function):
    MUTATIONS.append(function)
    return function


def header_lines(lines):
    """The indices of the lines up to the first empty one, and of those that look like fields further down."""
    return [index for index, line in enumerate(lines) if b":" in line[:40] or line[:1] in (b" ", b"\t")] or [0]


def delimiter_lines(lines):
    return [index for index, line in enumerate(lines) if line.startswith(b"--")]


@mutation
def octet_is_another(chance, lines):
    index = chance.randrange(len(lines))
    line = bytearray(lines[index])
    if line:
        line[chance.randrange(len(line))] = chance.randrange(256)
    lines[index] = bytes(line)


@mutation
def line_is_lost(chance, lines):
    del lines[chance.randrange(len(lines))]


@mutation
def line_comes_twice(chance, lines):
    index = chance.randrange(len(lines))
    lines.insert(index, lines[index])


@mutation
def lines_change_places(chance, lines):
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]


@mutation
def message_is_cut_off(chance, lines):
    del lines[chance.randrange(1, len(lines)) if len(lines) > 1 else 1:]


@mutation
def line_ends_are_lf(chance, lines):
    lines[:] = [line.replace(b"\r\n", b"\n") for line in lines]


@mutation
def field_comes_twice(chance, lines):
    index = chance.choice(header_lines(lines))
    lines.insert(chance.choice(header_lines(lines)), lines[index])


@mutation
def field_line_is_lost(chance, lines):
    del lines[chance.choice(header_lines(lines))]


@mutation
def fold_is_broken(chance, lines):
    folded = [index for index, line in enumerate(lines) if line[:1] in (b" ", b"\t")]
    if folded:
        index = chance.choice(folded)
        lines[index] = lines[index].lstrip(b" \t")


@mutation
def quote_is_lost(chance, lines):
    quoted = [index for index in header_lines(lines) if b'"' in lines[index]]
    if quoted:
        index = chance.choice(quoted)
        lines[index] = lines[index].replace(b'"', b"", 1)


@mutation
def colon_has_space_before_it(chance, lines):
    index = chance.choice(header_lines(lines))
    lines[index] = lines[index].replace(b":", b" :", 1)


@mutation
def header_has_eight_bits(chance, lines):
    index = chance.choice(header_lines(lines))
    text = chance.choice([b"caf\xe9", "naïve".encode(), b"\x80\xff"])
    lines[index] = lines[index].rstrip(b"\r\n") + b" " + text + b"\r\n"


@mutation
def header_has_comment(chance, lines):
    index = chance.choice(header_lines(lines))
    lines[index] = lines[index].rstrip(b"\r\n") + b" (a comment (nested))\r\n"


@mutation
def delimiter_is_lost(chance, lines):
    if delimiters := delimiter_lines(lines):
        del lines[chance.choice(delimiters)]


@mutation
def delimiter_has_tail(chance, lines):
    if delimiters := delimiter_lines(lines):
        index = chance.choice(delimiters)
        lines[index] = lines[index].rstrip(b"\r\n") + chance.choice([b" ", b"\t", b"x", b"-"]) + b"\r\n"


@mutation
def delimiter_comes_twice(chance, lines):
    if delimiters := delimiter_lines(lines):
        lines.insert(chance.randrange(len(lines)), lines[chance.choice(delimiters)])


@mutation
def separator_is_lost(chance, lines):
    empty = [index for index, line in enumerate(lines) if not line.strip()]
    if empty:
        del lines[chance.choice(empty)]


@mutation
def nul_is_inserted(chance, lines):
    index = chance.randrange(len(lines))
    lines[index] = b"\0" + lines[index]


@mutation
def carriage_return_stands_alone(chance, lines):
    index = chance.randrange(len(lines))
    at = chance.randrange(len(lines[index]) + 1)
    lines[index] = lines[index][:at] + b"\r" + lines[index][at:]


@mutation
def mailbox_line_comes_first(chance, lines):
    lines.insert(0, b"From ada@example.org Thu Jan  1 00:00:00 2026\r\n")


@mutation
def encoded_word_is_damaged(chance, lines):
    words = [index for index, line in enumerate(lines) if b"=?" in line]
    if words:
        index = chance.choice(words)
        lines[index] = lines[index].replace(b"?=", chance.choice([b"?", b"=", b" ?="]), 1)


@mutation
def parameter_separator_is_lost(chance, lines):
    index = chance.choice(header_lines(lines))
    lines[index] = lines[index].replace(b";", b"", 1)


def mutated(chance, message):
    """`message` with one to three kinds of damage, and their names."""
    lines = message.splitlines(keepends=True) if b"\n" in message else [message]
    names = []
    for change in chance.choices(MUTATIONS, k=chance.randint(1, 3)):
        if lines:
            change(chance, lines)
            names.append(change.__name__)
    message = b"".join(lines)
    # As the programs leave such a line that quote it; without the mark the file would be read as an mbox.
    return b">" + message if message.startswith(b"From ") else message, names
