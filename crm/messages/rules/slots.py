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
_KEYS = {key: f"{_SECRET}{key.replace('_', '')}x" for key in (*vocabulary.WORDS, "unsubscribe")}
_OF_MARK = {mark: key for key, mark in _KEYS.items()}
_MARK = re.compile(f"({'|'.join(_OF_MARK)})")
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
        value = values.get(self.key, "")
        # Whatever a value says, nobody can press anything but the web.
        if self.key in _LINKS and not value.startswith(_WEB):
            return ""
        return _WRITERS[self.place](self.key, value)


@dataclass(frozen=True, slots=True)
class Slotted:
    """Words and slots in turn."""

    parts: tuple[str | Slot, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the whole, with the values in their places."""
        return "".join(
            part if isinstance(part, str) else part.filled(values) for part in self.parts
        )


def mark(key: str) -> str:
    """Return what stands for a value while words are rendered."""
    return _KEYS[key]


def is_address(text: str) -> bool:
    """Whether a text is one slot, for an address."""
    return _OF_MARK.get(text, "") in _LINKS


def as_typed(text: str, language: str) -> str:
    """Return a text with its slots as the placeholders that somebody typed."""
    return _MARK.sub(lambda found: vocabulary.written(_OF_MARK[found[1]], language), text)


def holds_mark(text: str) -> bool:
    """Whether there is a slot in a text."""
    return _MARK.search(text) is not None


def line(text: str) -> Slotted:
    """Return a text of one line with its slots, for a subject."""
    return _cut(text, Place.LINE)


def text(text: str) -> Slotted:
    """Return plain text with its slots."""
    return _cut(text, Place.TEXT)


def hypertext(source: str) -> Slotted:
    """Return HTML with its slots; each writes its value as what stands around it asks."""
    return _cut(source, Place.HTML)


def clean(values: Mapping[str, str]) -> dict[str, str]:
    """Return values without signs that hide, turn or break text; one line, but for a long one."""
    return {
        key: clean_lines(value) if key in vocabulary.LONG else clean_line(value)
        for key, value in values.items()
    }


def _cut(source: str, place: Place) -> Slotted:
    parts: list[str | Slot] = []
    around = place
    for piece in _MARK.split(source):
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


def _in_line(_key: str, value: str) -> str:
    # Only where it turns: a subject of plain letters stays readable in every program.
    turns = any(unicodedata.bidirectional(sign) in _TURNING for sign in value)
    return f"{_ISOLATE}{value}{_END}" if turns else value


def _in_text(key: str, value: str) -> str:
    return f"{_ISOLATE}{value}{_END}" if key in vocabulary.NAMES and value else value


def _in_html(key: str, value: str) -> str:
    if key in _LINKS:
        return f'<a href="{html.escape(value)}">{html.escape(value)}</a>'
    return _pressed(key, value)


def _pressed(key: str, value: str) -> str:
    # Inside a link a link of its own would end it, so an address is words here.
    written = html.escape(value).replace("\n", "<br>")
    return f"<bdi>{written}</bdi>" if key in vocabulary.NAMES and written else written


def _escaped(_key: str, value: str) -> str:
    return html.escape(value)


_WRITERS = {
    Place.LINE: _in_line,
    Place.TEXT: _in_text,
    Place.HTML: _in_html,
    Place.ADDRESS: _escaped,
    Place.PRESSED: _pressed,
    Place.TITLE: _escaped,
}
