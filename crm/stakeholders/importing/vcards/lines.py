"""The lines of a file of vCards: folded ones whole again, taken apart into properties."""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from crm.stakeholders.importing import encodings

# Left out before anything is put together: nobody looks at a photo here.
_UNREAD = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "X-MS-OL-DESIGN", "X-MS-CARDPICTURE"})
# Bare words of vCard 2.1 that say how a value is written and not what it is.
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B"})
_PROPERTY = re.compile(rb"(?:([A-Za-z0-9-]{1,60})\.)?([A-Za-z0-9-]{1,60})[ \t]*(?=[;:])")
_FOLD = (b" ", b"\t")
_UNFOLDED = frozenset({"NOTE", "ADR"})
_LONGEST_PARAMETERS = 2_000


@dataclass(frozen=True, slots=True)
class Property:
    """
    One property of a card; its name and the words about it are in capitals.

    :param value: the text with the escapes of vCard still in it
    """

    name: str
    value: str
    group: str = ""
    types: frozenset[str] = frozenset()
    parameters: Mapping[str, str] = field(default_factory=dict)


def read_properties(content: bytes, encoding: str) -> Iterator[Property]:
    """
    Yield the properties of a file in their order, also BEGIN and END; what is none is left out.

    A line that begins with a space belongs to the one before. So does one that cannot begin a
    property, below a note or an address: some programs forget to fold there.
    """
    for start, pieces in _whole(content):
        found = _property(start, pieces, encoding)
        if found is not None:
            yield found


def _whole(content: bytes) -> Iterator[tuple[re.Match[bytes], list[bytes]]]:
    """Yield the beginning of each property with its lines, soft breaks and folds taken out."""
    start: re.Match[bytes] | None = None
    pieces: list[bytes] = []
    name = ""
    is_soft = is_quoted = False
    for line in content.splitlines():
        opened = None if is_soft or line[:1] in _FOLD else _PROPERTY.match(line)
        if opened:
            if start:
                yield start, pieces
            start, pieces = opened, []
            name, is_quoted = opened[2].decode("ascii").upper(), _is_quoted(line)
        elif name in _UNREAD or not (is_soft or line[:1] in _FOLD or name in _UNFOLDED):
            continue
        was_soft = is_soft
        is_soft = is_quoted and line.endswith(b"=")
        pieces.append(_bare(line, start=bool(opened), soft=was_soft)[: -1 if is_soft else None])
    if start:
        yield start, pieces


def _is_quoted(line: bytes) -> bool:
    return b"QUOTED-PRINTABLE" in line[:_LONGEST_PARAMETERS].partition(b":")[0].upper()


def _bare(line: bytes, *, start: bool, soft: bool) -> bytes:
    """Return a line without the space that folded it; a line that was not folded, as it is."""
    if start or soft:
        return line
    return line[1:] if line[:1] in _FOLD else b"\n" + line


def _property(start: re.Match[bytes], pieces: list[bytes], encoding: str) -> Property | None:
    whole = b"".join(pieces)[start.end() :]
    parameters, value = _apart(whole)
    group, name = (start[1] or b"").decode("ascii").upper(), start[2].decode("ascii").upper()
    if name in _UNREAD or parameters is None:
        return None
    named, types = _parameters(parameters.decode("utf-8", "replace"))
    text = _text(value, named) if named else ""
    return Property(name, text or _decoded(value, encoding), group, types, named)


def _apart(line: bytes) -> tuple[bytes | None, bytes]:
    """Return the parameters and the value: the colon that parts them is not in quotation marks."""
    at = -1
    while True:
        at = line.find(b":", at + 1, _LONGEST_PARAMETERS)
        if at < 0:
            return None, b""
        if line.count(b'"', 0, at) % 2 == 0:
            return line[:at], line[at + 1 :]


@lru_cache(maxsize=256)
def _parameters(text: str) -> tuple[Mapping[str, str], frozenset[str]]:
    """Return the named parameters, and what kind of value it is: TYPE=work,cell or only WORK."""
    named: dict[str, str] = {}
    types: set[str] = set()
    for one in _outside_quotes(text):
        key, is_named, value = one.strip().upper().partition("=")
        if not is_named:
            key, value = ("ENCODING" if key in _ENCODINGS else "TYPE"), key
        if key.strip() == "TYPE":
            types.update(word.strip(' "') for word in value.split(","))
        else:
            named.setdefault(key.strip(), value.strip(' "'))
    return named, frozenset(types - {""})


def _outside_quotes(text: str) -> list[str]:
    """Return the parts between semicolons, of which those in quotation marks part nothing."""
    parts = [""]
    for number, piece in enumerate(text.split('"')):
        if number % 2:
            parts[-1] += piece
            continue
        first, *more = piece.split(";")
        parts[-1] += first
        parts += more
    return parts


def _text(value: bytes, named: Mapping[str, str]) -> str:
    """Return a value whose parameters say how it is written; nothing where they say nothing."""
    written, encoding = named.get("ENCODING", ""), encodings.known(named.get("CHARSET", ""))
    if written == "QUOTED-PRINTABLE":
        return _decoded(binascii.a2b_qp(value), encoding)
    if written in {"BASE64", "B"}:
        try:
            return _decoded(binascii.a2b_base64(value), encoding)
        except binascii.Error:
            return ""
    return _decoded(value, encoding) if encoding else ""


def _decoded(value: bytes, encoding: str) -> str:
    try:
        return value.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")
