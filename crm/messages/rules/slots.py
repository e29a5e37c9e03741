"""Slots: where values go in rendered words, so that no value is ever read as markup."""

import html
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crm.core.cleaning import clean_line, clean_lines
from crm.messages.rules import vocabulary

# Letters and digits only, so that Markdown and HTML leave them alone; nobody can type them.
_SECRET = f"q{secrets.token_hex(8)}"
# By the key of a value, what stands for it while words are rendered.
MARKS = {key: f"{_SECRET}{key.replace('_', '')}x" for key in (*vocabulary.WORDS, "unsubscribe")}
_OF_MARK = {mark: key for key, mark in MARKS.items()}
MARK = re.compile(f"({'|'.join(_OF_MARK)})")
_LINKS = vocabulary.LINKS | {"unsubscribe"}
_HREF = 'href="'
# Around a name that may run in the other direction, so that the sentence keeps its order.
_ISOLATE, _END = "\u2068", "\u2069"
_TURNING = {"R", "AL"}
_WEB = ("https://", "http://")


class Place(StrEnum):
    """What stands around a slot, which decides how a value is written in it."""

    LINE = "line"
    TEXT = "text"
    HTML = "html"
    TITLE = "title"
    ADDRESS = "address"
    PRESSED = "pressed"


_TAGS = {"<title>": Place.TITLE, "<a ": Place.PRESSED, "</title>": Place.HTML, "</a>": Place.HTML}
_TAGS_AROUND = re.compile("|".join(_TAGS))


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one value."""

    key: str
    place: Place

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the value as it stands here."""
        value, is_link = values.get(self.key, ""), self.key in _LINKS
        # Whatever a value says, nobody can press anything but the web.
        if is_link and not value.startswith(_WEB):
            return ""
        is_name = self.key in vocabulary.NAMES and value != ""
        if self.place in {Place.LINE, Place.TEXT}:
            # In a subject only what turns: one of plain letters stays readable in every program.
            turns = any(unicodedata.bidirectional(sign) in _TURNING for sign in value)
            is_set_apart = turns if self.place is Place.LINE else is_name
            return f"{_ISOLATE}{value}{_END}" if is_set_apart else value
        written = html.escape(value)
        if self.place in {Place.ADDRESS, Place.TITLE}:
            return written
        # Inside a link a link of its own would end it, so an address is words there.
        if self.place is Place.HTML and is_link:
            return f'<a href="{written}">{written}</a>'
        written = written.replace("\n", "<br>")
        return f"<bdi>{written}</bdi>" if is_name else written


@dataclass(frozen=True, slots=True)
class Slotted:
    """Words and slots in turn."""

    parts: tuple[str | Slot, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the whole, with the values in their places."""
        return "".join(
            part if isinstance(part, str) else part.filled(values) for part in self.parts
        )


def is_address(text: str) -> bool:
    """Whether a text is one slot, for an address."""
    return _OF_MARK.get(text, "") in _LINKS


def as_typed(text: str, language: str) -> str:
    """Return a text with its slots as the placeholders that somebody typed."""
    return MARK.sub(lambda found: vocabulary.written(_OF_MARK[found[1]], language), text)


def clean(values: Mapping[str, str]) -> dict[str, str]:
    """Return values without signs that hide, turn or break text; one line, but for a long one."""
    return {
        key: clean_lines(value) if key in vocabulary.LONG else clean_line(value)
        for key, value in values.items()
    }


def cut(source: str, place: Place) -> Slotted:
    """
    Return a text with its slots, each of which writes its value as what stands around it asks.

    :param place: what the text itself is: a line, plain text or HTML
    """
    parts: list[str | Slot] = []
    around = place
    for piece in MARK.split(source):
        if piece not in _OF_MARK:
            # The last tag before a slot says what it stands in: what was typed holds no tags, as
            # all signs of it were escaped, so a pattern is enough to find them.
            tags = _TAGS_AROUND.findall(piece) if place is Place.HTML else ()
            around = _TAGS[tags[-1]] if tags else around
            parts.append(piece)
            continue
        is_address = place is Place.HTML and str(parts[-1]).endswith(_HREF)
        parts.append(Slot(_OF_MARK[piece], Place.ADDRESS if is_address else around))
    return Slotted(tuple(part for part in parts if part))
