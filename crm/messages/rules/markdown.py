"""Words in Markdown, read once, and written as HTML and as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from crm.core.libraries import markdown_it, nh3
from crm.messages.rules import slots

# What is typed is what one sees: no pictures, no code, no marks of other kinds.
_OFF = ("image", "code", "fence", "backticks", "entity", "lheading", "reference", "html_block")
_BUTTON = "button"
# In each tag: mail programs throw away what stands in a sheet of styles.
_STYLES = {
    "p": "margin:0 0 16px",
    "ul": "margin:0 0 16px;padding-left:24px",
    "ol": "margin:0 0 16px;padding-left:24px",
    "li": "margin:0 0 4px",
    "h1": "margin:0 0 16px;font-size:22px;line-height:1.3",
    "h2": "margin:24px 0 8px;font-size:18px;line-height:1.3",
    "h3": "margin:16px 0 8px;font-size:16px;line-height:1.3",
    "blockquote": "margin:0 0 16px;padding-left:16px;border-left:3px solid #8a94a6",
    "hr": "border:0;border-top:1px solid #8a94a6;margin:24px 0",
}
_PRESSED = (
    "display:inline-block;padding:12px 24px;border-radius:6px;background-color:#1d4f91;"
    "color:#ffffff;font-weight:bold;text-decoration:none"
)
_TAGS = {*_STYLES, "a", "br", "em", "strong"}
_WEB = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)


# Made when it is first asked for: most processes never write a message (ADR 26).
@cache
def _reader() -> markdown_it.MarkdownIt:
    how = {"html": False, "breaks": True, "maxNesting": 20}
    return markdown_it.MarkdownIt("commonmark", how).disable(list(_OFF))


def read(source: str) -> list[markdown_it.token.Token]:
    """Return the tokens of a text in Markdown whose placeholders are slots already."""
    return _reader().parse(source)


def addresses(tokens: Sequence[markdown_it.token.Token]) -> list[str]:
    """Return where the links of a text lead."""
    return [
        str(child.attrs.get("href", ""))
        for token in tokens
        for child in token.children or ()
        if child.type == "link_open"
    ]


def is_usable(address: str) -> bool:
    """Whether a link may lead there: to a value that is an address, the web, or a mailbox."""
    if slots.MARK.search(address):
        return slots.is_address(address)
    return _WEB.fullmatch(address) is not None


def to_html(tokens: Sequence[markdown_it.token.Token]) -> str:
    """Return HTML of a few harmless tags, with their style in them as mail programs ask."""
    for token in tokens:
        # A line that is one link to a value, such as the answer, becomes a button.
        parts = token.children or []
        alone = len(parts) > 1 and parts[0].type == "link_open" and parts[-1].type == "link_close"
        links = sum(part.type == "link_open" for part in parts)
        if alone and links == 1 and slots.is_address(str(parts[0].attrs.get("href", ""))):
            parts[0].attrSet("style", _BUTTON)
    raw = _reader().renderer.render(tokens, _reader().options, {})
    # Markdown without HTML is harmless already; this holds when a reader of it has a fault.
    return nh3.clean(
        raw,
        tags=_TAGS,
        attributes={"a": {"href", "style"}, "ol": {"start"}},
        attribute_filter=_kept,
        set_tag_attribute_values={tag: {"style": style} for tag, style in _STYLES.items()},
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
    )


def _kept(tag: str, attribute: str, value: str) -> str | None:
    # The only style that is let through is that of our own button.
    if tag == "a" and attribute == "style":
        return _PRESSED if value == _BUTTON else None
    if tag == "a" and not is_usable(value):
        return None
    return value


def to_text(tokens: Sequence[markdown_it.token.Token]) -> str:
    """Return plain text: links as "words: address", lists with their signs, headings alone."""
    writer = _TextWriter()
    for token in tokens:
        writer.take(token)
    return "\n".join(writer.lines).strip("\n")


class _TextWriter:
    """Writes blocks line by line; `indents` is what stands before a line of the block at hand."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.indents: list[str] = []
        self.numbers: list[int | None] = []
        self.sign = ""

    def take(self, token: markdown_it.token.Token) -> None:
        """Take one block token."""
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "inline":
            self._write(_inline(token.children or []))
        elif kind in {"bullet_list", "ordered_list"}:
            if token.nesting > 0:
                start = int(token.attrs.get("start", 1))
                self.numbers.append(start if kind == "ordered_list" else None)
            else:
                self.numbers.pop()
                if not self.numbers and self.lines and self.lines[-1]:
                    self.lines.append("")
        elif kind == "list_item" and token.nesting < 0:
            self.indents.pop()
        elif kind == "list_item":
            number = self.numbers[-1]
            self.sign = "- " if number is None else f"{number}. "
            self.numbers[-1] = None if number is None else number + 1
            self.indents.append(" " * len(self.sign))
        elif kind == "blockquote":
            self.indents = [*self.indents, "> "] if token.nesting > 0 else self.indents[:-1]
        elif token.type == "hr":
            self._write("----")
        # Paragraphs of a tight list are hidden: its items follow each other without a gap.
        if token.type in {"paragraph_close", "heading_close", "hr"} and not token.hidden:
            self.lines.append("")

    def _write(self, text: str) -> None:
        before = "".join(self.indents)
        for line in text.split("\n"):
            start = before[: len(before) - len(self.sign)] + self.sign if self.sign else before
            self.lines.append((start + line).rstrip())
            self.sign = ""


def _inline(parts: Sequence[markdown_it.token.Token]) -> str:
    written, words_from, address = [""], 0, ""
    for part in parts:
        if part.type == "link_open":
            words_from, address = len(written), str(part.attrs.get("href", ""))
        elif part.type == "link_close":
            words = "".join(written[words_from:])
            # An address that stands for itself is not written twice.
            where = address.removeprefix("mailto:")
            written[words_from:] = [words if where in {words, ""} else f"{words}: {where}"]
        elif part.type in {"softbreak", "hardbreak"}:
            written.append("\n")
        else:
            written.append(part.content if part.type == "text" else "")
    return "".join(written)
