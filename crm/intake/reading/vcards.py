"""vCards (.vcf) of 2.1, 3.0 and 4.0: lines, properties, cards, and what each of them says."""

import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from crm.core.cleaning import clean_line
from crm.intake.reading import encodings

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
    """Yield the properties of a file in their order, also BEGIN and END; others are left out."""
    for start, pieces in _whole(content):
        parameters, value = _apart(b"".join(pieces)[start.end() :])
        group, name = (start[1] or b"").decode("ascii").upper(), start[2].decode("ascii").upper()
        if name not in _UNREAD and parameters is not None:
            named, types = _parameters(parameters.decode("utf-8", "replace"))
            text = _text(value, named) if named else ""
            yield Property(name, text or _decoded(value, encoding), group, types, named)


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
            name = opened[2].decode("ascii").upper()
            said = line[:_LONGEST_PARAMETERS].partition(b":")[0].upper()
            is_quoted = b"QUOTED-PRINTABLE" in said
        # Some programs forget to fold a note or an address: what cannot begin a property is of it.
        elif name in _UNREAD or not (is_soft or line[:1] in _FOLD or name in _UNFOLDED):
            continue
        is_behind = not (opened or is_soft)
        is_soft = is_quoted and line.endswith(b"=")
        bare = line[: -1 if is_soft else None]
        # The space that folded a line is none of its text.
        pieces.append((bare[1:] if line[:1] in _FOLD else b"\n" + bare) if is_behind else bare)
    if start:
        yield start, pieces


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
    for parameter in _outside_quotes(text):
        key, is_named, value = parameter.strip().upper().partition("=")
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


Card = list[Property]

_TOKEN = re.compile(r"\\.|[^\\;,]+|.", re.DOTALL)
_NOT_CALLED = frozenset({"FAX", "PAGER", "MODEM", "VIDEO", "BBS", "PCS"})
_CALLED = frozenset({"VOICE", "CELL", "MOBILE", "TEXT"})
_OTHERS = ("FAX", "PAGER", "ASSISTANT")
_GROUP_KINDS = ("KIND", "X-ADDRESSBOOKSERVER-KIND")
_ADDRESS_PARTS = 7
_NAME_PARTS = 5
_BEHIND_LINK = {"TEL": "tel:", "EMAIL": "mailto:"}


def cards(properties: Iterable[Property]) -> Iterator[Card]:
    """Yield the properties of each card, without those of a card inside it."""
    card: Card | None = None
    for written in _without_agents(properties):
        if written.name not in {"BEGIN", "END"} or written.value.strip().upper() != "VCARD":
            if card is not None:
                card.append(written)
            continue
        # It ends at its END, where the next one begins, or with the file.
        if card is not None:
            yield card
        card = [] if written.name == "BEGIN" else None
    if card is not None:
        yield card


def _without_agents(properties: Iterable[Property]) -> Iterator[Property]:
    """Leave out the card of somebody's assistant, which vCard 2.1 puts inside theirs."""
    is_agent = is_inside = False
    for written in properties:
        is_inside = is_inside or (is_agent and written.name == "BEGIN")
        if not is_inside:
            yield written
        elif written.name == "END":
            is_inside = False
        is_agent = written.name == "AGENT"


def plain(value: str) -> str:
    """Return a value without its escapes."""
    return parts(value, "")[0].strip()


def parts(value: str, separator: str) -> list[str]:
    """Return the parts of a value between separators that are not escaped, each as text."""
    if "\\" not in value:
        return value.split(separator) if separator else [value]
    found: list[list[str]] = [[]]
    for match in _TOKEN.finditer(value):
        token = match[0]
        if token == separator:
            found.append([])
        elif token[0] == "\\" and len(token) > 1:
            found[-1].append("\n" if token[1] in "nN" else token[1:])
        else:
            found[-1].append(token)
    return ["".join(pieces) for pieces in found]


