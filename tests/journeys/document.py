"""A page as a tree of elements, which is all that somebody without JavaScript has."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Optional

VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
UNSEEN = {"head", "script", "style", "svg", "template", "noscript"}


@dataclass(eq=False)
class Element:
    """One element: its attributes, what stands in it, and what was typed in it."""

    tag: str
    given: dict[str, str]
    within: Optional["Element"] = None
    children: list["Element | str"] = field(default_factory=list)
    answer: str | tuple[bytes, str] | None = None

    def all(self, *tags: str) -> Iterator["Element"]:
        """Yield the elements inside with one of these tags, in the order of reading."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                yield from child.all(*tags)

    def inside(self, tag: str) -> Optional["Element"]:
        """Return the nearest element around this one with a tag."""
        place = self.within
        while place is not None and place.tag != tag:
            place = place.within
        return place

    @property
    def text(self) -> str:
        """What a reader sees, with single spaces."""
        return " ".join("".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in UNSEEN:
                yield " "
                yield from child._words()
                yield " "


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = self.here = Element("page", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(made)
        if tag not in VOID:
            self.here = made

    def handle_endtag(self, tag: str) -> None:
        place: Element | None = self.here
        while place is not None and place.tag != tag:
            place = place.within
        if place is not None and place.within is not None:
            self.here = place.within

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(page: str) -> Element:
    """Return a page as a tree."""
    reader = _Reader()
    reader.feed(page)
    return reader.top
