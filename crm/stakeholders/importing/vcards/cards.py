"""Cards: the properties that belong to one person or organisation, and what they say."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from crm.core.cleaning import clean_line
from crm.stakeholders.importing.vcards.lines import Property

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
    """
    Yield the properties of each card, without those of a card inside it.

    A card ends at its END, where the next one begins, or with the file.
    """
    card: Card | None = None
    for one in _without_agents(properties):
        if not _is_edge(one):
            if card is not None:
                card.append(one)
            continue
        if card is not None:
            yield card
        card = [] if one.name == "BEGIN" else None
    if card is not None:
        yield card


def _is_edge(one: Property) -> bool:
    return one.name in {"BEGIN", "END"} and one.value.strip().upper() == "VCARD"


def _without_agents(properties: Iterable[Property]) -> Iterator[Property]:
    """Leave out the card of somebody's assistant, which vCard 2.1 puts inside theirs."""
    is_agent = is_inside = False
    for one in properties:
        is_inside = is_inside or (is_agent and one.name == "BEGIN")
        if not is_inside:
            yield one
        elif one.name == "END":
            is_inside = False
        is_agent = one.name == "AGENT"


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
        return [plain(one.value) for one in self.properties.get(name, ())]

    def first(self, name: str) -> str:
        """Return the value of a property that is preferred, with its escapes."""
        found = self._preferred(name, lambda one: bool(one.value.strip(" ;\r\n")))
        return found.value if found else ""

    def name(self) -> list[str]:
        """Return surname, first name, other names and what stands before and behind the name."""
        found = parts(self.first("N"), ";")[:_NAME_PARTS]
        tidy = [clean_line(part.replace(",", " ")) for part in found]
        return tidy + [""] * (_NAME_PARTS - len(tidy))

    def reachable(self, name: str) -> list[str]:
        """Return addresses or numbers; those of a fax, a pager or an assistant are left out."""
        found = [one for one in self.properties.get(name, ()) if self._is_own(one)]
        return [_without_link(name, one) for one in sorted(found, key=_rank)]

    def address(self) -> list[str]:
        """Return the parts of the address: at work if there is one, else the preferred one."""
        addresses = self.properties.get("ADR", [])
        filled = [one for one in addresses if one.value.strip(" ;\r\n")]
        filled.sort(key=lambda one: ("WORK" not in one.types, _rank(one)))
        found = parts(filled[0].value, ";")[:_ADDRESS_PARTS] if filled else []
        return [clean_line(part) for part in found] + [""] * (_ADDRESS_PARTS - len(found))

    def _preferred(self, name: str, holds: Callable[[Property], bool]) -> Property | None:
        return min(filter(holds, self.properties.get(name, ())), key=_rank, default=None)

    def _is_own(self, one: Property) -> bool:
        if one.types & _NOT_CALLED and not one.types & _CALLED:
            return False
        labels = self.properties.get("X-ABLABEL", ()) if one.group else ()
        of_group = " ".join(label.value.upper() for label in labels if label.group == one.group)
        return not any(word in of_group for word in _OTHERS)


def contact(card: Card) -> Contact:
    """Return what a card says."""
    found: dict[str, list[Property]] = {}
    alternatives: set[tuple[str, str]] = set()
    for one in card:
        key = (one.name, one.parameters.get("ALTID", ""))
        if key[1] and key in alternatives:
            continue
        alternatives.add(key)
        found.setdefault(one.name, []).append(one)
    return Contact(found)


def _rank(one: Property) -> int:
    """Return how much a value is preferred: 1 most, 101 where nothing is said."""
    said = one.parameters.get("PREF", "")
    if said.isascii() and said.isdigit():
        return min(int(said[:4]), 100)
    return 1 if "PREF" in one.types else 101


def _without_link(name: str, one: Property) -> str:
    """Return what is behind tel: or mailto:, without an extension and the like."""
    text = plain(one.value)
    link = _BEHIND_LINK[name]
    if not text.lower().startswith(link):
        return text
    return text[len(link) :].partition(";")[0].partition("?")[0]