@dataclass(frozen=True, slots=True)
class Contact:
    """What one card says, by property; alternatives of a property in other languages left out."""

    properties: dict[str, list[Property]]

    @property
    def is_group(self) -> bool:
        """Whether the card is a list of others."""
        return any(self.text(name).upper() == "GROUP" for name in _GROUP_KINDS)

    @property
    def is_organisation(self) -> bool:
        """Whether the card is about an organisation and not about somebody."""
        kinds = {self.text("KIND").upper(), self.text("X-ABSHOWAS").upper()}
        same = bool(self.text("ORG")) and self.text("FN") == parts(self.first("ORG"), ";")[0]
        return bool(kinds & {"ORG", "ORGANIZATION", "COMPANY"}) or (same and not any(self.name()))

    def text(self, name: str) -> str:
        """Return the first value of a property that says anything, as text."""
        return next((text for text in self.texts(name) if text), "")

    def texts(self, name: str) -> list[str]:
        """Return the values of a property as texts."""
        return [plain(written.value) for written in self.properties.get(name, ())]

    def first(self, name: str) -> str:
        """Return the value of a property that is preferred, with its escapes."""
        return min(self._filled(name), key=_rank, default=Property(name, "")).value

    def name(self) -> list[str]:
        """Return surname, first name, other names and what stands before and behind the name."""
        found = parts(self.first("N"), ";")[:_NAME_PARTS]
        tidy = [clean_line(part.replace(",", " ")) for part in found]
        return tidy + [""] * (_NAME_PARTS - len(tidy))

    def reachable(self, name: str) -> list[str]:
        """Return addresses or numbers; those of a fax, a pager or an assistant are left out."""
        link, found = _BEHIND_LINK[name], filter(self._is_own, self.properties.get(name, ()))
        texts = [plain(written.value) for written in sorted(found, key=_rank)]
        # Behind tel: or mailto: an extension and the like are left out.
        return [
            text[len(link) :].partition(";")[0].partition("?")[0]
            if text.lower().startswith(link)
            else text
            for text in texts
        ]

    def address(self) -> list[str]:
        """Return the parts of the address: at work if there is one, else the preferred one."""
        filled = sorted(self._filled("ADR"), key=lambda adr: ("WORK" not in adr.types, _rank(adr)))
        found = parts(filled[0].value, ";")[:_ADDRESS_PARTS] if filled else []
        return [clean_line(part) for part in found] + [""] * (_ADDRESS_PARTS - len(found))

    def _filled(self, name: str) -> list[Property]:
        return [own for own in self.properties.get(name, ()) if own.value.strip(" ;\r\n")]

    def _is_own(self, written: Property) -> bool:
        if written.types & _NOT_CALLED and not written.types & _CALLED:
            return False
        # Apple says in a property of its own, of the same group, what an address is.
        labels = self.properties.get("X-ABLABEL", ()) if written.group else ()
        of_group = " ".join(label.value.upper() for label in labels if label.group == written.group)
        return not any(word in of_group for word in _OTHERS)


def contact(card: Card) -> Contact:
    """Return what a card says."""
    found: dict[str, list[Property]] = {}
    alternatives: set[tuple[str, str]] = set()
    for written in card:
        key = (written.name, written.parameters.get("ALTID", ""))
        if key[1] and key in alternatives:
            continue
        alternatives.add(key)
        found.setdefault(written.name, []).append(written)
    return Contact(found)


def _rank(written: Property) -> int:
    """Return how much a value is preferred: 1 most, 101 where nothing is said."""
    said = written.parameters.get("PREF", "")
    if said.isascii() and said.isdigit():
        return min(int(said[:4]), 100)
    return 1 if "PREF" in written.types else 101


def is_vcards(content: bytes) -> bool:
    """Return whether a file begins as vCards do, in whatever encoding."""
    start = content[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.upper().startswith(b"BEGIN:VCARD")
